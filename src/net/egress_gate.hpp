// Says which addresses Oculus may connect to. It judges resolved addresses, so that no name leads around it. Immutable;
// any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace oculus::net {

/// An IPv6 address in network order; IPv4 as `::ffff:a.b.c.d`, so that both spellings of one host are one.
using AddressBytes = std::array<std::uint8_t, 16>;

/// A block of addresses: `10.0.0.0/8`, `fd00::/8`, or one address.
struct AddressRange {
  AddressBytes first{};  // bits past `prefix` are zero
  int prefix = 128;      // of 128; IPv4's own plus 96
  std::string text;      // as written

  /// Invalid for anything but an address, or an address, `/` and a prefix within the family's length.
  static Result<AddressRange> parse(std::string_view text, Place at = {});
  [[nodiscard]] bool contains(const AddressBytes& address) const noexcept;
};

/// The rules, first to match: `deny`, `allow`, then the built-in refusals (link-local, cloud metadata); all else may be
/// reached, loopback and private ranges included.
class EgressGate {
 public:
  EgressGate() = default;
  EgressGate(std::vector<AddressRange> allow, std::vector<AddressRange> deny);

  /// Reads the lists of the configuration (`egress.allow`, `egress.deny`); Invalid names the entry.
  static Result<EgressGate> make(std::span<const std::string> allow, std::span<const std::string> deny);

  /// Forbidden with the rule that refuses `address`, and what to set where it is meant.
  [[nodiscard]] Result<> check(const AddressBytes& address) const;

 private:
  std::vector<AddressRange> allow_;
  std::vector<AddressRange> deny_;
};

}  // namespace oculus::net
