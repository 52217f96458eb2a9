#include "web/connection.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "web/answer.hpp"
#include "web/compression.hpp"

namespace oculus::web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using boost::system::error_code;

constexpr std::size_t kHeadLimit = 16 << 10;       // bytes
constexpr std::size_t kReadSlice = 64 << 10;       // bytes of a body at once
constexpr std::size_t kWriteSlice = 512 << 10;     // bytes; the kernel copies them in a fraction of a millisecond
constexpr std::size_t kBodiesAtOnce = 64U << 20U;  // bytes in memory, over all connections
constexpr auto kLeastRate = std::chrono::milliseconds(1);  // for each byte of a body, on average
constexpr auto kLinger = std::chrono::seconds(2);
constexpr auto kLingerInDrain = std::chrono::milliseconds(200);

// Beast lets a line feed pass in the quoted value of an extension, where another reader ends the line.
void judge_chunk(std::uint64_t /*size*/, boost::beast::string_view extensions, error_code& failed) {
  const auto is_odd = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
  if (std::ranges::any_of(extensions, is_odd)) failed = http::error::bad_chunk_extension;
}

Response answer_of(const Refusal& refusal) { return Response::problem(refusal.status, refusal.detail); }

}  // namespace

// The part of `body_bytes` that one request holds.
class Connection::BodyShare {
 public:
  explicit BodyShare(ServerState& server) : server_(server) {}
  ~BodyShare() { server_.body_bytes -= held_; }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  bool grow_to(std::size_t bytes) {
    const std::size_t more = bytes - std::min(held_, bytes);
    if (server_.body_bytes + more > std::max(kBodiesAtOnce, 4 * server_.settings.body_limit)) return false;
    server_.body_bytes += more;
    held_ += more;
    return true;
  }

 private:
  ServerState& server_;
  std::size_t held_ = 0;
};

Connection::Connection(std::shared_ptr<ServerState> server, asio::ip::tcp::socket socket, bool refuse)
    : server_(std::move(server)), socket_(std::move(socket)), refuse_(refuse) {
  error_code ignored;  // a client that is gone already has no address; its first read says so
  const auto peer = socket_.remote_endpoint(ignored);
  peer_ = peer.address().to_string();
  const auto local = socket_.local_endpoint(ignored);
  local_ = local.address().to_string();
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  server_->enter(*this);
}

Connection::~Connection() { server_->leave(*this); }

void Connection::start(const std::shared_ptr<Connection>& connection) {
  asio::co_spawn(connection->socket_.get_executor(), connection->run(),
                 asio::bind_cancellation_slot(connection->stop_.slot(), [connection](const std::exception_ptr& failed) {
                   try {
                     if (failed) std::rethrow_exception(failed);
                   } catch (const boost::system::system_error&) {  // it was cut
                   } catch (const std::exception& error) {
                     spdlog::error("BUG: a connection from {} ended by itself: {}", connection->peer_, error.what());
                   }
                 }));
}

void Connection::begin(Doing what, Clock::time_point deadline) {
  doing_ = what;
  deadline_ = deadline;
  expired_ = false;
}

