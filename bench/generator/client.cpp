#include "bench/generator/client.h"

#include <poll.h>

#include <array>
#include <stdexcept>

#include "core/websocket/encoder.h"
#include "core/websocket/masking.h"

namespace visavis::bench {
namespace {

constexpr websocket::MaskingKey kKey = {0x37, 0xFA, 0x21, 0x3D};
constexpr std::size_t kReadBytes = 262'144;

std::string masked_frame(websocket::Opcode opcode, std::string_view payload) {
  std::string frame(as_text(websocket::frame_header(opcode, payload.size()).view()));
  frame[1] = static_cast<char>(frame[1] | 0x80);
  frame += as_text(kKey);
  const std::size_t header_size = frame.size();
  frame += payload;
  auto* bytes = reinterpret_cast<std::uint8_t*>(frame.data());
  websocket::apply_mask({bytes + header_size, payload.size()}, kKey, 0);
  return frame;
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

}  // namespace

std::string client_text_frame(std::string_view text) {
  return masked_frame(websocket::Opcode::kText, text);
}

Client::Client(const Endpoint& endpoint, std::string_view path, std::string_view subprotocol)
    : stream_(endpoint) {
  std::string request =
      "GET " + std::string(path) +
      " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
  if (!subprotocol.empty())
    request.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
  stream_.write(request + "\r\n");
  std::string response;
  std::size_t end = std::string::npos;
  while ((end = response.find("\r\n\r\n")) == std::string::npos) {
    pollfd entry{stream_.descriptor(), POLLIN, 0};
    if (poll(&entry, 1, 10'000) <= 0) throw std::runtime_error("no answer to the handshake");
    std::array<std::uint8_t, 4'096> bytes;
    const std::size_t size = stream_.read(bytes);
    bytes_received_ += size;
    response += as_text(ByteView(bytes).first(size));
  }
  if (!response.starts_with("HTTP/1.1 101")) throw std::runtime_error("refused: " + response);
  keep(std::string_view(response).substr(end + 4));
}

void Client::send_close() {
  stream_.write(masked_frame(websocket::Opcode::kClose, std::string_view("\x03\xE8", 2)));
}

Client::Frame Client::parse(std::string_view bytes) {
  if (bytes.size() < 2) return {};
  std::size_t header = 2;
  std::uint64_t length = static_cast<std::uint8_t>(bytes[1]) & 0x7F;
  if (length >= 126) {
    header = length == 126 ? 4 : 10;
    if (bytes.size() < header) return {};
    length = big_endian(bytes.substr(2, header - 2));
  }
  if (bytes.size() - header < length) return {};
  const auto opcode = static_cast<std::uint8_t>(bytes[0] & 0x0F);
  if (!(bytes[0] & 0x80))
    throw std::runtime_error("the server fragments, this client does not join");
  return {opcode, bytes.substr(header, length), header + length};
}

// One read into a buffer that all clients share. The view holds until the next call.
std::string_view Client::read_more() {
  static std::array<std::uint8_t, kReadBytes> buffer;
  const std::size_t size = stream_.read(buffer);
  bytes_received_ += size;
  const std::string_view fresh = as_text(ByteView(buffer).first(size));
  if (kept_.empty()) return fresh;
  kept_ += fresh;
  return kept_;
}

void Client::answer_control(const Frame& frame) {
  if (frame.opcode == 0x9) stream_.write(masked_frame(websocket::Opcode::kPong, frame.payload));
  if (frame.opcode == 0x8) throw std::runtime_error("the server closed the WebSocket");
}

}  // namespace visavis::bench
