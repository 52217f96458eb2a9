// Ends the process where a promise is broken, whatever the build: libFuzzer keeps the input, and the replay names it.
#pragma once

#include <cstdlib>

inline void require(bool promise) {
  if (!promise) std::abort();
}
