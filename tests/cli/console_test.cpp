#include "cli/console.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace oculus::cli {
namespace {

TEST(Console, HasColourOnlyWhereItIsWanted) {
  EXPECT_EQ(Console({.colour = false}).paint(Colour::red, "x"), "x");
  EXPECT_EQ(Console({.colour = true}).paint(Colour::red, "x"), "\x1b[31mx\x1b[0m");
}

TEST(Console, EndsQuietlyWhenTheReaderLeft) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  ::close(pipe[0]);
  std::array<int, 2> complaints{};
  ASSERT_EQ(::pipe(complaints.data()), 0);
  Console console({.out = pipe[1], .err = complaints[1]});
  console.print("a");
  console.print("b");
  EXPECT_EQ(console.finish(0), 0);
  ::close(complaints[1]);
  char heard = 0;
  EXPECT_EQ(::read(complaints[0], &heard, 1), 0) << "nothing was said";
  ::close(complaints[0]);
  ::close(pipe[1]);
}

TEST(Console, SaysWhenTheOutputCouldNotBeWritten) {
  const int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  std::array<int, 2> complaints{};
  ASSERT_EQ(::pipe(complaints.data()), 0);
  Console console({.out = full, .err = complaints[1]});
  console.print("a");
  EXPECT_EQ(console.finish(0), 1);
  std::array<char, 100> heard{};
  const ssize_t count = ::read(complaints[0], heard.data(), heard.size());
  EXPECT_EQ(std::string(heard.data(), static_cast<std::size_t>(count)),
            "oculus: the output could not be written: No space left on device\n");
  for (const int descriptor : {full, complaints[0], complaints[1]}) ::close(descriptor);
}

}  // namespace
}  // namespace oculus::cli
