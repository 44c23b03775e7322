#include "server/net/byte_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace visavis::net {
namespace {

IoResult failure_of_errno() {
  const bool would_block = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {would_block ? IoStatus::kWouldBlock : IoStatus::kFailed};
}

// One TLS record's worth of the pieces, contiguous, as SSL_write wants it. Valid until the next
// call on this thread; OpenSSL may be given another copy of the same bytes when it retries.
ByteView gather(std::span<const iovec> pieces) {
  thread_local std::array<std::uint8_t, ByteStream::kWriteBytesMax> scratch;
  std::size_t size = 0;
  for (const iovec& piece : pieces) {
    const std::size_t part = std::min(piece.iov_len, scratch.size() - size);
    if (part == 0) continue;
    std::memcpy(scratch.data() + size, piece.iov_base, part);
    size += part;
  }
  return {scratch.data(), size};
}

}  // namespace

ByteStream::~ByteStream() {
  if (ssl_ != nullptr) SSL_free(ssl_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

IoResult ByteStream::peek(std::uint8_t& first) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    return tls_result(SSL_peek(ssl_, &first, 1));
  }
  const ssize_t received = ::recv(descriptor_, &first, 1, MSG_PEEK);
  if (received < 0) return failure_of_errno();
  if (received == 0) return {IoStatus::kEnd};
  return {IoStatus::kDone, 1};
}

bool ByteStream::start_tls(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  if (ssl_ == nullptr || SSL_set_fd(ssl_, descriptor_) != 1) return false;
  SSL_set_accept_state(ssl_);
  return true;
}

IoResult ByteStream::handshake() {
  ERR_clear_error();
  return tls_result(SSL_do_handshake(ssl_));
}

IoResult ByteStream::read(MutableByteView out) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    return tls_result(SSL_read(ssl_, out.data(), static_cast<int>(out.size())));
  }
  const ssize_t received = ::recv(descriptor_, out.data(), out.size(), 0);
  if (received < 0) return failure_of_errno();
  if (received == 0) return {IoStatus::kEnd};
  return {IoStatus::kDone, static_cast<std::size_t>(received)};
}

IoResult ByteStream::write(std::span<const iovec> pieces) {
  if (ssl_ != nullptr) {
    const ByteView bytes = gather(pieces);
    ERR_clear_error();
    return tls_result(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())));
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  const ssize_t sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
  if (sent < 0) return failure_of_errno();
  return {IoStatus::kDone, static_cast<std::size_t>(sent)};
}

void ByteStream::shutdown_write() {
  if (ssl_ != nullptr && SSL_is_init_finished(ssl_)) {
    ERR_clear_error();
    SSL_shutdown(ssl_);  // best effort: a full socket gets no close_notify, only FIN
  }
  ::shutdown(descriptor_, SHUT_WR);
}

void ByteStream::reset_on_close() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

IoResult ByteStream::tls_result(int returned) {
  if (returned > 0) return {IoStatus::kDone, static_cast<std::size_t>(returned)};
  switch (SSL_get_error(ssl_, returned)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {IoStatus::kWouldBlock};
    case SSL_ERROR_ZERO_RETURN:
      return {IoStatus::kEnd};
    default: {
      const char* why = ERR_reason_error_string(ERR_peek_error());
      ERR_clear_error();
      return {IoStatus::kFailed, 0, why};
    }
  }
}

}  // namespace visavis::net
