#include "core/signaling/wire/error_code.h"

#include <array>

namespace visavis::signaling {
namespace {

struct Entry {
  std::string_view text;
  std::string_view sentence;
};

constexpr std::array<Entry, kErrorCodeCount> kEntries = {{
    {"not_json", "Send one JSON object as UTF-8 text."},
    {"binary_not_supported", "Send text messages; binary ones are not part of this protocol."},
    {"too_large",
     "Send smaller messages; welcome.limits.message_bytes says how large they may be."},
    {"missing_field", "Add the required field."},
    {"wrong_type", "Send the field with the type that the protocol gives it."},
    {"invalid_field", "Send a value in the range that the protocol gives the field."},
    {"unknown_message", "Send a type that the protocol knows."},
    {"hello_required", "Say hello first."},
    {"already_welcomed", "Say hello only once on a connection."},
    {"identity_invalid", "Forget this identity token and say hello without it."},
    {"resume_expired", "Say hello again without resume."},
    {"rate_limited", "Wait a moment and send less often."},
    {"too_many_sessions", "Close other tabs or devices, or try again later."},
    {"unknown_user", "Nobody with this id is online. Refresh the list and try again."},
    {"unknown_call", "This call does not exist, or it has ended."},
    {"not_in_call", "You are not in this call, or not in the state that this needs."},
    {"unknown_participant", "This participant is not in the call."},
    {"call_limit", "End your other call first."},
    {"call_full", "Call fewer people at once."},
    {"membership_invalid", "Forget this membership token; the call does not go on here."},
    {"draining", "The server is about to restart. Try again in a moment."},
    {"relay_unavailable", "This server relays nothing for you."},
    {"unknown_knock", "This person is no longer waiting to be let in."},
    {"room_taken", "There is a room of this name already. Choose another name."},
    {"room_limit",
     "You have as many rooms as this server keeps. Use one of these, or try again later."},
    {"room_token_invalid", "Forget this room token and try again without it."},
    {"not_host", "Only a host of this room can do that."},
}};

}  // namespace

std::string_view to_text(ErrorCode code) { return kEntries[static_cast<std::size_t>(code)].text; }

std::string_view sentence(ErrorCode code) {
  return kEntries[static_cast<std::size_t>(code)].sentence;
}

}  // namespace visavis::signaling
