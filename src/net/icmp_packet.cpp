#include "net/icmp_packet.hpp"

namespace oculus::net {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kIpv6Header = 40;
constexpr std::uint8_t kIpv6NextIcmp = 58, kIpv4Icmp = 1;

struct Types {
  std::uint8_t request, reply, unreachable, time_exceeded, too_big;
};
constexpr std::uint8_t kNone = 255;  // reserved in both families
constexpr Types kV4{.request = 8, .reply = 0, .unreachable = 3, .time_exceeded = 11, .too_big = kNone};
constexpr Types kV6{.request = 128, .reply = 129, .unreachable = 1, .time_exceeded = 3, .too_big = 2};

constexpr const Types& types_of(IpFamily family) { return family == IpFamily::v4 ? kV4 : kV6; }

std::uint8_t byte_at(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

std::uint64_t number(std::span<const std::byte> bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8U | byte_at(bytes, at + i);
  return value;
}

void put(std::span<std::byte> bytes, std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t i = width; i-- > 0; value >>= 8U) bytes[at + i] = static_cast<std::byte>(value & 0xffU);
}

EchoId id_of(std::span<const std::byte> echo) {
  return {.identifier = static_cast<std::uint16_t>(number(echo, 4, 2)),
          .sequence = static_cast<std::uint16_t>(number(echo, 6, 2)),
          .token = number(echo, kHeader, 8)};
}

bool is_whole(std::span<const std::byte> echo) { return echo.size() >= kHeader + kLeastEchoPayload; }

// Behind the header of an error stands the packet that it is about, from its IP header on.
std::span<const std::byte> quoted_icmp(IpFamily family, std::span<const std::byte> message) {
  const auto packet = message.subspan(kHeader);
  if (family == IpFamily::v4)
    return packet.size() > 9 && byte_at(packet, 9) == kIpv4Icmp ? without_ipv4_header(packet)
                                                                : std::span<const std::byte>();
  return packet.size() > kIpv6Header && byte_at(packet, 6) == kIpv6NextIcmp ? packet.subspan(kIpv6Header)
                                                                            : std::span<const std::byte>();
}

}  // namespace

std::uint16_t internet_checksum(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += number(bytes, i, 2);
  if (bytes.size() % 2 == 1) sum += std::uint64_t{byte_at(bytes, bytes.size() - 1)} << 8U;
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum & 0xffffU);
}

std::vector<std::byte> make_echo_request(IpFamily family, const EchoId& id, std::size_t payload) {
  std::vector<std::byte> message(kHeader + payload);
  put(message, 0, 1, types_of(family).request);
  put(message, 4, 2, id.identifier);
  put(message, 6, 2, id.sequence);
  put(message, kHeader, 8, id.token);
  for (std::size_t i = kHeader + 8; i < message.size(); ++i) message[i] = static_cast<std::byte>(i & 0xffU);
  if (family == IpFamily::v4) put(message, 2, 2, internet_checksum(message));
  return message;
}

std::span<const std::byte> without_ipv4_header(std::span<const std::byte> packet) {
  constexpr std::size_t kShortest = 20;
  if (packet.size() < kShortest || byte_at(packet, 0) >> 4U != 4) return {};
  const std::size_t length = (byte_at(packet, 0) & 0xfU) * std::size_t{4};
  return length < kShortest || length > packet.size() ? std::span<const std::byte>() : packet.subspan(length);
}

std::optional<IcmpNews> read_icmp(IpFamily family, std::span<const std::byte> message) {
  if (!is_whole(message)) return std::nullopt;
  const Types& types = types_of(family);
  const std::uint8_t type = byte_at(message, 0);
  IcmpNews news;
  if (type == types.reply) {
    news.id = id_of(message);
    return news;
  }
  if (type == types.unreachable)
    news.kind = IcmpNews::Kind::unreachable;
  else if (type == types.time_exceeded)
    news.kind = IcmpNews::Kind::time_exceeded;
  else if (type == types.too_big)
    news.kind = IcmpNews::Kind::packet_too_big;
  else
    return std::nullopt;
  constexpr std::uint8_t kFragmentationNeeded = 4;
  if (family == IpFamily::v4 && type == types.unreachable && byte_at(message, 1) == kFragmentationNeeded)
    news.kind = IcmpNews::Kind::packet_too_big;
  const auto id = read_echo_request(family, quoted_icmp(family, message));
  if (!id) return std::nullopt;
  news.id = *id;
  return news;
}

std::optional<EchoId> read_echo_request(IpFamily family, std::span<const std::byte> message) {
  if (!is_whole(message) || byte_at(message, 0) != types_of(family).request) return std::nullopt;
  return id_of(message);
}

}  // namespace oculus::net
