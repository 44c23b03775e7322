#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>

#include "server/doctor/web_probe.h"
#include "server/net/clock.h"
#include "server/ops/printable.h"

namespace visavis::doctor {
namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
namespace json = boost::json;

constexpr std::size_t kBeginningBytes = 400;
constexpr std::size_t kMessageBytesMax = 1 << 20;
constexpr std::string_view kHello = R"({"type":"hello","id":1,"name":"Connection check"})";

std::string error_code_in(const std::string& body) {
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) return {};
  const json::value* inner = value.as_object().if_contains("error");
  if (inner == nullptr || !inner->is_object()) return {};
  const json::value* code = inner->as_object().if_contains("code");
  return code != nullptr && code->is_string() ? ops::printable(std::string_view(code->as_string()))
                                              : std::string();
}

using Socket = websocket::stream<Stream&>;

void open(Socket& socket, const Target& target, WebSocketSeen& seen) {
  socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set(http::field::origin, target.origin());
    request.set(http::field::sec_websocket_protocol, "visavis.v1");
    request.set(http::field::user_agent, "visavis-check");
  }));
  websocket::response_type response;
  boost::system::error_code error;
  socket.handshake(response, target.authority(), "/ws", error);
  seen.status = static_cast<int>(response.result_int());
  seen.server = ops::printable(std::string_view(response[http::field::server]));
  seen.body = ops::printable(response.body().substr(0, kBeginningBytes));
  seen.error_code = error_code_in(response.body());
  seen.opened = !error;
  if (!error) return;
  if (error == boost::asio::error::timed_out) {
    seen.error = "there was no answer";
  } else if (error == websocket::error::upgrade_declined) {
    seen.error = "the answer was an ordinary one";
  } else {
    seen.error = error.message();
  }
  // Before a response has come it says 200 of itself.
  const bool heard = error == websocket::error::upgrade_declined ||
                     error.category() == make_error_code(websocket::error::closed).category();
  if (!heard) seen.status = 0;
}

}  // namespace

WebSocketSeen try_websocket(const Target& target, const IpAddress& address, Duration hold,
                            bool hello) {
  WebSocketSeen seen;
  auto stream = open_stream(target, address);
  if (!stream) {
    seen.error = stream.error().error;
    return seen;
  }
  Socket socket(**stream);
  open(socket, target, seen);
  if (!seen.opened) return seen;

  const Instant opened_at = net::monotonic_now();
  seen.held = hold;
  socket.control_callback([&](websocket::frame_type kind, boost::beast::string_view) {
    if (kind == websocket::frame_type::pong && !seen.pong_after) {
      seen.pong_after = net::monotonic_now() - opened_at;
    }
  });
  (*stream)->set_deadline(opened_at + hold);
  socket.read_message_max(kMessageBytesMax);
  boost::system::error_code error;
  if (hello) {
    socket.text(true);
    socket.write(boost::asio::buffer(kHello), error);
    seen.said_hello = true;
  }
  if (!error) socket.ping({}, error);
  boost::beast::flat_buffer buffer;
  while (!error) {
    buffer.clear();
    socket.read(buffer, error);
    // It need not wait for a server that has always something to say.
    if (!error && net::monotonic_now() >= opened_at + hold) error = boost::asio::error::timed_out;
    if (!error && hello && seen.hello_error.empty()) {
      const std::string message = boost::beast::buffers_to_string(buffer.data());
      if (message.find(R"("type":"error")") != std::string::npos)
        seen.hello_error = ops::printable(message);
    }
  }
  if (error == boost::asio::error::timed_out) {
    (*stream)->set_patience(seconds(1));
    socket.close(websocket::close_code::going_away, error);
    return seen;
  }
  seen.ended_after = net::monotonic_now() - opened_at;
  seen.ended_orderly = error == websocket::error::closed;
  seen.error = error.message();
  return seen;
}

}  // namespace visavis::doctor
