// ICMP echo messages as bytes (RFC 792, RFC 4443). Plain values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace oculus::net {

enum class IpFamily { v4, v6 };

/// What tells our echoes from everybody's. Datagram sockets replace `identifier`, so the token alone decides in the
/// end.
struct EchoId {
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
  std::uint64_t token = 0;  // random, at the head of the payload

  friend bool operator==(const EchoId&, const EchoId&) = default;
};

/// The least payload: it has to hold the token.
constexpr std::size_t kLeastEchoPayload = sizeof(std::uint64_t);
/// The largest message whose IPv4 packet has a legal length.
constexpr std::size_t kMostEchoPayload = 65'535 - 20 - 8;

/// An echo request with `payload` bytes behind the eight of the header. The checksum is set for IPv4; the kernel sets
/// that of IPv6, which covers addresses too.
std::vector<std::byte> make_echo_request(IpFamily family, const EchoId& id, std::size_t payload);

/// What a message that came in says about one of our echoes.
struct IcmpNews {
  enum class Kind {
    reply,
    unreachable,     // a router or the host refuses
    time_exceeded,   // the packet went in circles, or too far
    packet_too_big,  // larger than a link on the way allows
  };
  Kind kind = Kind::reply;
  EchoId id;
};

/// Reads a message that begins at the ICMP header. Only its head has to be there. Empty for anything that does not
/// answer an echo request or quote one: an echo request above all, which raw sockets on loopback also hand to their
/// sender.
std::optional<IcmpNews> read_icmp(IpFamily family, std::span<const std::byte> message);

/// The identity of an echo request, such as an error queue hands back; empty for anything else.
std::optional<EchoId> read_echo_request(IpFamily family, std::span<const std::byte> message);

/// What follows the IPv4 header, by its own length; empty when there is none. Raw IPv4 sockets give the header, all
/// others do not.
std::span<const std::byte> without_ipv4_header(std::span<const std::byte> packet);

/// The Internet checksum (RFC 1071), in the order of the bytes.
std::uint16_t internet_checksum(std::span<const std::byte> bytes);

}  // namespace oculus::net
