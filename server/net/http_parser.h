// Parses one HTTP/1.1 request from the caller's bytes (RFC 9112), with Beast's parser behind a
// wall: the only place where Beast is compiled.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace visavis::net {

// Whether a connection begins with what a load balancer writes in front of everything else to say
// who comes through it (the PROXY protocol of HAProxy, versions 1 and 2), which is no HTTP.
bool begins_with_proxy_protocol(std::string_view bytes);

class HttpParser {
 public:
  // The largest body that a route takes; 413 beyond it.
  static constexpr std::size_t kBodyBytesMax = 8'192;

  explicit HttpParser(std::size_t header_bytes_max);
  ~HttpParser();
  HttpParser(HttpParser&&) noexcept;
  HttpParser& operator=(HttpParser&&) noexcept;

  enum class Outcome { kNeedMore, kDone, kMalformed, kHeaderTooLarge, kBodyTooLarge };
  struct Fed {
    Outcome outcome;
    std::size_t consumed;  // bytes taken off the front; give the rest again, with more behind it
  };
  // Not to be called again after anything but kNeedMore.
  Fed feed(std::string_view bytes);

  // Whether any of the request has come: empty lines before it are skipped (RFC 9112 section 2.2).
  bool has_begun() const;
  // Whether what follows is known; all of it is once feed() has said kDone.
  bool is_header_done() const;
  // True once, where the client waits for "100 Continue" before it sends the body (RFC 9110 section
  // 10.1.1) and has not sent all of it anyway.
  bool take_expectation();
  std::string_view method() const;
  std::string_view target() const;
  int http_version() const;  // 10 or 11
  bool keep_alive() const;
  // A field's value; a repeated one's values joined by ", ". Empty where absent. Case does not
  // matter.
  std::string header(std::string_view name) const;
  std::size_t header_count(std::string_view name) const;
  std::string_view body() const;

 private:
  struct Impl;

  Fed feed_request(std::string_view bytes);

  std::unique_ptr<Impl> impl_;
};

}  // namespace visavis::net
