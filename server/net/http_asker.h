// Who asks on one HTTP connection, for the counts of what is refused and for the log.
#pragma once

#include "core/base/ip_address.h"
#include "server/net/client_note.h"
#include "server/net/http.h"
#include "server/net/refusals.h"

namespace visavis::net {

class Worker;

// Belongs to its worker's thread.
class HttpAsker {
 public:
  // `peer`: the socket's own.
  HttpAsker(Worker& worker, const IpAddress& peer) : worker_(worker), peer_(peer) {}

  // While it lives, what is refused is this request, which must outlive it.
  class Asking {
   public:
    Asking(HttpAsker& asker, const HttpRequest& request) : asker_(asker) {
      asker_.request_ = &request;
    }
    ~Asking() { asker_.request_ = nullptr; }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

   private:
    HttpAsker& asker_;
  };

  Via via() const;
  // Counts it. Without a request that could be read, whoever asks through a trusted proxy is nobody
  // known.
  void refuse(Refusal why);
  // Where the request came with forwarded fields that nobody believes.
  void note_forwarded();
  // Where it came from a trusted proxy, without a word of who asks.
  void note_unforwarded();

 private:
  Worker& worker_;
  const IpAddress peer_;
  const HttpRequest* request_ = nullptr;
};

}  // namespace visavis::net
