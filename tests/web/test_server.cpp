#include "web/test_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <charconv>
#include <thread>

namespace oculus::web {
namespace asio = boost::asio;
using namespace std::chrono_literals;

std::string Answer::header(std::string_view name) const {
  const std::string* value = find_header(headers, name);
  return value ? *value : "";
}

Client::Client(std::uint16_t port, const char* address) {
  const bool v6 = std::string_view(address).find(':') != std::string_view::npos;
  sockaddr_in to4{};
  to4.sin_family = AF_INET;
  to4.sin_port = htons(port);
  sockaddr_in6 to6{};
  to6.sin6_family = AF_INET6;
  to6.sin6_port = htons(port);
  inet_pton(v6 ? AF_INET6 : AF_INET, address, v6 ? static_cast<void*>(&to6.sin6_addr) : &to4.sin_addr);
  socket_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 20, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const auto* to = v6 ? reinterpret_cast<const sockaddr*>(&to6) : reinterpret_cast<const sockaddr*>(&to4);
  EXPECT_EQ(::connect(socket_, to, v6 ? sizeof to6 : sizeof to4), 0) << address << ' ' << port;
}

Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

Client::Client(Client&& other) noexcept : socket_(other.socket_), buffer_(std::move(other.buffer_)) {
  other.socket_ = -1;
}

void Client::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // refused in the middle: the answer is what counts
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool Client::more() {
  std::array<char, 65536> bytes{};
  const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

Answer Client::receive(bool to_head) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return {};
  Answer answer;
  const std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  std::from_chars(head.data() + 9, head.data() + 12, answer.status);
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    const std::size_t stop = head.find("\r\n", at);
    const std::size_t colon = head.find(": ", at);
    answer.headers.push_back({head.substr(at, colon - at), head.substr(colon + 2, stop - colon - 2)});
    at = stop + 2;
  }
  const std::string length = answer.header("Content-Length");
  if (to_head || length.empty()) return answer;
  const auto wanted = static_cast<std::size_t>(std::stoul(length));
  while (buffer_.size() < wanted)
    if (!more()) return {};
  answer.body = buffer_.substr(0, wanted);
  buffer_.erase(0, wanted);
  return answer;
}

Answer Client::ask(std::string_view bytes, bool to_head) {
  send(bytes);
  return receive(to_head);
}

std::string Client::rest() {
  while (more()) {
  }
  return std::move(buffer_);
}

bool Client::closed_by_server() {
  std::array<char, 4096> bytes{};
  while (true) {
    const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (count == 0) return true;
    if (count < 0) return errno == ECONNRESET;  // not EAGAIN: that is the end of our patience
  }
}

void Client::finish() const { ::shutdown(socket_, SHUT_WR); }

void Client::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket_);
  socket_ = -1;
}

void Client::receive_slowly() const {
  const int bytes = 4096;
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

template <class Work>
auto TestServer::on_loop(Work work) {
  std::packaged_task<decltype(work())()> task(std::move(work));
  auto result = task.get_future();
  loop_.post([&task] { task(); });
  return result.get();
}

namespace {

asio::awaitable<Response> text(Request) { co_return Response::text("hello"); }
asio::awaitable<Response> big(Request) { co_return Response::text(std::string(300'000, 'x')); }
asio::awaitable<Response> huge(Request) { co_return Response{200, "image/png", std::string(8 << 20, 'x'), {}}; }
asio::awaitable<Response> echo(Request request) { co_return Response::text(std::move(request.body)); }
asio::awaitable<Response> name(Request request) { co_return Response::text(request.path_value("name")); }
asio::awaitable<Response> page(Request) { co_return Response::html("<p>hello</p>"); }
asio::awaitable<Response> split(Request) {
  Response answer = Response::text("");
  answer.headers.push_back({"X-Name", "a\r\nSet-Cookie: stolen=1"});
  co_return answer;
}
asio::awaitable<Response> tagged(Request) {
  Response answer = Response::text(std::string(5000, 'y'));
  answer.headers.push_back({"ETag", "\"v1\""});
  co_return answer;
}
asio::awaitable<Response> throws(Request) {
  throw std::runtime_error("no such thing as a free lunch");
  co_return Response::no_content();
}

}  // namespace

asio::awaitable<Response> TestServer::hold(Request) {
  ++held;
  try {
    co_await gate_->async_wait(asio::use_awaitable);
  } catch (const boost::system::system_error&) {
  }
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) ++cancelled;
  co_return Response::text("released");
}

TestServer::TestServer(ServerSettings settings) {
  using enum Router::Access;
  const auto add = [this](const char* method, const char* path, Router::Access access, auto handler) {
    router.add(method, path, access, [this, handler](Request request) {
      ++handled;
      return handler(std::move(request));
    });
  };
  add("GET", "/text", open, text);
  add("GET", "/big", open, big);
  add("GET", "/huge", open, huge);
  add("GET", "/tagged", open, tagged);
  add("GET", "/throws", open, throws);
  add("GET", "/split", open, split);
  add("GET", "/healthz", open, text);
  add("GET", "/held", open, [this](Request request) { return hold(std::move(request)); });
  add("GET", "/page", page, web::page);
  add("GET", "/metrics", machine, text);
  add("GET", "/api/items/{name}", api, name);
  add("DELETE", "/api/items/{name}", api, name);
  add("GET", "/api/chart", chart, text);
  add("POST", "/api/echo", api, echo);
  router.add("POST", "/echo", open,
             [this](Request request) {
               ++handled;
               return echo(std::move(request));
             },
             {"text/plain"});
  settings.port = 0;
  on_loop([&] {
    gate_ = std::make_unique<asio::steady_timer>(net::context(loop_), Clock::time_point::max());
    server_ = std::make_unique<Server>(net::context(loop_), settings, router);
    const auto started = server_->start();
    EXPECT_TRUE(started) << (started ? "" : started.error().text());
    url_ = server_->url();
  });
}

TestServer::~TestServer() { stop(); }

void TestServer::stop() {
  on_loop([this] {
    server_.reset();
    gate_->expires_at(Clock::time_point::min());
  });
}

std::uint16_t TestServer::port() const {
  return static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
}

Answer TestServer::request(std::string_view method, std::string_view path, std::string_view headers,
                           std::string_view body) const {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", method, path);
  if (headers.find("Host:") == std::string_view::npos) text += fmt::format("Host: 127.0.0.1:{}\r\n", port());
  text += headers;
  if (!body.empty()) text += fmt::format("Content-Length: {}\r\n", body.size());
  return connect().ask(fmt::format("{}\r\n{}", text, body), method == "HEAD");
}

Answer TestServer::get(std::string_view path, std::string_view headers) const { return request("GET", path, headers); }

void TestServer::release() {
  on_loop([this] { gate_->expires_at(Clock::time_point::min()); });
}

std::future<void> TestServer::drain(std::chrono::milliseconds at_most) {
  return asio::co_spawn(net::context(loop_), server_->drain(Clock::now() + at_most), asio::use_future);
}

std::size_t TestServer::connections() {
  return on_loop([this] { return server_->connections(); });
}

bool eventually(const std::function<bool()>& condition) {
  for (const auto end = Clock::now() + 20s; Clock::now() < end; std::this_thread::sleep_for(2ms))
    if (condition()) return true;
  return false;
}

}  // namespace oculus::web
