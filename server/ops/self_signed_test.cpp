#include "server/ops/self_signed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "server/ops/temporary_directory_for_test.h"

namespace visavis::ops {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Not;

// Any wall time: nothing here depends on today's.
const auto kNow = std::chrono::system_clock::from_time_t(1'800'000'000);
constexpr auto kDay = std::chrono::hours(24);
const std::vector<std::string> kNames = {"localhost", "::1", "192.0.2.7", "call.example.org"};

class SelfSignedTest : public ::testing::Test {
 protected:
  static std::string read(const std::filesystem::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  std::string keep(const std::vector<std::string>& names,
                   std::chrono::system_clock::time_point now) {
    const auto files = keep_self_signed(data_dir_, names, now);
    if (!files) return files.error().message;
    return read(files->certificate) + read(files->key);
  }

  TemporaryDirectory directory_;
  DataDir data_dir_ = DataDir::open(directory_.path()).value();
};

TEST_F(SelfSignedTest, NamesTheHost) {
  const auto names = host_names("https://[2001:DB8::7]:8443");
  EXPECT_THAT(names, AllOf(Contains("localhost"), Contains("127.0.0.1"), Contains("::1"),
                           Contains("2001:db8::7")));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_THAT(host_names("https://call.example.org"), Contains("call.example.org"));
  EXPECT_THAT(host_names(""), Not(Contains("")));
}

TEST_F(SelfSignedTest, MakesACertificateThatClientsCanVerify) {
  const auto files = keep_self_signed(data_dir_, kNames, kNow).value();
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(
      std::fopen(files.certificate.c_str(), "r"), &std::fclose);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_check_host(certificate.get(), "call.example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "other.example.org", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.7", 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_verify(certificate.get(), X509_get0_pubkey(certificate.get())), 1);
  EXPECT_EQ(EVP_PKEY_get_bits(X509_get0_pubkey(certificate.get())), 256);
}

TEST_F(SelfSignedTest, KeepsItWhileItIsGood) {
  const std::string made = keep(kNames, kNow);
  EXPECT_THAT(made, ::testing::HasSubstr("BEGIN PRIVATE KEY"));
  std::vector<std::string> reversed(kNames.rbegin(), kNames.rend());
  EXPECT_EQ(keep(reversed, kNow + 366 * kDay), made);
}

TEST_F(SelfSignedTest, RenewsItAMonthBeforeItsEnd) {
  const std::string made = keep(kNames, kNow);
  EXPECT_NE(keep(kNames, kNow + 368 * kDay), made);
}

TEST_F(SelfSignedTest, RenewsItWhenTheClockWasWrong) {
  const std::string made = keep(kNames, kNow);
  EXPECT_NE(keep(kNames, kNow - 2 * kDay), made);
}

TEST_F(SelfSignedTest, RenewsItWhenTheNamesChange) {
  const std::string made = keep(kNames, kNow);
  EXPECT_NE(keep({"localhost"}, kNow), made);
}

TEST_F(SelfSignedTest, ReplacesAPairThatDoesNotMatch) {
  const std::string made = keep(kNames, kNow);
  const std::string key = read(data_dir_.file("self-signed.key"));
  keep({"localhost"}, kNow);
  ASSERT_TRUE(
      data_dir_.write_private("self-signed.key", as_bytes(key), DataDir::WriteMode::kReplace));
  const std::string again = keep({"localhost"}, kNow);
  EXPECT_THAT(again, Not(::testing::HasSubstr(key)));
}

TEST_F(SelfSignedTest, ReplacesWhatIsNoCertificate) {
  keep(kNames, kNow);
  ASSERT_TRUE(
      data_dir_.write_private("self-signed.crt", as_bytes("?"), DataDir::WriteMode::kReplace));
  EXPECT_THAT(keep(kNames, kNow), ::testing::HasSubstr("BEGIN CERTIFICATE"));
}

}  // namespace
}  // namespace visavis::ops
