// For tests: a blocking client that sends any bytes, over plain TCP or TLS. Every wait ends after
// kPatience, as a failure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/websocket/encoder.h"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace visavis::net::test {

inline constexpr Duration kPatience = seconds(20);  // sanitizers on a busy machine are slow

struct HttpReply {
  int status = 0;  // 0: the connection ended without one
  std::string head;
  std::string body;
  // A header field's value; empty where absent. `name` as the server writes it.
  std::string header(std::string_view name) const;
};

struct ReceivedFrame {
  websocket::Opcode opcode{};
  std::string payload;
  bool operator==(const ReceivedFrame&) const = default;
};

class TestClient {
 public:
  struct Options {
    bool tls = false;
    int receive_buffer_bytes = 0;  // 0: the system's
    const char* address = "127.0.0.1";
    std::vector<std::string> alpn = {"h2", "http/1.1"};
  };
  explicit TestClient(std::uint16_t port) : TestClient(port, Options()) {}
  TestClient(std::uint16_t port, const Options& options);
  ~TestClient();
  TestClient(TestClient&&) noexcept;
  TestClient& operator=(TestClient&&) = delete;

  // False: the server has closed the connection.
  bool send(std::string_view bytes);
  // Sends FIN; reading goes on.
  void finish_sending();

  // Throws std::runtime_error when they do not come.
  std::string read_exactly(std::size_t size);
  std::string read_to(std::string_view delimiter);
  // Everything up to the server's FIN (or RST).
  std::string read_to_end();
  bool ended() { return read_to_end().empty(); }

  // `with_body`: false for the answer to HEAD.
  HttpReply read_reply(bool with_body = true);
  HttpReply get(std::string_view path, std::string_view headers = "");

  // A valid handshake with these further header lines; the reply's status is 101 where it went
  // well.
  HttpReply open_websocket(std::string_view headers = "");
  ReceivedFrame read_frame();

  // The server's certificate's subject common name.
  std::string peer_name() const;
  std::string alpn() const;
  // Asks for new keys (TLS 1.3). False: the server has closed the connection.
  bool update_key();

 private:
  bool fill();

  int descriptor_ = -1;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::string received_;
};

// The lines of a valid handshake after the request line, without the empty one.
std::string handshake_headers();

}  // namespace visavis::net::test
