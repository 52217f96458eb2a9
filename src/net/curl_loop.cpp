#include "net/curl_loop.hpp"

#include <new>
#include <utility>

namespace oculus::net {
namespace {

constexpr std::size_t kMostIdle = 64;  // handles kept for reuse; each holds a few kilobytes
constexpr int kMostTurnsAtOnce = 16;   // of curl's "call me now", before others on the loop have their turn

}  // namespace

CurlLoop::CurlLoop(boost::asio::io_context& loop) : loop_(loop), timer_(loop) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  multi_ = global == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);  // every measurement has a connection of its own
}

CurlLoop::~CurlLoop() { shutdown(); }

void CurlLoop::shutdown() {
  if (multi_ == nullptr) return;
  for (const auto& [handle, done] : running_) curl_multi_remove_handle(multi_, handle);
  running_.clear();
  curl_multi_cleanup(multi_);
  multi_ = nullptr;
  for (CURL* handle : idle_) curl_easy_cleanup(handle);
  idle_.clear();
  timer_.cancel();
}

CURL* CurlLoop::borrow() {
  if (!idle_.empty()) {
    CURL* const handle = idle_.back();
    idle_.pop_back();
    return handle;
  }
  CURL* const handle = curl_easy_init();
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

void CurlLoop::give_back(CURL* handle) {
  abort(handle);
  if (multi_ == nullptr || idle_.size() >= kMostIdle) {
    curl_easy_cleanup(handle);
    return;
  }
  curl_easy_reset(handle);
  idle_.push_back(handle);
}

void CurlLoop::start(CURL* handle, Done done) {
  if (multi_ == nullptr) return;
  running_.emplace(handle, std::move(done));
  curl_multi_add_handle(multi_, handle);
  drive(CURL_SOCKET_TIMEOUT, 0);  // curl asks for a call "in 0 ms": this is it, and saves a turn of the loop
}

void CurlLoop::abort(CURL* handle) {
  if (running_.erase(handle) == 0) return;
  curl_multi_remove_handle(multi_, handle);
  wait_until_due();
}

int CurlLoop::on_socket(CURL* /*handle*/, curl_socket_t socket, int what, void* self, void* /*unused*/) {
  static_cast<CurlLoop*>(self)->watch(socket, what);
  return 0;
}

int CurlLoop::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
  auto& loop = *static_cast<CurlLoop*>(self);  // only noted: curl must not be called from within its callback
  loop.due_ = timeout_ms < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(timeout_ms);
  return 0;
}

void CurlLoop::watch(curl_socket_t socket, int what) {
  auto& watched = sockets_[socket];
  if (what == CURL_POLL_REMOVE) {
    if (watched) watched->release();
    sockets_.erase(socket);
    return;
  }
  if (!watched)
    watched = std::make_shared<BorrowedSocket>(loop_, socket, [this](int ready, bool readable, bool writable) {
      drive(ready, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
    });
  watched->want((what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0);
}

void CurlLoop::drive(curl_socket_t socket, int events) {
  if (multi_ == nullptr) return;
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  finish_ended();
  for (int turn = 0; turn < kMostTurnsAtOnce && due_ <= Clock::now(); ++turn) {
    due_ = Clock::time_point::max();
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    finish_ended();
  }
  wait_until_due();
}

void CurlLoop::finish_ended() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode result = message->data.result;
    curl_multi_remove_handle(multi_, handle);  // the message is gone after this
    if (auto entry = running_.extract(handle)) entry.mapped()(result);
  }
}

// A timer that fires too early is cheaper than one that is moved with each of curl's second thoughts.
void CurlLoop::wait_until_due() {
  if (armed_ <= due_) return;
  armed_ = due_;
  timer_.expires_at(armed_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // moved, or the end
    armed_ = Clock::time_point::max();
    if (due_ > Clock::now()) return wait_until_due();
    due_ = Clock::time_point::max();
    drive(CURL_SOCKET_TIMEOUT, 0);
  });
}

}  // namespace oculus::net
