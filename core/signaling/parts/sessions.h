// The sessions that there are: how one is found again by its token, which wait to be resumed, and
// how many each address has (PROTOCOL.md sections 2 and 3).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "core/base/ip_address.h"
#include "core/base/random.h"
#include "core/signaling/model/ice_servers.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/parts/address_sessions.h"
#include "core/signaling/parts/deadlines.h"

namespace visavis::signaling {

class Sessions {
 public:
  // Both must outlive it.
  Sessions(const Limits& limits, Random& random)
      : limits_(limits), random_(random), addresses_(limits) {}

  std::size_t size() const { return sessions_.size(); }
  // Null: there is none that this token resumes.
  Session* find(std::string_view resume_token);

  // Whether there may be one more of this source; else, the one that makes place for it and has to
  // end first: one of the person's own that waits to be resumed, or a stranger's for a stranger.
  // `person` is null for who is not here yet.
  bool has_place(const Source& source) const { return addresses_.has_place(source); }
  Session* who_makes_place(const Source& source, const User* person);

  // With full allowances, and no connection yet: attach() comes next.
  Session& make(User& user, bool stranger, Instant now);
  // It is of this connection from now on.
  void attach(Session& session, ConnectionId connection, const IpAddress& address, Reached reached);
  // Its connection is gone: it may be resumed until `until`.
  void wait_to_be_resumed(Session& session, Instant until);
  // Precondition: it is part of nothing any more. `session` dangles afterwards; its person may be
  // left without any.
  void erase(Session& session);

  std::optional<Instant> next_timeout() const { return deadlines_.next(); }
  // The next that was not resumed in time; null when there is none.
  Session* pop_lost(Instant now);

 private:
  void stop_waiting(Session& session);

  const Limits& limits_;
  Random& random_;
  std::unordered_map<SessionId, std::unique_ptr<Session>> sessions_;
  AddressSessions addresses_;
  Deadlines<SessionId> deadlines_;  // of those that wait to be resumed
};

}  // namespace visavis::signaling
