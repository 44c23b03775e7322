// Names, search and blocks (PROTOCOL.md sections 5 and 6). Whoever is blocked is told what they
// would be told of somebody who does not answer, by the same code: their calls have all their
// participants, of which some are silent (model.h).
#include <utility>
#include <vector>

#include "core/signaling/hub_impl.h"
#include "core/signaling/model/name.h"

namespace visavis::signaling {

void Hub::Impl::handle(Session& session, RequestId id, const NameSet& set, Instant now) {
  auto name = clean_name(set.name, limits_.name_chars_max);
  if (!name) {
    const std::string problem = explain(name.error(), limits_.name_chars_max);
    return outbox_.refuse(session, id, {ErrorCode::kInvalidField, problem});
  }
  people_.rename(*session.user, std::move(*name), now, &session, id);
}

void Hub::Impl::handle(Session& session, RequestId id, const PeopleSearch& search, Instant) {
  people_.search(session, id, search.query);
}

void Hub::Impl::handle(Session& session, RequestId id, const PeopleBlock& request, Instant) {
  if (!request.user) return outbox_.refuse(session, id, {ErrorCode::kUnknownUser});
  User& user = *session.user;
  if (*request.user == user.id) {
    return outbox_.refuse(session, id, {ErrorCode::kInvalidField, "You cannot block yourself."});
  }
  if (request.blocked) {
    user.blocks.add(*request.user, limits_.blocks_max);
  } else {
    user.blocks.remove(*request.user);
  }
  const Frame news = encode_people_blocks({}, user.blocks.users());
  for (Session* device : user.sessions) {
    const bool asked = device == &session && id;
    outbox_.send(*device, asked ? encode_people_blocks(id, user.blocks.users()) : news);
  }
  if (request.blocked) calls_.silence(user, *request.user);
}

}  // namespace visavis::signaling
