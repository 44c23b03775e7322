// For tests: a relay behind real sockets, on threads of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "server/net/clock.h"
#include "server/net/test_support/test_certificate.h"
#include "server/net/tls_context.h"
#include "server/services/crypto_random.h"
#include "server/services/relay_service.h"
#include "server/services/test_support/relay_client.h"

namespace visavis::services::test {

inline constexpr std::string_view kSecret = "north";
inline const IpAddress kLoopback = *IpAddress::parse("127.0.0.1");

class Relay {
 public:
  struct Options {
    unsigned loops = 1;
    RelayOptions relay{};
    net::Limits limits{};
    IpAddress listen = kLoopback;
  };
  Relay() : Relay(Options()) {}
  explicit Relay(Options options)
      : server_(settings(options), options.loops),
        service_(server_, with_secret(std::move(options.relay)), random_) {
    server_.set_websocket_handler(nobody_);
    if (const auto error = server_.listen(options.listen, 0))
      throw std::runtime_error(error->message);
    thread_ = std::thread([this] { server_.run(); });
  }
  ~Relay() {
    server_.stop();
    thread_.join();
  }

  TransportAddress address() const {
    return {server_.listeners()[0]->address(), server_.listeners()[0]->port()};
  }
  RelayClient client(turn::Transport transport, std::string_view call, std::string_view participant,
                     int receive_buffer_bytes = 0) const {
    return RelayClient(transport, address(),
                       turn::issue_credential(kSecret, soon(), call, participant),
                       receive_buffer_bytes);
  }
  // One whose allocation is on this loop, and the address that it was given.
  std::pair<RelayClient, TransportAddress> allocated(turn::Transport transport, unsigned loop,
                                                     std::string_view participant) {
    while (true) {
      RelayClient client = this->client(transport, "call", participant);
      const TransportAddress relayed = client.allocate().relayed();
      if (relayed.port / 2 % server_.loops() == loop) return {std::move(client), relayed};
    }
  }

  RelayService& service() { return service_; }
  const RelayService& service() const { return service_; }
  std::uint64_t count(net::Counter net::Counters::* counter) const {
    std::uint64_t total = 0;
    for (unsigned i = 0; i < server_.loops(); ++i) total += (server_.counters(i).*counter).get();
    return total;
  }

  static std::chrono::sys_seconds soon() { return net::wall_now() + std::chrono::hours(1); }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + net::test::kPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }

 private:
  struct Nobody : net::WebSocketHandler {
    void on_open(net::WebSocketId, const net::WebSocketOrigin&) override {}
    void on_message(net::WebSocketId, std::string_view) override {}
    void on_refused(net::WebSocketId, net::MessageRefusal) override {}
    void on_closed(net::WebSocketId, net::WebSocketEnd) override {}
    std::size_t input_bytes_max(net::WebSocketId) override { return SIZE_MAX; }
  };

  net::WorkerSettings settings(const Options& options) const {
    net::WorkerSettings settings;
    settings.limits = options.limits;
    settings.http = [](const net::HttpRequest&) { return net::HttpResponse{}; };
    auto tls = net::TlsContext::load(certificate_.certificate(), certificate_.key());
    if (!tls) throw std::runtime_error(tls.error());
    settings.tls = std::move(tls).value();
    return settings;
  }
  static RelayOptions with_secret(RelayOptions options) {
    turn::ServerOptions& server = options.server;
    (server.mode == turn::Mode::kOpen ? server.open_secrets
                                      : server.secrets) = {std::string(kSecret)};
    return options;
  }

  net::test::TestCertificate certificate_{"relay"};
  CryptoRandom random_;
  Nobody nobody_;
  net::Server server_;
  RelayService service_;
  std::thread thread_;
};

}  // namespace visavis::services::test
