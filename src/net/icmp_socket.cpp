#include "net/icmp_socket.hpp"

#include <fmt/format.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/query.hpp>
#include <cerrno>
#include <cstring>
#include <random>

namespace asio = boost::asio;

namespace oculus::net {
namespace {

// One entry for each family, kept with the loop. It does not own: the pings under way do.
class IcmpSockets : public asio::execution_context::service {
 public:
  using key_type = IcmpSockets;
  static inline asio::execution_context::id id;

  explicit IcmpSockets(asio::execution_context& loop) : service(loop) {}
  std::weak_ptr<IcmpSocket>& of(IpFamily family) { return family == IpFamily::v4 ? v4_ : v6_; }

 private:
  void shutdown() override {}
  std::weak_ptr<IcmpSocket> v4_, v6_;
};

int open_descriptor(IpFamily family, int type) {
  return family == IpFamily::v4 ? socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP)
                                : socket(AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6);
}

std::string describe(int error) { return std::generic_category().message(error); }

// An option that only improves a figure or a message may be missing.
template <class Value>
void set_if_possible(int descriptor, int level, int option, const Value& value) {
  static_cast<void>(setsockopt(descriptor, level, option, &value, sizeof(value)));
}

// The head of a message: headers, quoted headers and token; what does not fit is cut off by the kernel.
struct Incoming {
  std::array<std::byte, 256> bytes;
  alignas(cmsghdr) std::array<char, 512> control;
  iovec part{bytes.data(), bytes.size()};
  msghdr header{};

  ssize_t receive(int descriptor, int flags) {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    return recvmsg(descriptor, &header, flags);
  }
  template <class Value>
  std::optional<Value> option(int level, int type) {
    for (cmsghdr* at = CMSG_FIRSTHDR(&header); at != nullptr; at = CMSG_NXTHDR(&header, at)) {
      if (at->cmsg_level != level || at->cmsg_type != type || at->cmsg_len < CMSG_LEN(sizeof(Value))) continue;
      Value value;
      std::memcpy(&value, CMSG_DATA(at), sizeof(value));
      return value;
    }
    return std::nullopt;
  }
  // How long ago the kernel took it in; 0 where it does not say, or where the wall clock was set back meanwhile.
  std::chrono::nanoseconds queued() {
    const auto stamp = option<timespec>(SOL_SOCKET, SCM_TIMESTAMPNS);
    timespec now{};
    if (!stamp || clock_gettime(CLOCK_REALTIME, &now) != 0) return std::chrono::nanoseconds(0);
    const auto length =
        std::chrono::seconds(now.tv_sec - stamp->tv_sec) + std::chrono::nanoseconds(now.tv_nsec - stamp->tv_nsec);
    return std::max(length, std::chrono::nanoseconds(0));
  }
};

std::string_view refusal_text(IcmpNews::Kind kind) {
  switch (kind) {
    case IcmpNews::Kind::time_exceeded:
      return "time to live exceeded";
    case IcmpNews::Kind::packet_too_big:
      return "packet too big";
    default:
      return "destination unreachable";
  }
}

}  // namespace

Result<std::shared_ptr<IcmpSocket>> IcmpSocket::shared(const asio::any_io_executor& loop, IpFamily family) {
  auto& kept = asio::use_service<IcmpSockets>(asio::query(loop, asio::execution::context)).of(family);
  if (auto socket = kept.lock()) return socket;
  auto opened = open(loop, family);
  if (opened) kept = *opened;
  return opened;
}

