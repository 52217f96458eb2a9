#include "net/icmp.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>
#include <random>
#include <utility>

#include "net/icmp_socket.hpp"

namespace asio = boost::asio;

namespace oculus::net {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// A guess at 64 random bits is not worth trying: an answer with the right token is an answer.
std::uint64_t random_token() {
  std::random_device random;
  return std::uint64_t{random()} << 32U | random();
}

// The requests of one ping and what became of them; its token is listened for while it lives.
class Flight final : public IcmpSocket::Listener {
 public:
  Flight(std::shared_ptr<IcmpSocket> socket, asio::any_io_executor loop)
      : socket_(std::move(socket)), token_(random_token()), timer_(std::move(loop)) {
    socket_->listen(token_, *this);
  }
  ~Flight() { socket_->forget(token_); }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  void send(const asio::ip::address& target, std::size_t size) {
    const auto sequence = static_cast<std::uint16_t>(requests_.size());
    requests_.push_back({.sent = Clock::now(), .rtt = {}});
    ++open_;
    if (const auto error = socket_->send(target, sequence, token_, size)) on_refusal(sequence, error.message());
  }
  void on_reply(std::uint16_t sequence, nanoseconds queued) override {
    const auto now = Clock::now();
    if (sequence >= requests_.size()) return;
    Request& request = requests_[sequence];
    if (request.rtt) {
      ++duplicates_;
      return;
    }
    const nanoseconds seen = now - request.sent;
    // The kernel's stamp is of the wall clock; where that was set meanwhile, what we saw ourselves is nearer to the
    // truth.
    request.rtt = std::chrono::duration_cast<microseconds>(queued < seen ? seen - queued : seen);
    settle(request);
  }
  void on_refusal(std::uint16_t sequence, std::string why) override {
    if (sequence >= requests_.size() || requests_[sequence].rtt) return;
    refusal_ = std::move(why);
    settle(requests_[sequence]);
  }

  // Until `end`, or, when no more is to be sent, until nothing is open any more.
  asio::awaitable<void> wait(Deadline end, bool last) {
    last_ = last;
    if (last_ && open_ == 0) co_return;
    timer_.expires_at(end);
    co_await timer_.async_wait(kAwait);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
  }

  [[nodiscard]] PingResult result() const {
    PingResult result{
        .sent = static_cast<int>(requests_.size()), .duplicates = duplicates_, .rtts = {}, .refusal = refusal_};
    for (const Request& request : requests_) {
      result.rtts.push_back(request.rtt);
      if (request.rtt) ++result.received;
    }
    return result;
  }

 private:
  struct Request {
    Deadline sent;
    std::optional<microseconds> rtt;
    bool settled = false;
  };

  void settle(Request& request) {
    if (std::exchange(request.settled, true)) return;
    --open_;
    if (last_ && open_ == 0) timer_.cancel();
  }

  std::shared_ptr<IcmpSocket> socket_;  // shared by all pings under way; the last one closes it
  std::uint64_t token_;
  std::vector<Request> requests_;
  int open_ = 0;  // neither answered nor refused
  int duplicates_ = 0;
  bool last_ = false;
  std::string refusal_;
  asio::steady_timer timer_;
};

}  // namespace

asio::awaitable<Result<PingResult>> ping(asio::ip::address target, PingOptions options, Deadline deadline) {
  assert(options.count >= 1 && options.count <= 65'535);
  assert(options.size >= kLeastEchoPayload && options.size <= kMostEchoPayload);
  const auto loop = co_await asio::this_coro::executor;
  auto socket = IcmpSocket::shared(loop, target.is_v4() ? IpFamily::v4 : IpFamily::v6);
  if (!socket) co_return std::unexpected(socket.error());

  Flight flight(std::move(*socket), loop);
  for (int i = 0; i < options.count; ++i) {
    flight.send(target, options.size);
    const auto next = Clock::now() + options.packet_interval;  // a loop that was held up sends no burst
    const bool last = i + 1 == options.count || next >= deadline;
    co_await flight.wait(last ? deadline : next, last);
    if (last) break;
  }
  co_return flight.result();
}

}  // namespace oculus::net
