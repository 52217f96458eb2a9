#include "net/resolver.hpp"

#include <ares.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

#include "net/borrowed_socket.hpp"

namespace asio = boost::asio;
namespace ip = boost::asio::ip;

namespace oculus::net {
namespace {

using Addresses = std::vector<ip::address>;
using Answer = Result<Addresses>;

constexpr int kAskAgainAfterMs = 1000;  // a lost packet; c-ares waits longer with each round
constexpr int kTries = 4;
constexpr const char* kSystemServers = "/etc/resolv.conf";

// A question and who waits for its answer. c-ares cannot drop a single question: one whose asker has left is answered
// into the void.
struct Question {
  std::string host;
  asio::steady_timer* asker;
  std::optional<Answer> answer;
};

struct Leaving {
  explicit Leaving(Question& of) : question(of) {}
  ~Leaving() { question.asker = nullptr; }
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;
  Question& question;
};

std::optional<ip::address> address_of(const ares_addrinfo_node& node) {
  if (node.ai_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, node.ai_addr, sizeof v4);
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (node.ai_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, node.ai_addr, sizeof v6);
  ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return ip::address_v6(bytes, v6.sin6_scope_id);
}

Addresses addresses_of(const ares_addrinfo* found) {
  Addresses list;
  for (const auto* node = found == nullptr ? nullptr : found->nodes; node != nullptr; node = node->ai_next) {
    const auto address = address_of(*node);
    if (address && std::ranges::find(list, *address) == list.end()) list.push_back(*address);
  }
  return list;
}

Answer answer_of(int status, const ares_addrinfo* found, const std::string& host) {
  if (status == ARES_SUCCESS) {
    Addresses list = addresses_of(found);
    if (!list.empty()) return list;
    status = ARES_ENODATA;
  }
  switch (status) {
    case ARES_ENOTFOUND:
      return failure(ErrorKind::not_found, fmt::format("the name '{}' does not exist", host));
    case ARES_ENODATA:
      return failure(ErrorKind::not_found, fmt::format("the name '{}' has no address of this kind", host));
    case ARES_EBADNAME:
      return invalid(fmt::format("'{}' cannot be a host name", host));
    case ARES_ETIMEOUT:
      return failure(ErrorKind::timed_out, fmt::format("no name server answered about '{}'", host));
    case ARES_ESERVFAIL:
      return failure(ErrorKind::unavailable, fmt::format("the name servers failed on '{}' (SERVFAIL)", host));
    case ARES_EREFUSED:
      return failure(ErrorKind::unavailable, fmt::format("the name servers refused to answer about '{}'", host));
    case ARES_ECONNREFUSED:
      return failure(ErrorKind::unavailable, fmt::format("no name server could be reached to ask about '{}'", host));
    default:
      return failure(ErrorKind::unavailable, fmt::format("looking up '{}' failed: {}", host, ares_strerror(status)));
  }
}

std::optional<Answer> answer_numeric(const std::string& host, Family family) {
  boost::system::error_code bad;
  const auto address = ip::make_address(host, bad);
  if (bad) return std::nullopt;
  if ((family == Family::v4 && !address.is_v4()) || (family == Family::v6 && !address.is_v6()))
    return failure(ErrorKind::not_found, fmt::format("{} is not an IPv{} address", host, family == Family::v4 ? 4 : 6),
                   "drop `ip` or change it");
  return Addresses{address};
}

timespec changed_at(const char* path) {
  struct stat facts{};
  return ::stat(path, &facts) == 0 ? facts.st_mtim : timespec{};
}

}  // namespace

// c-ares' own state, driven by the loop. Questions of one channel share its sockets.
class Resolver::Channel {
 public:
  Channel(asio::io_context& loop, const std::string& servers)
      : loop_(loop), retry_(loop), servers_changed_(changed_at(kSystemServers)) {
    ares_options options{};
    options.timeout = kAskAgainAfterMs;
    options.tries = kTries;
    std::string lookups = "fb";  // /etc/hosts, then DNS
    options.lookups = lookups.data();
    options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
      static_cast<Channel*>(self)->watch(socket, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    constexpr int kMask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
    status_ = ares_init_options(&ares_, &options, kMask);
    if (status_ == ARES_SUCCESS && !servers.empty()) status_ = ares_set_servers_ports_csv(ares_, servers.c_str());
  }

  ~Channel() {
    if (ares_ != nullptr) ares_destroy(ares_);  // answers what is open with ARES_EDESTRUCTION and closes its sockets
  }

  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void ask(const std::shared_ptr<Question>& question, Family family) {
    if (status_ != ARES_SUCCESS) {
      question->answer = answer_of(status_, nullptr, question->host);
      return;
    }
    ares_addrinfo_hints hints{};
    hints.ai_family = family == Family::v4 ? AF_INET : family == Family::v6 ? AF_INET6 : AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;  // one entry for each address
    ++open_;
    auto asked = std::make_unique<Asked>(Asked{this, question});
    ares_getaddrinfo(ares_, question->host.c_str(), nullptr, &hints, answered, asked.release());
    wait_for_retry();
  }

  // The system's list of servers was changed (a laptop moved, DHCP), and nothing is being asked.
  [[nodiscard]] bool outdated() const {
    const timespec now = changed_at(kSystemServers);
    return open_ == 0 && (now.tv_sec != servers_changed_.tv_sec || now.tv_nsec != servers_changed_.tv_nsec);
  }

 private:
  struct Asked {
    Channel* channel;
    std::shared_ptr<Question> question;
  };

  static void answered(void* argument, int status, int /*timeouts*/, ares_addrinfo* found) {
    const std::unique_ptr<Asked> asked(static_cast<Asked*>(argument));
    --asked->channel->open_;
    Question& question = *asked->question;
    if (question.asker != nullptr) {
      question.answer = answer_of(status, found, question.host);
      question.asker->cancel();
    }
    if (found != nullptr) ares_freeaddrinfo(found);
  }

  void watch(ares_socket_t socket, bool readable, bool writable) {
    auto& watched = sockets_[socket];
    if (!readable && !writable) {  // c-ares closes it now
      if (watched) watched->release();
      sockets_.erase(socket);
      return;
    }
    if (!watched)
      watched = std::make_shared<BorrowedSocket>(loop_, socket, [this](int ready, bool can_read, bool can_write) {
        process(can_read ? ready : ARES_SOCKET_BAD, can_write ? ready : ARES_SOCKET_BAD);
      });
    watched->want(readable, writable);
  }

  void process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(ares_, readable, writable);
    wait_for_retry();
  }

