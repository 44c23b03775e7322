#include "server/net/http_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

#include "server/net/text.h"

namespace visavis::net {

namespace http = boost::beast::http;

bool begins_with_proxy_protocol(std::string_view bytes) {
  constexpr std::string_view kVersion1 = "PROXY ";
  constexpr std::string_view kVersion2("\r\n\r\n\0\r\nQUIT\n", 12);
  return bytes.starts_with(kVersion1) || bytes.starts_with(kVersion2);
}

struct HttpParser::Impl {
  http::request_parser<http::string_body> parser;
  std::size_t header_bytes_left;
  bool begun = false;
  bool expectation_taken = false;

  // The empty lines in front of `bytes`; what they take is taken from the header.
  std::size_t skip_empty_lines(std::string_view bytes);
};

// RFC 9112 section 2.2: some clients send one behind a body.
std::size_t HttpParser::Impl::skip_empty_lines(std::string_view bytes) {
  constexpr std::string_view kEmptyLine = "\r\n";
  std::size_t skipped = 0;
  while (bytes.substr(skipped).starts_with(kEmptyLine)) skipped += kEmptyLine.size();
  begun = skipped < bytes.size() && bytes.substr(skipped) != kEmptyLine.substr(0, 1);
  header_bytes_left -= std::min(header_bytes_left, skipped);
  return skipped;
}

HttpParser::HttpParser(std::size_t header_bytes_max) : impl_(std::make_unique<Impl>()) {
  impl_->header_bytes_left = header_bytes_max;
  impl_->parser.header_limit(static_cast<std::uint32_t>(header_bytes_max));
  impl_->parser.body_limit(kBodyBytesMax);
  impl_->parser.eager(true);
}

HttpParser::~HttpParser() = default;
HttpParser::HttpParser(HttpParser&&) noexcept = default;
HttpParser& HttpParser::operator=(HttpParser&&) noexcept = default;

HttpParser::Fed HttpParser::feed(std::string_view bytes) {
  if (impl_->begun) return feed_request(bytes);
  const std::size_t skipped = impl_->skip_empty_lines(bytes);
  if (impl_->header_bytes_left == 0) return {Outcome::kHeaderTooLarge, skipped};
  if (!impl_->begun) return {Outcome::kNeedMore, skipped};
  const Fed fed = feed_request(bytes.substr(skipped));
  return {fed.outcome, skipped + fed.consumed};
}

HttpParser::Fed HttpParser::feed_request(std::string_view bytes) {
  auto& parser = impl_->parser;
  boost::system::error_code error;
  const bool in_header = !parser.is_header_done();
  const std::size_t consumed = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);

  if (error == http::error::header_limit) return {Outcome::kHeaderTooLarge, consumed};
  if (error == http::error::body_limit) return {Outcome::kBodyTooLarge, consumed};
  if (error && error != http::error::need_more) return {Outcome::kMalformed, consumed};
  if (in_header && !parser.is_header_done()) {
    // Beast's limit holds for what it has not consumed yet; ours for the header as a whole.
    if (bytes.size() >= impl_->header_bytes_left) return {Outcome::kHeaderTooLarge, consumed};
    impl_->header_bytes_left -= consumed;
  }
  // RFC 9112 section 6.3: unless chunked is the last coding, nobody can tell where the request
  // ends, and a proxy before us might see another request there.
  // Section 6.1: HTTP/1.0 knows no such codings.
  const bool length_unknown = parser.get().count(http::field::transfer_encoding) > 0 &&
                              (!parser.chunked() || parser.get().version() < 11);
  if (parser.is_header_done() && length_unknown) return {Outcome::kMalformed, consumed};
  return {parser.is_done() ? Outcome::kDone : Outcome::kNeedMore, consumed};
}

bool HttpParser::take_expectation() {
  const bool waits = is_header_done() && !impl_->parser.is_done() && http_version() >= 11;
  if (!waits || std::exchange(impl_->expectation_taken, true)) return false;
  return to_lower(header("Expect")) == "100-continue";
}

bool HttpParser::has_begun() const { return impl_->begun; }
bool HttpParser::is_header_done() const { return impl_->parser.is_header_done(); }
std::string_view HttpParser::method() const { return impl_->parser.get().method_string(); }
std::string_view HttpParser::target() const { return impl_->parser.get().target(); }
int HttpParser::http_version() const { return static_cast<int>(impl_->parser.get().version()); }
bool HttpParser::keep_alive() const { return impl_->parser.get().keep_alive(); }

std::string HttpParser::header(std::string_view name) const {
  std::string joined;
  const auto [first, last] = impl_->parser.get().equal_range(name);
  for (auto field = first; field != last; ++field) {
    if (field != first) joined += ", ";
    joined += std::string_view(field->value());
  }
  return joined;
}

std::string_view HttpParser::body() const { return impl_->parser.get().body(); }

std::size_t HttpParser::header_count(std::string_view name) const {
  return impl_->parser.get().count(name);
}

}  // namespace visavis::net
