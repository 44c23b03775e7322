// A TCP connection, with TLS where asked for, that blocks, but no longer than until its deadline. A
// SyncStream for Boost.Beast. One thread.
#pragma once

#include <openssl/types.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <memory>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/transport_address.h"
#include "server/doctor/observations.h"

namespace visavis::doctor {

struct NotReached {
  Reach reach = Reach::kFailed;
  std::string error{};  // as the end of a sentence
};

class Stream {
 public:
  static Result<std::unique_ptr<Stream>, NotReached> connect(const TransportAddress& server,
                                                             Duration patience);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Speaks TLS from now on. Whose certificate it is, is looked at by see_certificate(). The answer
  // is empty, or what went wrong.
  std::string start_tls(const std::string& host, bool http, Duration patience);
  // After start_tls().
  CertificateSeen see_certificate(const std::string& host) const;

  // Everything from now on fails with timed_out at that time.
  void set_deadline(Instant deadline) { deadline_ = deadline; }
  void set_patience(Duration patience);
  TransportAddress local_address() const;
  int descriptor() const { return descriptor_; }

  // What there is, at least one byte; 0 with `error` set.
  std::size_t read(MutableByteView out, boost::system::error_code& error);
  std::size_t write(ByteView bytes, boost::system::error_code& error);
  // Bytes that were decrypted already and make no descriptor readable.
  bool has_pending() const;

  using executor_type = boost::asio::io_context::executor_type;
  executor_type get_executor() { return context_.get_executor(); }

  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
    for (auto it = boost::asio::buffer_sequence_begin(buffers);
         it != boost::asio::buffer_sequence_end(buffers); ++it) {
      const boost::asio::mutable_buffer buffer(*it);
      if (buffer.size() == 0) continue;
      return read({static_cast<std::uint8_t*>(buffer.data()), buffer.size()}, error);
    }
    error = {};
    return 0;
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
    for (auto it = boost::asio::buffer_sequence_begin(buffers);
         it != boost::asio::buffer_sequence_end(buffers); ++it) {
      const boost::asio::const_buffer buffer(*it);
      if (buffer.size() == 0) continue;
      return write({static_cast<const std::uint8_t*>(buffer.data()), buffer.size()}, error);
    }
    error = {};
    return 0;
  }
  template <typename Buffers>
  std::size_t read_some(const Buffers& buffers) {
    return throwing([&](auto& error) { return read_some(buffers, error); });
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& buffers) {
    return throwing([&](auto& error) { return write_some(buffers, error); });
  }

 private:
  explicit Stream(int descriptor) : descriptor_(descriptor) {}

  template <typename Do>
  static std::size_t throwing(Do&& action) {
    boost::system::error_code error;
    const std::size_t size = action(error);
    if (error) throw boost::system::system_error(error);
    return size;
  }
  // False: the deadline has come.
  bool wait_for(short events) const;
  // After a TLS operation that did not succeed: true where it can be tried again.
  bool wait_for_tls(int result, boost::system::error_code& error) const;

  boost::asio::io_context context_;  // Beast asks for one; nothing runs on it
  const int descriptor_;
  Instant deadline_{Instant::max()};
  std::shared_ptr<SSL_CTX> tls_context_;
  std::shared_ptr<SSL> tls_;
};

// For Beast's WebSocket, which asks how to end what is below it.
void teardown(boost::beast::role_type role, Stream& stream, boost::system::error_code& error);

}  // namespace visavis::doctor
