// For tests: a certificate made on the spot.
#pragma once

#include <filesystem>
#include <string>

namespace visavis::net::test {

// Two PEM files in a directory of their own, gone with the object.
class TestCertificate {
 public:
  // Its alternative names are the common name, *.rooms.example and 192.0.2.7.
  explicit TestCertificate(const std::string& common_name);
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  // Another certificate and key into the same files.
  void renew(const std::string& common_name) const;

  std::filesystem::path certificate() const { return directory_ / "cert.pem"; }
  std::filesystem::path key() const { return directory_ / "key.pem"; }

 private:
  std::filesystem::path directory_;
};

}  // namespace visavis::net::test
