// Addresses, networks and base64url: what is read prints to its one form and reads back as the
// same, and the C library agrees on what an address is.
#include <arpa/inet.h>
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/base64url.h"
#include "core/base/ip_address.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;  // NOLINT: a program, not a header
using fuzz::require;

std::optional<IpAddress> parse_with_libc(const std::string& text) {
  if (text.find('\0') != text.npos) return std::nullopt;
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, text.c_str(), v4.data()) == 1) return IpAddress::v4(v4);
  std::array<std::uint8_t, 16> v6{};
  if (inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return IpAddress::v6(v6);
  return std::nullopt;
}

void check_address(const std::string& text) {
  const auto address = IpAddress::parse(text);
  if (!text.starts_with('['))
    require(address == parse_with_libc(text), "libc reads the same address");
  if (!address) return;
  const std::string printed = address->to_string();
  require(IpAddress::parse(printed) == address, "an address reads back");
  require(parse_with_libc(printed) == address, "libc reads what we print");
  require(address->is_v4() == (printed.find(':') == printed.npos), "IPv4 prints as IPv4");
  require(address->limit_key().limit_key() == address->limit_key(), "a limit key is its own");
}

void check_network(const std::string& text) {
  const auto network = IpNetwork::parse(text);
  const auto base = IpAddress::parse(std::string_view(text).substr(0, text.find('/')));
  if (!network) return;
  require(base && network->contains(*base), "a network contains its base");
  const auto exact = IpNetwork::parse(base->to_string());
  require(exact && exact->contains(*base), "a bare address is a network of one");
}

void check_base64url(const std::string& text) {
  std::vector<std::uint8_t> bytes(text.size() * 3 / 4);
  if (from_base64url(text, bytes)) require(to_base64url(bytes) == text, "one text for some bytes");

  const ByteView raw = as_bytes(text);
  std::vector<std::uint8_t> back(raw.size());
  require(from_base64url(to_base64url(raw), back), "what we encode decodes");
  require(std::equal(back.begin(), back.end(), raw.begin()), "to the same bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_address(text);
  check_network(text);
  check_base64url(text);
  return 0;
}
