#include "server/ops/printable.h"

#include <gtest/gtest.h>

namespace visavis::ops {
namespace {

TEST(PrintableTest, NothingSteersATerminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\nc\u009b31md\u202ee\xffz"),
            "a\uFFFD[2Jb\uFFFDc\uFFFD31md\uFFFDe\uFFFDz");
  EXPECT_EQ(printable("Zoë \u05d0 ✓"), "Zoë \u05d0 ✓");
  EXPECT_EQ(printable_lines("one\ntwo\x07\n"), "one\ntwo\uFFFD\n");
}

TEST(PrintableTest, WhatIsLongIsCut) {
  EXPECT_LT(printable(std::string(100'000, 'x')).size(), 1'100U);
}

}  // namespace
}  // namespace visavis::ops
