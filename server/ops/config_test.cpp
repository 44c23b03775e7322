#include "server/ops/config.h"

#include <gtest/gtest.h>
namespace visavis::ops { namespace {
TEST(Config, X) {}
}}