  void wait_for_retry() {
    timeval left{};
    if (open_ == 0 || ares_timeout(ares_, nullptr, &left) == nullptr) {
      retry_.cancel();
      return;
    }
    retry_.expires_after(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec));
    retry_.async_wait([this](const boost::system::error_code& error) {
      if (!error) process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
  }

  asio::io_context& loop_;
  asio::steady_timer retry_;
  timespec servers_changed_;
  int open_ = 0;  // questions
  int status_ = ARES_SUCCESS;
  std::unordered_map<ares_socket_t, std::shared_ptr<BorrowedSocket>> sockets_;
  ares_channel ares_ = nullptr;  // last: it calls back into what stands above
};

asio::io_context::id Resolver::id;

Resolver::Resolver(asio::io_context& loop) : asio::io_context::service(loop), loop_(loop) {}

Resolver::~Resolver() = default;

void Resolver::shutdown() { channel_.reset(); }

void Resolver::use_servers(std::string servers) {
  servers_ = std::move(servers);
  channel_.reset();
}

Resolver::Channel& Resolver::channel() {
  if (channel_ && channel_->outdated()) channel_.reset();
  if (!channel_) channel_ = std::make_unique<Channel>(loop_, servers_);
  return *channel_;
}

asio::awaitable<Answer> Resolver::resolve(std::string host, Family family, Deadline deadline) {
  if (host.empty()) co_return invalid("an empty host name");
  if (auto numeric = answer_numeric(host, family)) co_return std::move(*numeric);

  asio::steady_timer timer(loop_, deadline);
  const auto question = std::make_shared<Question>(Question{host, &timer, std::nullopt});
  const Leaving leaving(*question);
  channel().ask(question, family);
  if (!question->answer) co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (question->answer) co_return std::move(*question->answer);
  if (Clock::now() < deadline)
    co_return failure(ErrorKind::unavailable, fmt::format("looking up '{}' was cancelled", host));
  co_return failure(ErrorKind::timed_out, fmt::format("no name server answered about '{}' in time", host));
}

Resolver& resolver_of(asio::io_context& loop) { return asio::use_service<Resolver>(loop); }

}  // namespace oculus::net
