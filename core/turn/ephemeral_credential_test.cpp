#include "core/turn/ephemeral_credential.h"

#include <gtest/gtest.h>

namespace visavis::turn {
namespace {

constexpr std::chrono::sys_seconds kExpiry{std::chrono::seconds(1'700'000'000)};
constexpr std::string_view kCall = "AAAAAAAAAAAAAAAAAAAAAA";
constexpr std::string_view kParticipant = "BBBBBBBBBBBBBBBBBBBBBB";

// "expiry|call|participant", or "none".
std::string parts(std::string_view username) {
  const auto name = parse_ephemeral_name(username);
  if (!name) return "none";
  return std::to_string(name->expiry.time_since_epoch().count()) + "|" + std::string(name->call) +
         "|" + std::string(name->participant);
}

// The passwords are those that Python's hmac and base64 make.
TEST(EphemeralCredential, NamesACallAndAParticipant) {
  const Credential credential = issue_credential("north", kExpiry, kCall, kParticipant);
  EXPECT_EQ(credential.username, "1700000000:AAAAAAAAAAAAAAAAAAAAAA:BBBBBBBBBBBBBBBBBBBBBB");
  EXPECT_EQ(credential.password, "ZqiDm+TJglYFMZvjahO7dqrMTEQ=");
  EXPECT_EQ(parts(credential.username), "1700000000|AAAAAAAAAAAAAAAAAAAAAA|BBBBBBBBBBBBBBBBBBBBBB");
}

TEST(EphemeralCredential, PasswordsAreBase64AsOthersMakeIt) {
  EXPECT_EQ(ephemeral_password("north", "1700000000"), "CWyHi3zCeWqXBir9thl4m+iZPRY=");
  EXPECT_EQ(ephemeral_password("north", "1700000000:ana"), "/V6vMibmvRAPIMy3tyPu2GxFkDI=");
  EXPECT_EQ(ephemeral_password("north", "1700000000:u7"), "gbpjwYMnsjrbqO/4F+sbhUwdurQ=");
  EXPECT_NE(ephemeral_password("south", "1700000000"), ephemeral_password("north", "1700000000"));
}

TEST(EphemeralCredential, NamesOfOtherApplicationsHaveNoCall) {
  EXPECT_EQ(parts("1700000000"), "1700000000||");
  EXPECT_EQ(parts("1700000000:ana"), "1700000000||ana");
  EXPECT_EQ(parts("1700000000:"), "1700000000||");
  EXPECT_EQ(parts("1700000000:a:b:c"), "1700000000||a:b:c");
}

TEST(EphemeralCredential, WithoutAnExpiryItIsNoSuchName) {
  for (const char* name : {"", "ana", ":ana", "-1:a:b", "+1:a:b", " 1:a:b", "1x:a:b", "0x10:a:b",
                           "1700000000000:a:b", "99999999999999999999999:a:b"}) {
    EXPECT_EQ(parts(name), "none") << name;
  }
}

}  // namespace
}  // namespace visavis::turn
