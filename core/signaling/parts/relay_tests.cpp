#include "core/signaling/parts/relay_tests.h"

namespace visavis::signaling {

void RelayTests::start(Session& session, RequestId id, Instant now) {
  if (!offers_.has_relay_for(session)) {
    return outbox_.refuse(session, id, {ErrorCode::kRelayUnavailable});
  }
  const auto earlier = tests_.find(session.id);
  if (earlier != tests_.end()) {
    if (now < earlier->second.started + limits_.relay_test_interval) {
      return outbox_.refuse(session, id,
                            {ErrorCode::kRateLimited, {}, {}, "relay_test_interval_ms"});
    }
    end(session.id);
  }
  const Source source = session.source();
  if (!shares_.has_place(source)) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kRateLimited,
                           "Too many connections are being checked. Try again in a minute.",
                           {},
                           "relay_tests_max"});
  }
  const Test test{make_random_id<CallId>(random_), source, now, now + limits_.relay_test_lifetime};
  tests_.emplace(session.id, test);
  shares_.add(source);
  deadlines_.set(test.deadline, session.id);
  const auto servers = [&] {
    return offers_.for_part(session, test.call, make_random_id<ParticipantId>(random_),
                            limits_.relay_test_lifetime);
  };
  const std::string one_end = servers();
  outbox_.send(session, encode_relay_test(id, one_end, servers()));
}

void RelayTests::end(const SessionId& session) {
  const auto test = tests_.find(session);
  if (test == tests_.end()) return;
  deadlines_.clear(test->second.deadline, session);
  offers_.end(test->second.call, std::nullopt);
  shares_.remove(test->second.source);
  tests_.erase(test);
}

void RelayTests::on_timeout(Instant now) {
  while (const auto session = deadlines_.pop_due(now)) end(*session);
}

}  // namespace visavis::signaling
