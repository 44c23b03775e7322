// Who may use the relay: static users, and the names of ephemeral credentials.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/stun/long_term.h"
#include "core/turn/allocation.h"
#include "core/turn/ended_calls.h"
#include "core/turn/ephemeral_credential.h"
#include "core/turn/server.h"

namespace visavis::turn {

// What quotas are kept for. Views into a username.
struct Identity {
  std::string_view user;  // the same for renewed credentials
  std::string_view call;  // empty: of no call
  std::string_view participant;
};

// Asked about a name that anybody may have sent. The calendar and the end of a call decide about
// new allocations only: one that lives is held to the key that it was made with.
class Credentials {
 public:
  // Both must outlive it.
  Credentials(const ServerOptions& options, const EndedCalls& ended);

  // `allocation`: the one of the client's 5-tuple, if there is one.
  Result<stun::Authenticated, stun::ErrorCode> authenticate(const stun::Message& request,
                                                            const IpAddress& client,
                                                            const Allocation* allocation,
                                                            const Clock& at) const;
  void add_challenge(stun::MessageBuilder& answer, const IpAddress& client, Instant now) const {
    authenticator_.add_challenge(answer, client, now);
  }
  // Whether a nonce is one of ours for this client, however old.
  bool is_ours(std::string_view nonce, const IpAddress& client, Instant now) const {
    return ageless_nonces_.is_fresh(nonce, client, now);
  }

  // Precondition: authenticate() has returned this name.
  Identity identity(std::string_view username) const;

 private:
  bool is_static_user(std::string_view username) const;
  bool is_valid(const EphemeralName& name, std::chrono::sys_seconds wall) const;

  const ServerOptions& options_;
  const EndedCalls& ended_;
  const stun::LongTermAuthenticator authenticator_;
  const stun::NonceIssuer ageless_nonces_;
};

}  // namespace visavis::turn
