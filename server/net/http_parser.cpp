#include "server/net/http_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace visavis::net {

namespace http = boost::beast::http;

struct HttpParser::Impl {
  http::request_parser<http::string_body> parser;
  std::size_t header_bytes_left;
};

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
  const bool length_unknown =
      parser.get().count(http::field::transfer_encoding) > 0 && !parser.chunked();
  if (parser.is_header_done() && length_unknown) return {Outcome::kMalformed, consumed};
  return {parser.is_done() ? Outcome::kDone : Outcome::kNeedMore, consumed};
}

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