Result<std::shared_ptr<IcmpSocket>> IcmpSocket::open(const asio::any_io_executor& loop, IpFamily family) {
  Kind kind = Kind::datagram;
  int descriptor = open_descriptor(family, SOCK_DGRAM);
  const int datagram_error = errno;
  if (descriptor < 0 && (datagram_error == EACCES || datagram_error == EPERM || datagram_error == EPROTONOSUPPORT)) {
    kind = Kind::raw;
    descriptor = open_descriptor(family, SOCK_RAW);
  }
  if (descriptor >= 0) {
    const std::shared_ptr<IcmpSocket> made(new IcmpSocket(loop, family, kind, descriptor));
    made->set_options();
    made->wait();
    return made;
  }
  const int error = errno;
  const std::string_view version = family == IpFamily::v4 ? "IPv4" : "IPv6";
  if (error == EPERM || error == EACCES)
    return failure(
        ErrorKind::forbidden, fmt::format("ICMP echo over {} is not permitted to this process", version),
        "allow its group with `sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"` (it governs IPv6 too), or grant "
        "the program the capability cap_net_raw");
  return failure(ErrorKind::unavailable, fmt::format("no socket for ICMP echo over {}: {}", version, describe(error)));
}

IcmpSocket::IcmpSocket(const asio::any_io_executor& loop, IpFamily family, Kind kind, int descriptor)
    : family_(family),
      kind_(kind),
      identifier_(static_cast<std::uint16_t>(std::random_device()())),
      socket_(loop, descriptor) {}

void IcmpSocket::set_options() {
  const int descriptor = socket_.native_handle();
  const int on = 1;
  set_if_possible(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, on);
  if (kind_ == Kind::datagram) {
    if (family_ == IpFamily::v4)
      set_if_possible(descriptor, IPPROTO_IP, IP_RECVERR, on);
    else
      set_if_possible(descriptor, IPPROTO_IPV6, IPV6_RECVERR, on);
  } else if (family_ == IpFamily::v4) {
    // A raw socket hears every ICMP message of the host; these are the types that read_icmp understands.
    const icmp_filter wanted{.data = ~(1U << ICMP_ECHOREPLY | 1U << ICMP_DEST_UNREACH | 1U << ICMP_TIME_EXCEEDED)};
    set_if_possible(descriptor, SOL_RAW, ICMP_FILTER, wanted);
  } else {
    icmp6_filter wanted{};
    ICMP6_FILTER_SETBLOCKALL(&wanted);
    for (const int type : {ICMP6_ECHO_REPLY, ICMP6_DST_UNREACH, ICMP6_PACKET_TOO_BIG, ICMP6_TIME_EXCEEDED})
      ICMP6_FILTER_SETPASS(type, &wanted);
    set_if_possible(descriptor, IPPROTO_ICMPV6, ICMP6_FILTER, wanted);
  }
}

std::error_code IcmpSocket::send(const asio::ip::address& to, std::uint16_t sequence, std::uint64_t token,
                                 std::size_t payload) {
  const asio::ip::udp::endpoint endpoint(to, 0);  // the address in the kernel's form; ICMP has no ports
  const auto message = make_echo_request(family_, {identifier_, sequence, token}, payload);
  const auto sent = sendto(socket_.native_handle(), message.data(), message.size(), MSG_NOSIGNAL, endpoint.data(),
                           static_cast<socklen_t>(endpoint.size()));
  return sent < 0 ? std::error_code(errno, std::generic_category()) : std::error_code();
}

// The handler does not keep the socket alive: without pings it is closed, and an idle Oculus is not woken by foreign
// messages.
void IcmpSocket::wait() {
  socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                     [weak = weak_from_this()](const boost::system::error_code& error) {
                       const auto self = weak.lock();
                       if (!self || error) return;
                       self->read_some();
                       self->wait();
                     });
}

void IcmpSocket::read_some() {
  constexpr int kAtOnce = 64;  // a flood of foreign messages must not hold up the loop; what is left wakes us again
  for (int i = 0; i < kAtOnce; ++i) {
    const bool refused = kind_ == Kind::datagram && read_refusal();
    if (!read_message() && !refused) return;
  }
}

bool IcmpSocket::read_message() {
  Incoming incoming;
  const ssize_t size = incoming.receive(socket_.native_handle(), 0);
  if (size < 0)
    return errno != EAGAIN && errno != EWOULDBLOCK;  // an error told once; its details are in the error queue
  std::span<const std::byte> message(incoming.bytes.data(), static_cast<std::size_t>(size));
  if (kind_ == Kind::raw && family_ == IpFamily::v4) message = without_ipv4_header(message);
  const auto news = read_icmp(family_, message);
  if (!news || (kind_ == Kind::raw && news->id.identifier != identifier_)) return true;
  const auto found = listeners_.find(news->id.token);
  if (found == listeners_.end()) return true;  // late, of another process, or forged
  if (news->kind == IcmpNews::Kind::reply)
    found->second->on_reply(news->id.sequence, incoming.queued());
  else
    found->second->on_refusal(news->id.sequence, std::string(refusal_text(news->kind)));
  return true;
}

// Datagram sockets tell ICMP errors through their error queue, with the request that they are about.
bool IcmpSocket::read_refusal() {
  Incoming incoming;
  const ssize_t size = incoming.receive(socket_.native_handle(), MSG_ERRQUEUE);
  if (size < 0) return false;
  const auto error = family_ == IpFamily::v4 ? incoming.option<sock_extended_err>(IPPROTO_IP, IP_RECVERR)
                                             : incoming.option<sock_extended_err>(IPPROTO_IPV6, IPV6_RECVERR);
  const auto id = read_echo_request(family_, {incoming.bytes.data(), static_cast<std::size_t>(size)});
  if (!error || !id || error->ee_origin == SO_EE_ORIGIN_LOCAL) return true;  // local ones are told by send
  const auto found = listeners_.find(id->token);
  if (found != listeners_.end()) found->second->on_refusal(id->sequence, describe(static_cast<int>(error->ee_errno)));
  return true;
}

}  // namespace oculus::net
