#include "server/net/test_support/test_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <future>
#include <stdexcept>

namespace visavis::net::test {
namespace {

WorkerSettings to_settings(TestServer::Options& options) {
  return {.limits = options.limits,
          .message_bytes_max = options.message_bytes_max,
          .trusted_proxies = options.trusted_proxies,
          .origins = OriginPolicy(options.public_url, options.allowed_origins),
          .hosts = HostPolicy(options.public_url, options.allowed_hosts, options.own_certificate),
          .http = options.http,
          .charge_failed_request = options.charge_failed_request,
          .tls = options.tls};
}

}  // namespace

void EchoDatagrams::on_datagram(UdpSocket& socket, const Datagram& datagram) {
  if (as_text(datagram.bytes) == "silence") return;
  if (as_text(datagram.bytes).starts_with('=')) {
    socket.send(datagram.path, {.data = datagram.bytes});
    return;
  }
  const std::string sender = datagram.path.remote.to_string() + ' ';
  const MutableByteView header =
      socket.send(datagram.path, {.header_bytes = sender.size(), .data = datagram.bytes});
  std::ranges::copy(sender, header.begin());
}

void EchoHandler::on_open(WebSocketId, const WebSocketOrigin& origin) {
  note("open " + origin.client.to_string());
}

void EchoHandler::on_message(WebSocketId id, std::string_view text) {
  Worker& worker = server_.worker(loop_of(id));
  if (text == "close") return worker.close(id, 4000, "bye");
  if (text != "flood") return worker.send(id, std::make_shared<const std::string>(text));
  const auto frame = std::make_shared<const std::string>(kFloodFrameBytes, 'f');
  for (int i = 0; i < kFloodFrames; ++i) worker.send(id, frame);
}

void EchoHandler::on_refused(WebSocketId id, MessageRefusal refusal) {
  const bool binary = refusal == MessageRefusal::kBinary;
  note(binary ? "refused binary" : "refused too_large");
  Worker& worker = server_.worker(loop_of(id));
  worker.send(id, std::make_shared<const std::string>("refused"));
  worker.close(id, binary ? 1003 : 1009, "");
}

void EchoHandler::on_closed(WebSocketId, WebSocketEnd end) {
  switch (end) {
    case WebSocketEnd::kLeft:
      return note("closed left");
    case WebSocketEnd::kGoingAway:
      return note("closed going_away");
    case WebSocketEnd::kLost:
      return note("closed lost");
  }
}

void EchoHandler::note(std::string text) {
  {
    const std::lock_guard lock(mutex_);
    notes_.push_back(std::move(text));
  }
  noted_.notify_all();
}

std::string EchoHandler::next_note() {
  std::unique_lock lock(mutex_);
  if (!noted_.wait_for(lock, kPatience, [&] { return !notes_.empty(); })) {
    throw std::runtime_error("nothing happened in time");
  }
  std::string first = notes_.front();
  notes_.erase(notes_.begin());
  return first;
}

HttpResponse describe(const HttpRequest& request) {
  HttpResponse response;
  response.body =
      fmt::format("{} {}?{} host={} {} client={} private={} forwarded={}", request.method,
                  request.path, request.query, request.host, request.secure ? "https" : "http",
                  request.client.to_string(), request.on_private_listener, request.forwarded);
  return response;
}

TestServer::TestServer(Options options)
    : server_(to_settings(options), options.threads), handler_(server_) {
  server_.set_websocket_handler(handler_);
  server_.set_datagram_handler(datagrams_);
  if (const auto error = server_.listen(options.listen, 0)) {
    throw std::runtime_error(error->message);
  }
  thread_ = std::thread([this] { server_.run(); });
}

TestServer::~TestServer() {
  server_.stop();
  thread_.join();
}

TestClient TestServer::connect_websocket(const TestClient::Options& options) const {
  TestClient client(port(), options);
  if (client.open_websocket().status != 101) throw std::runtime_error("the handshake failed");
  return client;
}

std::uint64_t TestServer::count(Counter Counters::* counter) const {
  std::uint64_t total = 0;
  for (unsigned i = 0; i < server_.loops(); ++i) total += (server_.counters(i).*counter).get();
  return total;
}

bool TestServer::eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

bool TestServer::drain() {
  auto empty = std::make_shared<std::promise<void>>();
  auto done = empty->get_future();
  boost::asio::post(server_.loop(0).context(),
                    [this, empty] { server_.drain([empty] { empty->set_value(); }); });
  return done.wait_for(kPatience) == std::future_status::ready;
}

}  // namespace visavis::net::test
