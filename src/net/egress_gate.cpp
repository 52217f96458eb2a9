#include "net/egress_gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <utility>

#include "net/address.hpp"

namespace oculus::net {
namespace {

constexpr std::string_view kRangeForm = "an address or a range such as 192.0.2.7, 10.0.0.0/8 or fd00::/8";
constexpr int kV4Prefix = 96;  // of ::ffff:0:0

struct Refusal {
  std::string_view range, what;
};

// Metadata services hand out credentials to whoever asks from inside; link-local is where most of them live. Metadata
// stands first: its name says more.
constexpr Refusal kRefusals[] = {
    {"169.254.169.254", "a cloud metadata address (AWS, Azure, Google, OpenStack and others)"},
    {"169.254.170.2", "a cloud metadata address (AWS container credentials)"},
    {"169.254.170.23", "a cloud metadata address (AWS container credentials)"},
    {"fd00:ec2::254", "a cloud metadata address (AWS)"},
    {"fd00:ec2::23", "a cloud metadata address (AWS container credentials)"},
    {"fd20:ce::254", "a cloud metadata address (Google)"},
    {"100.100.100.200", "a cloud metadata address (Alibaba Cloud)"},
    {"168.63.129.16", "a cloud metadata address (Azure)"},
    {"192.0.0.192", "a cloud metadata address (Oracle Cloud)"},
    {"169.254.0.0/16", "a link-local address"},
    {"fe80::/10", "a link-local address"},
};

struct BuiltIn {
  AddressRange range;
  std::string_view what;
};

const std::vector<BuiltIn>& built_in() {
  static const std::vector<BuiltIn> list = [] {
    std::vector<BuiltIn> made;
    for (const Refusal& refusal : kRefusals) made.push_back({AddressRange::parse(refusal.range).value(), refusal.what});
    return made;
  }();
  return list;
}

const AddressRange* find(const std::vector<AddressRange>& ranges, const AddressBytes& address) {
  const auto found = std::ranges::find_if(ranges, [&](const AddressRange& range) { return range.contains(address); });
  return found == ranges.end() ? nullptr : &*found;
}

void clear_past(AddressBytes& bytes, int prefix) {
  for (int bit = prefix; bit < 128; ++bit)
    bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
}

AddressBytes one_address(std::string_view text) { return AddressRange::parse(text).value().first; }

// Where a connection to `asked` leads: that to no address (0.0.0.0, ::) to this machine, and one through NAT64
// (RFC 6052) to the IPv4 address that stands in it.
AddressBytes reached(const AddressBytes& asked) {
  static const AddressBytes kNone4 = one_address("0.0.0.0"), kLoopback4 = one_address("127.0.0.1");
  static const AddressBytes kNone6{}, kLoopback6 = one_address("::1");
  static const AddressRange kNat64 = AddressRange::parse("64:ff9b::/96").value();
  if (asked == kNone6) return kLoopback6;
  AddressBytes address = asked;
  if (kNat64.contains(asked)) std::copy_n(kNone4.begin(), kV4Prefix / 8, address.begin());
  return address == kNone4 ? kLoopback4 : address;
}

Result<std::vector<AddressRange>> parse_all(std::span<const std::string> texts, std::string_view key) {
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) {
    auto range = AddressRange::parse(text, Place{std::string(key)});
    if (!range) return std::unexpected(std::move(range.error()));
    ranges.push_back(std::move(*range));
  }
  return ranges;
}

}  // namespace

Result<AddressRange> AddressRange::parse(std::string_view text, Place at) {
  const auto slash = text.find('/');
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address(std::string(text.substr(0, slash)), bad);
  if (bad)
    return invalid(fmt::format("'{}' is not an address or a range of addresses", text), kRangeForm, std::move(at));

  const bool v4 = address.is_v4();
  int prefix = v4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const int most = prefix;
    const auto [rest, status] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (status != std::errc() || rest != digits.data() + digits.size() || prefix < 0 || prefix > most)
      return invalid(fmt::format("'{}' has no prefix length from 0 to {}", text, most), kRangeForm, std::move(at));
  }
  AddressRange range{bytes_of(address), v4 ? prefix + kV4Prefix : prefix, std::string(text)};
  clear_past(range.first, range.prefix);
  return range;
}

bool AddressRange::contains(const AddressBytes& address) const noexcept {
  AddressBytes start = address;
  clear_past(start, prefix);
  return start == first;
}

EgressGate::EgressGate(std::vector<AddressRange> allow, std::vector<AddressRange> deny)
    : allow_(std::move(allow)), deny_(std::move(deny)) {}

Result<EgressGate> EgressGate::make(std::span<const std::string> allow, std::span<const std::string> deny) {
  auto allowed = parse_all(allow, "egress.allow");
  if (!allowed) return std::unexpected(std::move(allowed.error()));
  auto denied = parse_all(deny, "egress.deny");
  if (!denied) return std::unexpected(std::move(denied.error()));
  return EgressGate(std::move(*allowed), std::move(*denied));
}

Result<> EgressGate::check(const AddressBytes& asked) const {
  const AddressBytes address = reached(asked);
  if (const AddressRange* rule = find(deny_, address))
    return failure(ErrorKind::forbidden,
                   fmt::format("{} is refused by `egress.deny: {}`", text_of(address), rule->text));
  if (find(allow_, address) != nullptr) return {};
  for (const BuiltIn& refusal : built_in()) {
    if (!refusal.range.contains(address)) continue;
    const std::string text = text_of(address);
    const std::string range = refusal.range.text == text ? "" : fmt::format(" ({})", refusal.range.text);
    return failure(ErrorKind::forbidden, fmt::format("{} is refused: {}{}", text, refusal.what, range),
                   fmt::format("where it is meant, set `egress.allow: [{}]`", text));
  }
  return {};
}

}  // namespace oculus::net
