// Serves HTTP/1.1 on one connection until it ends or becomes a WebSocket.
//
// One request at a time: while its answer is being written nothing more is read, so pipelined
// requests wait in the kernel.
#pragma once

#include <optional>
#include <string>

#include "core/base/ip_address.h"
#include "server/net/byte_stream.h"
#include "server/net/client_identity.h"
#include "server/net/connection.h"
#include "server/net/connection_limiter.h"
#include "server/net/http.h"
#include "server/net/http_asker.h"
#include "server/net/http_parser.h"
#include "server/net/http_writer.h"
#include "server/net/progress_watch.h"

namespace visavis::net {

class HttpConnection : public Connection {
 public:
  struct Origin {
    IpAddress peer;
    Instant accepted_at;
    bool on_loopback = false;
    bool on_private_listener = false;
    bool redirect_to_https = false;  // answer everything with 308 to the same URL with https
  };
  HttpConnection(Worker& worker, ByteStream stream, Admission admission, const Origin& origin);
  ~HttpConnection() override;

  // To be called once the worker has placed it.
  void start();

  void on_ready(Readiness readiness) override;
  void on_deadline(Instant now) override;
  void on_drain() override;
  int descriptor() const override { return stream_.descriptor(); }

 private:
  enum class Phase {
    kIdle,       // between requests
    kRequest,    // some of a request has come
    kResponse,   // writing the answer
    kLingering,  // everything is said: waiting for the client's FIN, so that no RST destroys the
                 // answer
    kGone,       // removed, or replaced by a WebSocket
  };
  enum class Step { kAgain, kWait };

  void pump();
  bool moved_bytes(const IoResult& result);
  Step read_some();
  Step parse();
  Step write_interim();
  Step write_some();
  Step discard();

  void route();
  bool knows_host(const HttpRequest& request) const;
  HttpResponse answer(const HttpRequest& request);
  void upgrade(const HttpRequest& request);
  struct Target;
  static std::optional<Target> split(std::string_view method, std::string_view target);
  HttpRequest read_request(const Target& target) const;
  void respond(HttpResponse response);
  void respond_and_close(HttpResponse response);
  void respond_failure(HttpResponse response, const IpAddress& client);
  void respond_unreadable(HttpResponse response);
  void end_response();
  void end_stalled();
  void enter(Phase phase, Duration timeout);
  void remove();

  ByteStream stream_;
  Admission admission_;
  const Origin origin_;
  HttpAsker asker_;
  const bool is_tls_;
  Phase phase_ = Phase::kIdle;
  bool served_any_ = false;
  std::string input_;          // read, not yet taken by the parser
  bool input_is_new_ = false;  // the parser has not seen all of it
  std::optional<HttpParser> parser_;
  std::string_view interim_;  // what is left to write before the rest of a request is read

  // The answer being written: head, then body.
  std::string head_;
  HttpResponse response_;
  ByteView body_;  // of response_; empty for HEAD
  bool keep_alive_ = true;
  std::size_t written_ = 0;
  ProgressWatch progress_;
};

}  // namespace visavis::net
