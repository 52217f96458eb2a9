// Where a command writes: standard output for what was asked for, standard error for what went wrong. Main thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/environment.hpp"

namespace oculus::cli {

enum class Colour { red, green, yellow, blue, dim, bold };

class Console {
 public:
  struct Facts {
    int out = 1, err = 2;   // descriptors
    bool terminal = false;  // `out` is one
    bool colour = false;    // on `out`
    std::size_t width = 0;  // columns; 0: without limit
  };
  explicit Console(Facts facts) : facts_(facts) {}

  /// The process's own streams. Colour needs a terminal, no NO_COLOR (no-color.org) and a TERM that is not `dumb`.
  static Console of_process(const config::Environment& environment);

  [[nodiscard]] bool terminal() const noexcept { return facts_.terminal; }
  [[nodiscard]] std::size_t width() const noexcept { return facts_.width; }
  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;

  /// Text for a person or a program, as it stands.
  void print(std::string_view text);
  /// `oculus: what`, escaped, and a line feed, on standard error.
  void complain(std::string_view what) const;
  /// As it stands, on standard error: texts of several lines, already escaped.
  void complain_lines(std::string_view text) const;

  /// The exit status of a command that ended with `status`: 1 when its output could not be written. A reader that left
  /// (`| head`) has what it wanted.
  [[nodiscard]] int finish(int status) const;

 private:
  Facts facts_;
  int write_error_ = 0;  // errno of the first write that failed; nothing is written after it
};

}  // namespace oculus::cli
