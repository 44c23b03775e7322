// Credentials for the relay, and its calls with oneself (PROTOCOL.md section 11).
#include <utility>

#include "core/base/base64url.h"
#include "core/signaling/hub_impl.h"

namespace visavis::signaling {

// All servers for one participant of one call; without own TURN where there is none for the
// session.
std::string Hub::Impl::ice_servers_for(const Session& session, const CallId& call,
                                       const ParticipantId& participant, Duration lifetime) const {
  const RelayOffer& relay = options_.relay;
  if (!has_own_relay(relay, session.reached)) {
    return ice_servers_json(relay, session.reached, nullptr, options_.ice_servers_json);
  }
  const RelayCredential credential =
      relay.issue_credential(to_text(call), to_text(participant), lifetime);
  return ice_servers_json(relay, session.reached, &credential, options_.ice_servers_json);
}

ForReceiver Hub::Impl::for_receiver(const Call& call, const Participant& participant) const {
  ForReceiver own{ice_servers_for(*participant.session, call.id, participant.id,
                                  limits_.relay_credential_lifetime),
                  {},
                  {}};
  if (participant.state == ParticipantState::kJoined) {
    ForReceiver tokens = tokens_for(call, participant);
    own.membership = std::move(tokens.membership);
    own.room_token = std::move(tokens.room_token);
  }
  return own;
}

void Hub::Impl::end_relay(const CallId& call, std::optional<ParticipantId> participant) {
  if (options_.relay.issue_credential) commands_.emplace_back(EndRelay{call, participant});
}

void Hub::Impl::handle(Session& session, RequestId id, const CallRelayRequest& request, Instant) {
  Call* call = find_call(session, id, request.call);
  if (call == nullptr) return;
  const std::string servers = ice_servers_for(session, call->id, call->find(session)->id,
                                              limits_.relay_credential_lifetime);
  send(session, encode_call_relay(id, call->id, servers));
}

void Hub::Impl::handle(Session& session, RequestId id, const RelayTestRequest&, Instant now) {
  if (!has_own_relay(options_.relay, session.reached)) {
    return send_error(session, id, ErrorCode::kRelayUnavailable);
  }
  const auto earlier = relay_tests_.find(session.id);
  if (earlier != relay_tests_.end()) {
    if (now < earlier->second.started + limits_.relay_test_interval) {
      return send_error(session, id, ErrorCode::kRateLimited, {}, {}, "relay_test_interval_ms");
    }
    end_relay_test(session);
  }
  const Source source = session.source();
  if (!relay_test_shares_.has_place(source)) {
    return send_error(session, id, ErrorCode::kRateLimited,
                      "Too many connections are being checked. Try again in a minute.", {},
                      "relay_tests_max");
  }
  const RelayTest test{make_random_id<CallId>(random_), source, now,
                       now + limits_.relay_test_lifetime};
  relay_tests_.emplace(session.id, test);
  relay_test_shares_.add(source);
  relay_test_deadlines_.set(test.deadline, session.id);
  const auto servers = [&] {
    return ice_servers_for(session, test.call, make_random_id<ParticipantId>(random_),
                           limits_.relay_test_lifetime);
  };
  const std::string one_end = servers();
  send(session, encode_relay_test(id, one_end, servers()));
}

// Does nothing where the session tests nothing.
void Hub::Impl::end_relay_test(const Session& session) {
  const auto test = relay_tests_.find(session.id);
  if (test == relay_tests_.end()) return;
  relay_test_deadlines_.clear(test->second.deadline, session.id);
  end_relay(test->second.call, std::nullopt);
  relay_test_shares_.remove(test->second.source);
  relay_tests_.erase(test);
}

}  // namespace visavis::signaling
