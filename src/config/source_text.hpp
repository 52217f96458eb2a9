// A text and its lines: from an offset to a place and back. Columns count characters, not bytes. Plain values; any
// thread.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace oculus::config {

/// The characters (code points) of UTF-8 text, one after the other; a byte that does not belong stands for itself.
class Characters {
 public:
  class iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = std::string_view;
    iterator() = default;
    explicit iterator(std::string_view rest) : rest_(rest) {}
    value_type operator*() const noexcept { return rest_.substr(0, length()); }
    iterator& operator++() noexcept {
      rest_.remove_prefix(length());
      return *this;
    }
    void operator++(int) noexcept { ++*this; }
    friend bool operator==(const iterator& a, std::default_sentinel_t /*end*/) noexcept { return a.rest_.empty(); }

   private:
    [[nodiscard]] std::size_t length() const noexcept;
    std::string_view rest_;
  };

  explicit Characters(std::string_view text) : text_(text) {}
  [[nodiscard]] iterator begin() const noexcept { return iterator(text_); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  std::string_view text_;
};

std::size_t count_characters(std::string_view text);

/// Looks at a text that outlives it.
class SourceText {
 public:
  explicit SourceText(std::string_view text);

  /// Line and column of a byte; both count from 1.
  [[nodiscard]] Place place(std::size_t offset, const std::string& file) const;
  /// The byte at a line and a column in bytes, both from 0, as parsers count.
  [[nodiscard]] std::size_t offset(std::size_t line, std::size_t column) const;
  /// A line, counted from 1, without its end.
  [[nodiscard]] std::string_view line(int number) const;
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
  std::vector<std::size_t> begins_;  // of each line
};

/// Where the text first ceases to be UTF-8 without control characters (tab and line ends apart), if it does.
std::optional<std::size_t> first_foreign_byte(std::string_view text);

}  // namespace oculus::config
