#include "server/net/test_support/test_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace visavis::net::test {
namespace {

// As RFC 7301 section 3.1 has it.
std::string alpn_offer(const std::vector<std::string>& protocols) {
  std::string offer;
  for (const std::string& name : protocols) offer += static_cast<char>(name.size()) + name;
  return offer;
}

void set_timeouts(int descriptor) {
  const timeval patience{.tv_sec = std::chrono::duration_cast<seconds>(kPatience).count(),
                         .tv_usec = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int connect_to(const char* address, std::uint16_t port, int receive_buffer_bytes) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  set_timeouts(descriptor);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
  }
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  ::inet_pton(AF_INET, address, &server.sin_addr);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) {
    ::close(descriptor);
    throw std::runtime_error("cannot connect to the test server");
  }
  return descriptor;
}

}  // namespace

std::string HttpReply::header(std::string_view name) const {
  const std::string wanted = "\r\n" + std::string(name) + ": ";
  const auto begin = head.find(wanted);
  if (begin == std::string::npos) return {};
  const auto value = begin + wanted.size();
  return head.substr(value, head.find("\r\n", value) - value);
}

TestClient::TestClient(std::uint16_t port, const Options& options)
    : descriptor_(connect_to(options.address, port, options.receive_buffer_bytes)),
      context_(nullptr, SSL_CTX_free),
      ssl_(nullptr, SSL_free) {
  if (!options.tls) return;
  context_.reset(SSL_CTX_new(TLS_client_method()));
  const std::string offer = alpn_offer(options.alpn);
  SSL_CTX_set_alpn_protos(context_.get(), reinterpret_cast<const unsigned char*>(offer.data()),
                          static_cast<unsigned>(offer.size()));
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), descriptor_);
  if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error("the TLS handshake failed");
}

TestClient::TestClient(TestClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      context_(std::move(other.context_)),
      ssl_(std::move(other.ssl_)),
      received_(std::move(other.received_)) {}

TestClient::~TestClient() {
  ssl_.reset();
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ssl_ ? static_cast<ssize_t>(SSL_write(ssl_.get(), bytes.data(),
                                                            static_cast<int>(bytes.size())))
                           : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void TestClient::finish_sending() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(descriptor_, SHUT_WR);
}

// False: the server sends nothing more.
bool TestClient::fill() {
  std::array<char, 65'536> buffer;
  const auto read = ssl_ ? static_cast<ssize_t>(
                               SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size())))
                         : ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (read > 0) {
    received_.append(buffer.data(), static_cast<std::size_t>(read));
    return true;
  }
  if (read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    throw std::runtime_error("the server did not answer in time");
  }
  return false;
}

std::string TestClient::read_exactly(std::size_t size) {
  while (received_.size() < size) {
    if (!fill()) throw std::runtime_error("the connection ended too early");
  }
  std::string bytes = received_.substr(0, size);
  received_.erase(0, size);
  return bytes;
}

std::string TestClient::read_to(std::string_view delimiter) {
  std::size_t end = 0;
  while ((end = received_.find(delimiter)) == std::string::npos) {
    if (!fill()) throw std::runtime_error("the connection ended too early");
  }
  return read_exactly(end + delimiter.size());
}

std::string TestClient::read_to_end() {
  while (fill()) {
  }
  return std::exchange(received_, {});
}

HttpReply TestClient::read_reply(bool with_body) {
  while (received_.find("\r\n\r\n") == std::string::npos) {
    if (!fill()) return {};
  }
  HttpReply reply;
  reply.head = read_to("\r\n\r\n");
  reply.status = std::stoi(reply.head.substr(9, 3));
  const std::string length = reply.header("Content-Length");
  if (with_body && !length.empty()) reply.body = read_exactly(std::stoul(length));
  return reply;
}

HttpReply TestClient::get(std::string_view path, std::string_view headers) {
  send("GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) + "\r\n");
  return read_reply();
}

std::string handshake_headers() {
  return "Host: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: visavis.v1\r\n";
}

HttpReply TestClient::open_websocket(std::string_view headers) {
  send("GET /ws HTTP/1.1\r\n" + handshake_headers() + std::string(headers) + "\r\n");
  return read_reply();
}

ReceivedFrame TestClient::read_frame() {
  const std::string head = read_exactly(2);
  std::size_t size = static_cast<std::uint8_t>(head[1]);
  if (size > 125) {
    const std::string extended = read_exactly(size == 126 ? 2 : 8);
    size = 0;
    for (const char byte : extended) size = size << 8 | static_cast<std::uint8_t>(byte);
  }
  return {static_cast<websocket::Opcode>(head[0] & 0x0F), read_exactly(size)};
}

std::string TestClient::peer_name() const {
  const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(ssl_.get()),
                                                           X509_free);
  std::array<char, 64> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                            static_cast<int>(name.size()));
  return name.data();
}

bool TestClient::update_key() {
  return SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
         SSL_do_handshake(ssl_.get()) == 1;
}

std::string TestClient::alpn() const {
  const unsigned char* selected = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &selected, &size);
  return {reinterpret_cast<const char*>(selected), size};
}

}  // namespace visavis::net::test
