// A bench has nobody to answer to: what fails ends it, with the reason. Any thread.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "model/error.hpp"

namespace oculus::bench {

[[noreturn]] inline void give_up(const std::string& reason) {
  std::fprintf(stderr, "bench: %s\n", reason.c_str());
  std::exit(1);
}

inline void require(const Result<>& done) {
  if (!done) give_up(done.error().text());
}
template <class T>
T require(Result<T> outcome) {
  if (!outcome) give_up(outcome.error().text());
  return std::move(*outcome);
}

}  // namespace oculus::bench
