#include "bench/generator/dialect.h"

#include <simdjson.h>

#include <stdexcept>

namespace visavis::bench {
namespace {

std::string string_at(simdjson::dom::element message, std::string_view pointer) {
  std::string_view text;
  if (message.at_pointer(pointer).get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

simdjson::dom::element parse(std::string_view text) {
  static simdjson::dom::parser parser;
  simdjson::dom::element message;
  if (parser.parse(text).get(message) != simdjson::SUCCESS) {
    throw std::runtime_error("not JSON: " + std::string(text));
  }
  return message;
}

// protocol/PROTOCOL.md, as a client that keeps to it: it acknowledges, and it answers a call.
class VisavisDialect final : public Dialect {
 public:
  std::string_view path() const override { return "/ws"; }
  std::string_view subprotocol() const override { return "visavis.v1"; }

  void greet(Client& client) override {
    client.send_text(R"({"type":"hello","id":1,"name":"Guest )" + std::to_string(client.index) +
                     "\"}");
  }

  void pair(Client& caller, Client& callee) override {
    caller.send_text(R"({"type":"call.start","id":2,"to":[")" + callee.id + "\"]}");
  }

  std::string relay_text(const Client& from, const Client&, std::string_view data) const override {
    return R"({"type":"signal","call":")" + from.call + R"(","to":")" + from.peer_participant +
           R"(","data":)" + std::string(data) + "}";
  }

  void heartbeat(Client& client) override {
    client.send_text(R"({"type":"ping","received":)" + std::to_string(client.counted) + "}");
  }

  bool take(Client& client, std::string_view text) override {
    if (text.starts_with(R"({"type":"signal")")) {
      count(client, text.size());
      return true;
    }
    if (text.starts_with(R"({"type":"presence")") || text.starts_with(R"({"type":"ack")") ||
        text.starts_with(R"({"type":"pong")")) {
      return false;
    }
    take_other(client, text);
    return false;
  }

 private:
  // PROTOCOL.md section 3: at once after 32 messages or 32 KiB.
  static void count(Client& client, std::size_t bytes) {
    ++client.counted;
    client.unacknowledged_bytes += bytes;
    if (client.counted - client.acknowledged < 32 && client.unacknowledged_bytes < 32'768) return;
    client.send_text(R"({"type":"ack","received":)" + std::to_string(client.counted) + "}");
    client.acknowledged = client.counted;
    client.unacknowledged_bytes = 0;
  }

  static void take_other(Client& client, std::string_view text) {
    const auto message = parse(text);
    const std::string type = string_at(message, "/type");
    if (type == "welcome") {
      client.id = string_at(message, "/user");
      client.ready = true;
      return;
    }
    if (type == "error" || type == "bye") throw std::runtime_error(std::string(text));
    count(client, text.size());
    if (type == "call.incoming") {
      client.send_text(R"({"type":"call.accept","id":3,"call":")" + string_at(message, "/call") +
                       "\"}");
    } else if (type == "call.accepted") {
      take_participants(client, message);
    }
  }

  static void take_participants(Client& client, simdjson::dom::element message) {
    client.call = string_at(message, "/call");
    simdjson::dom::array participants;
    if (message.at_pointer("/participants").get(participants) != simdjson::SUCCESS) return;
    for (const auto participant : participants) {
      const bool own = string_at(participant, "/user") == client.id;
      (own ? client.participant : client.peer_participant) = string_at(participant, "/participant");
    }
    client.paired = true;
  }
};

// bench/peers/ws.ts.
class WsDialect final : public Dialect {
 public:
  std::string_view path() const override { return "/"; }
  std::string_view subprotocol() const override { return ""; }
  void greet(Client&) override {}
  void pair(Client& caller, Client& callee) override { caller.paired = callee.paired = true; }
  std::string relay_text(const Client&, const Client& to, std::string_view data) const override {
    return R"({"type":"signal","to":")" + to.id + R"(","data":)" + std::string(data) + "}";
  }
  void heartbeat(Client&) override {}  // the server's pings are its heartbeat

  bool take(Client& client, std::string_view text) override {
    if (text.starts_with(R"({"type":"signal")")) return true;
    client.id = string_at(parse(text), "/id");
    client.ready = !client.id.empty();
    return false;
  }
};

// bench/peers/socketio.ts: Socket.IO protocol 5 over Engine.IO 4, WebSocket from the start.
class SocketIoDialect final : public Dialect {
 public:
  std::string_view path() const override { return "/socket.io/?EIO=4&transport=websocket"; }
  std::string_view subprotocol() const override { return ""; }
  void greet(Client&) override {}
  void pair(Client& caller, Client& callee) override { caller.paired = callee.paired = true; }
  std::string relay_text(const Client&, const Client& to, std::string_view data) const override {
    return R"(42["signal",{"to":")" + to.id + R"(","data":)" + std::string(data) + "}]";
  }
  void heartbeat(Client&) override {}

  bool take(Client& client, std::string_view text) override {
    if (text.starts_with("42[\"signal\"")) return true;
    if (text.starts_with("0{")) {
      client.send_text("40");  // engine open: connect to the default namespace
    } else if (text.starts_with("40{")) {
      client.id = string_at(parse(text.substr(2)), "/sid");
      client.ready = true;
    } else if (text == "2") {
      client.send_text("3");
    }
    return false;
  }
};

}  // namespace

std::unique_ptr<Dialect> make_dialect(std::string_view name) {
  if (name == "visavis") return std::make_unique<VisavisDialect>();
  if (name == "ws") return std::make_unique<WsDialect>();
  if (name == "socketio") return std::make_unique<SocketIoDialect>();
  throw std::runtime_error("no such dialect: " + std::string(name));
}

}  // namespace visavis::bench
