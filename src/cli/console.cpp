#include "cli/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "model/printable.hpp"

namespace oculus::cli {
namespace {

constexpr std::size_t kUsualWidth = 80;

std::size_t width_of(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualWidth;
}

bool is_set(const config::Environment& environment, const char* name) {
  const char* const value = environment.find(name);
  return value != nullptr && *value != '\0';
}

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::red:
      return "31";
    case Colour::green:
      return "32";
    case Colour::yellow:
      return "33";
    case Colour::blue:
      return "34";
    case Colour::dim:
      return "2";
    case Colour::bold:
      return "1";
  }
  return "0";
}

/// 0, or the errno of what kept it from being written.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

}  // namespace

Console Console::of_process(const config::Environment& environment) {
  Facts facts;
  facts.terminal = isatty(facts.out) == 1;
  const char* const kind = environment.find("TERM");
  facts.colour =
      facts.terminal && !is_set(environment, "NO_COLOR") && kind != nullptr && std::string_view(kind) != "dumb";
  if (facts.terminal) facts.width = width_of(facts.out);
  return Console(facts);
}

std::string Console::paint(Colour colour, std::string_view text) const {
  return facts_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code_of(colour), text) : std::string(text);
}

void Console::print(std::string_view text) {
  if (write_error_ == 0) write_error_ = write_all(facts_.out, text);
}

void Console::complain(std::string_view what) const { complain_lines(fmt::format("oculus: {}\n", printable(what))); }

// Nobody can be told that standard error is gone.
void Console::complain_lines(std::string_view text) const { (void)write_all(facts_.err, text); }

int Console::finish(int status) const {
  if (write_error_ == 0 || write_error_ == EPIPE) return status;
  complain(fmt::format("the output could not be written: {}", std::generic_category().message(write_error_)));
  return 1;
}

}  // namespace oculus::cli
