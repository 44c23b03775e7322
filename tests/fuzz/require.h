// What a fuzz target demands. Stays in optimised builds, unlike assert().
#pragma once

#include <cstdio>
#include <cstdlib>

namespace visavis::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace visavis::fuzz
