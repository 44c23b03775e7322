// For tests: a whole server in this process, on threads of its own, with small services behind it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/net/server.h"
#include "server/net/test_support/test_client.h"

namespace visavis::net::test {

// Echoes text messages, and notes what happens. "close" is answered by a close frame 4000 "bye";
// "flood" by kFloodFrames messages of kFloodFrameBytes.
class EchoHandler : public WebSocketHandler {
 public:
  static constexpr int kFloodFrames = 400;
  static constexpr std::size_t kFloodFrameBytes = 60'000;

  explicit EchoHandler(Server& server) : server_(server) {}

  void on_open(WebSocketId id, const WebSocketOrigin& origin) override;
  void on_message(WebSocketId id, std::string_view text) override;
  void on_refused(WebSocketId id, MessageRefusal refusal) override;
  void on_closed(WebSocketId id, WebSocketEnd end) override;
  std::size_t input_bytes_max(WebSocketId) override { return accepts_input_ ? SIZE_MAX : 0; }
  void set_accepts_input(bool accepts) { accepts_input_ = accepts; }

  // Waits for the next note: "open 192.0.2.1", "refused binary", "refused too_large", "closed
  // left", "closed going_away", "closed lost". Throws when none comes in time.
  std::string next_note();

 private:
  void note(std::string text);

  Server& server_;
  std::atomic<bool> accepts_input_{true};
  std::mutex mutex_;
  std::condition_variable noted_;
  std::vector<std::string> notes_;
};

// The default service: says what it understood of the request.
HttpResponse describe(const HttpRequest& request);

// Says every datagram back, with the sender's address before it; "silence" is not answered. What
// begins with '=' comes back as it is, without its sender.
class EchoDatagrams : public DatagramHandler {
 public:
  void on_datagram(UdpSocket& socket, const Datagram& datagram) override;
  void on_batch_end(unsigned) override {}
};

class TestServer {
 public:
  struct Options {
    Limits limits{};
    std::vector<IpNetwork> trusted_proxies{};
    std::vector<std::string> allowed_origins{};
    std::string public_url{};
    std::vector<std::string> allowed_hosts = {"test"};
    bool own_certificate = false;
    std::shared_ptr<TlsContext> tls{};
    HttpHandler http = describe;
    std::function<bool(const IpAddress&)> charge_failed_request{};
    std::size_t message_bytes_max = 65'536;
    unsigned threads = 2;
    IpAddress listen = *IpAddress::parse("127.0.0.1");
  };
  TestServer() : TestServer(Options()) {}
  explicit TestServer(Options options);
  ~TestServer();

  std::uint16_t port() const { return server_.listeners().front()->port(); }
  TestClient connect() const { return TestClient(port()); }
  // A WebSocket that stands.
  TestClient connect_websocket(const TestClient::Options& options = {}) const;
  EchoHandler& handler() { return handler_; }
  Server& server() { return server_; }
  const Server& server() const { return server_; }

  // The sum over all loops.
  std::uint64_t count(Counter Counters::* counter) const;
  // Waits until it holds, looking often. False: it did not in time.
  static bool eventually(const std::function<bool()>& condition);

  // Drains like SIGTERM; true once the last connection is gone.
  bool drain();

 private:
  Server server_;
  EchoHandler handler_;
  EchoDatagrams datagrams_;
  std::thread thread_;
};

}  // namespace visavis::net::test
