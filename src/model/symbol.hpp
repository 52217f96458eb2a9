// The name by which rules, SQL and URLs call a series. Plain values; any thread.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "model/error.hpp"

namespace oculus {

/// 1 to 200 of `[a-z0-9_.:]`, a letter first, such as `net.tcp.redis.rtt`.
class Symbol {
 public:
  static constexpr std::size_t kMaxLength = 200;

  /// Takes `text` as it stands, or answers Invalid with the column of the first character that does not belong.
  [[nodiscard]] static Result<Symbol> parse(std::string_view text, Place at = {});

  /// Makes a symbol of any text: lower case, every other character becomes `_`. Invalid when it is empty, too long, or
  /// does not begin with a letter.
  [[nodiscard]] static Result<Symbol> from(std::string_view text, Place at = {});

  const std::string& text() const noexcept { return text_; }

  friend auto operator<=>(const Symbol&, const Symbol&) = default;

 private:
  explicit Symbol(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// One dotted part of a symbol: lower case, everything outside `[a-z0-9_]` becomes `_` (a dot too), so that
/// `api.example.com` names one part.
std::string symbol_part(std::string_view text);

}  // namespace oculus