void Connection::expire() {
  expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::close_if_idle() {
  if (doing_ == Doing::leaving) deadline_ = std::min(deadline_, Clock::now() + kLingerInDrain);
  if (doing_ != Doing::waiting && doing_ != Doing::reading_head) return;
  leave_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::cut() {
  leave_ = true;
  doing_ = Doing::leaving;
  error_code ignored;
  socket_.close(ignored);
  stop_.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> Connection::run() {
  bool more = true;  // not `while (co_await …)`: g++ 12 makes no loop of it
  while (more) more = co_await serve_one();
  co_await linger();
}

// What arrived, 0 at the end: of the stream, or of the time (`expired_`).
asio::awaitable<std::size_t> Connection::read_some(std::size_t most) {
  if (leave_ || expired_) co_return 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + most);
  error_code failed;
  const auto room = asio::buffer(buffer_.data() + before, most);
  const std::size_t count = co_await socket_.async_read_some(room, asio::redirect_error(use_awaitable, failed));
  buffer_.resize(before + (failed ? 0 : count));
  co_return failed ? 0 : count;
}

// The bytes of the next head. An empty one: the client left, or was silent between two requests.
asio::awaitable<std::expected<std::string, Refusal>> Connection::read_head() {
  const auto& settings = server_->settings;
  if (buffer_.empty() && !fresh_) {
    std::string().swap(buffer_);  // an idle connection holds no memory
    begin(Doing::waiting, Clock::now() + settings.idle_timeout);
    const std::size_t count = co_await read_some(4096);
    if (count == 0) co_return std::string();
  }
  begin(Doing::reading_head, Clock::now() + settings.head_timeout);
  bool forgiven = false;
  for (std::size_t checked = 0;;) {
    if (!forgiven && buffer_.starts_with("\r\n")) {  // RFC 9112 section 2.2: one empty line is
      buffer_.erase(0, 2);
      forgiven = true;
      checked = 0;
    }
    const std::size_t from = checked > 3 ? checked - 3 : 0;
    const std::size_t end = buffer_.find("\r\n\r\n", from);
    if (end != std::string::npos && end + 4 <= kHeadLimit) {
      std::string text = buffer_.substr(0, end + 4);
      buffer_.erase(0, end + 4);
      co_return text;
    }
    if (buffer_.size() >= kHeadLimit) {
      if (buffer_.find("\r\n") > kTargetLimit)
        co_return std::unexpected(
            Refusal{414, fmt::format("at most {} bytes of request target are read", kTargetLimit)});
      co_return std::unexpected(Refusal{431, fmt::format("at most {} bytes of head are read", kHeadLimit)});
    }
    std::string_view unseen = std::string_view(buffer_).substr(from);
    if (from > 0 && unseen.starts_with('\n')) unseen.remove_prefix(1);  // judged before, beside its CR
    if (!may_become_head(unseen))
      co_return std::unexpected(
          Refusal{400, "the head holds a control character, or a line that does not end with CR LF"});
    checked = buffer_.size();
    const std::size_t count = co_await read_some(4096);
    if (count > 0) continue;
    if (expired_ && !leave_)
      co_return std::unexpected(
          Refusal{408, fmt::format("the head was not complete after {} s",
                                   std::chrono::duration<double>(settings.head_timeout).count())});
    co_return std::string();
  }
}

// Beast takes the chunks apart. It gets the head that we have judged, and must have understood the same length.
asio::awaitable<std::expected<std::string, Refusal>> Connection::read_body(const Head& head, std::string_view head_text,
                                                                           BodyShare& share) {
  const Refusal malformed{400, "the chunks of the body are malformed"};
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  parser.header_limit(kHeadLimit + 1);
  parser.body_limit(server_->settings.body_limit);
  auto judge = judge_chunk;
  parser.on_chunk_header(judge);
  error_code failed;
  const std::size_t used = parser.put(asio::buffer(head_text), failed);
  const std::uint64_t length = failed ? 0 : parser.content_length().value_or(0);
  if (failed || used != head_text.size() || !parser.is_header_done() || parser.chunked() != head.chunked ||
      length != head.content_length)
    co_return std::unexpected(Refusal{400, "the head can be read in two ways"});

  const auto start = Clock::now() + server_->settings.head_timeout;  // the grace before the rate counts
  begin(Doing::reading_body, start);
  std::uint64_t received = buffer_.size();
  while (true) {
    if (!buffer_.empty()) {
      const std::size_t taken = parser.put(asio::buffer(buffer_), failed);
      buffer_.erase(0, taken);
      if (failed == http::error::body_limit)
        co_return std::unexpected(
            Refusal{413, fmt::format("the body has more than {} bytes", server_->settings.body_limit)});
      if (failed && failed != http::error::need_more) co_return std::unexpected(malformed);
      if (parser.is_done()) break;
      if (buffer_.size() > kHeadLimit) co_return std::unexpected(malformed);  // a chunk's head, or the trailer
      if (!share.grow_to(parser.get().body().size()))
        co_return std::unexpected(Refusal{503, "too many bodies are being read at once; try again later"});
    }
    deadline_ = start + kLeastRate * static_cast<std::int64_t>(received);
    const std::size_t count = co_await read_some(kReadSlice);
    if (count == 0 && !expired_) co_return std::unexpected(Refusal{0, ""});
    if (count == 0)
      co_return std::unexpected(
          Refusal{408, fmt::format("{} bytes of the body came, less than 1 kB a second", received)});
    received += count;
  }
  co_return std::move(parser.get().body());
}

Request Connection::make_request(const Head& head) const {
  Request request;
  request.method = head.method;
  request.path = head.target.path;
  request.query = head.target.query;
  request.headers = head.headers;
  request.peer = peer_;
  return request;
}

asio::awaitable<Response> Connection::work(const Router::Match& match, Request request) {
  begin(Doing::working, Clock::time_point::max());
  const std::string what = request.method + ' ' + request.path;
  try {
    Response response = co_await (*match.handler)(std::move(request));
    co_return response;
  } catch (const std::exception& error) {
    if (!leave_) spdlog::error("BUG: {} threw: {}", what, error.what());
  }
  co_return Response::problem(500, "this request met a mistake in the program; its log says more");
}

asio::awaitable<void> Connection::compress(Response& answer) {
  Gzip gzip;
  const std::string_view body = answer.body;
  for (std::size_t at = 0; at < body.size(); at += kGzipSlice) {
    if (at > 0) co_await asio::post(socket_.get_executor(), use_awaitable);  // others have their turn
    gzip.add(body.substr(at, kGzipSlice), at + kGzipSlice >= body.size());
  }
  answer.body = gzip.take();
  mark_gzip(answer);
}

// False when no further request can be read.
asio::awaitable<bool> Connection::answer(Response response, const Head* head, bool close) {
  if (leave_ && server_->cut) co_return false;
  const std::string* known = head ? find_header(head->headers, "If-None-Match") : nullptr;
  try {
    complete(response, head ? std::string_view(head->method) : std::string_view(), known);
  } catch (const std::logic_error& error) {
    spdlog::error("BUG: the answer to {} {}: {}", head ? head->method : "", head ? head->target.path : "",
                  error.what());
    response = Response::problem(500, "this request met a mistake in the program; its log says more");
    complete(response, "", nullptr);
  }
  const std::string* accepted = head ? find_header(head->headers, "Accept-Encoding") : nullptr;
  if (accepted && response.body.size() > kWorthCompressing && !response.header("Content-Encoding") &&
      is_compressible(response.content_type) && accepts_gzip(*accepted))
    co_await compress(response);
  close = close || server_->draining;
  const auto at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::string text = write_head(response, close, at);
  const bool head_only = head && head->method == "HEAD";
  const bool written = co_await write(text, head_only ? std::string_view() : std::string_view(response.body));
  fresh_ = false;
  co_return written && !close;
}

asio::awaitable<bool> Connection::write(std::string_view head, std::string_view body) {
  const auto start = Clock::now() + server_->settings.write_timeout;
  begin(Doing::writing, start);
  for (std::size_t sent = 0; !head.empty() || !body.empty();) {
    const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head), asio::buffer(body.substr(0, kWriteSlice))};
    error_code failed;
    const std::size_t count = co_await socket_.async_write_some(buffers, asio::redirect_error(use_awaitable, failed));
    if (failed || leave_) co_return false;
    const std::size_t of_head = std::min(count, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(count - of_head);
    sent += count;
    deadline_ =
        std::min(Clock::now() + server_->settings.write_timeout, start + kLeastRate * static_cast<std::int64_t>(sent));
  }
  co_return true;
}

// Closing while the client still sends would reset the connection, and the reset can overtake our last answer.
asio::awaitable<void> Connection::linger() {
  if (leave_ || !socket_.is_open()) co_return;
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  const Clock::duration patience = server_->draining ? Clock::duration(kLingerInDrain) : Clock::duration(kLinger);
  begin(Doing::leaving, Clock::now() + patience);
  std::size_t count = 1;
  while (count > 0) {
    buffer_.clear();
    count = co_await read_some(kReadSlice);
  }
}

// False when the connection is over.
asio::awaitable<bool> Connection::serve_one() {
  const auto text = co_await read_head();
  if (!text) {
    Response refused = answer_of(text.error());
    co_return co_await answer(std::move(refused), nullptr, true);
  }
  if (text->empty()) {
    leave_ = leave_ || !expired_;
    co_return false;
  }
  const auto head = parse_head(*text);
  if (!head) {
    Response refused = answer_of(head.error());
    co_return co_await answer(std::move(refused), nullptr, true);
  }
  if (refuse_) {
    Response refused = Response::problem(503, fmt::format("{} connections are open", server_->settings.max_connections),
                                         "fewer connections, or a higher server.max_connections");
    refused.headers.push_back({"Retry-After", "1"});
    co_return co_await answer(std::move(refused), &*head, true);
  }
  if (server_->cut) co_return false;

  Request request = make_request(*head);
  Router::Match match = server_->find(*head);
  if (auto refused = server_->access->judge(*head, match, request, local_, Clock::now())) {
    server_->access->add_cors(*head, match, *refused);
    co_return co_await answer(std::move(*refused), &*head, !head->keep_alive || head->has_body());
  }
  BodyShare share(*server_);
  if (head->has_body()) {
    if (head->expects_continue && buffer_.empty()) {
      const bool asked = co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
      if (!asked) co_return false;
    }
    auto body = co_await read_body(*head, *text, share);
    if (!body) {
      if (body.error().status == 0) co_return false;  // the client left
      Response refused = answer_of(body.error());
      server_->access->add_cors(*head, match, refused);
      co_return co_await answer(std::move(refused), &*head, true);
    }
    request.body = std::move(*body);
    if (server_->cut) co_return false;
  }
  request.path_values = std::move(match.path_values);
  Response response = co_await work(match, std::move(request));
  if (server_->cut) co_return false;
  server_->access->add_cors(*head, match, response);
  co_return co_await answer(std::move(response), &*head, !head->keep_alive);
}

}  // namespace oculus::web
