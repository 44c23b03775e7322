// Who may use the relay: static users, and the names of ephemeral credentials.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/stun/long_term.h"
#include "core/turn/allocation.h"
#include "core/turn/ephemeral_credential.h"
#include "core/turn/ledger.h"
#include "core/turn/response.h"
#include "core/turn/server.h"

namespace visavis::turn {

// What quotas are kept for. Views into a username.
struct Identity {
  std::string_view user;  // the same for renewed credentials
  std::string_view call;  // empty: of no call
  std::string_view participant;
};

// Why somebody is not let in: 400, 401 or 438.
struct Denial {
  stun::ErrorCode code{};
  bool logins_limited = false;  // 401 without a look at the password
  // 401 for a credential that this server, or an application of it, has issued: its call has ended,
  // or its time. Nobody guesses.
  bool was_good = false;
};

// Asked about a name that anybody may have sent. The calendar and the end of a call decide about
// new allocations only: one that lives is held to the key that it was made with.
//
// Credentials of calls cannot be guessed. Where others can be, in open mode, whoever has sent too
// many wrong ones waits (LoginThrottle). No password is looked at without a nonce that was given to
// the client's address, so that nobody can send wrong ones in another's name.
class Credentials {
 public:
  // Both must outlive it.
  Credentials(const ServerOptions& options, Ledger& ledger);

  // `allocation`: the one of the client's 5-tuple, if there is one.
  Result<Admitted, Denial> authenticate(const stun::Message& request, const IpAddress& client,
                                        const Allocation* allocation, const Clock& at) const;
  void add_challenge(stun::MessageBuilder& answer, const IpAddress& client, Instant now) const {
    authenticator_.add_challenge(answer, client, now);
  }
  // Whether a request has a nonce that was given to this client's address, however old.
  bool has_our_nonce(const stun::Message& request, const IpAddress& client, Instant now) const;

  // Precondition: authenticate() has returned it.
  static Identity identity(const Admitted& who);

 private:
  using Authentication = Result<stun::Authenticated, stun::ErrorCode>;
  Authentication try_secrets(const std::vector<std::string>& secrets, const stun::Message& request,
                             const IpAddress& client, Instant now) const;
  // Open mode's users and secrets.
  Result<Admitted, Denial> log_in(const stun::Message& request, const IpAddress& client,
                                  const Clock& at) const;
  Authentication try_guessable(const stun::Message& request, const IpAddress& client,
                               const Clock& at) const;
  bool is_static_user(std::string_view username) const;
  bool names_a_call(const EphemeralName& name, std::chrono::sys_seconds wall) const;
  bool was_good(const stun::Message& request, const IpAddress& client, Instant now) const;

  const ServerOptions& options_;
  Ledger& ledger_;
  const stun::LongTermAuthenticator authenticator_;
  const stun::NonceIssuer ageless_nonces_;
};

}  // namespace visavis::turn
