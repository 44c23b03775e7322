#include "tests/fuzz/call_book.h"

#include <algorithm>
#include <set>

#include "tests/fuzz/require.h"

namespace visavis::fuzz {
namespace {

namespace dom = simdjson::dom;

std::string text_at(dom::element message, std::string_view pointer) {
  std::string_view text;
  if (message.at_pointer(pointer).get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

bool has(dom::element message, std::string_view pointer) {
  return message.at_pointer(pointer).error() == simdjson::SUCCESS;
}

}  // namespace

void CallBook::start(dom::element welcome) {
  calls_.clear();
  knocking_.clear();
  learn_blocked(welcome);
  dom::array calls;
  require(welcome.at_pointer("/calls").get(calls) == simdjson::SUCCESS, "welcome tells the calls");
  for (const dom::element call : calls) {
    const bool joined = has(call, "/membership");
    require(calls_.emplace(text_at(call, "/call"), joined).second, "each call is told once");
    require(joined || !has(call, "/knocks"), "who knocks is for who has joined");
    check_participants(call);
    check_knocks(call);
  }
  check_calls();
}

void CallBook::on_message(std::string_view type, dom::element message) {
  check_participants(message);
  check_knocks(message);
  if (type == "people.blocks") learn_blocked(message);
  if (type.starts_with("call.")) on_call_message(type, text_at(message, "/call"), message);
  if (type.starts_with("room.")) on_room_message(type, message);
  check_calls();
}

void CallBook::join(const std::string& call) {
  calls_[call] = true;
  knocking_.clear();
}

void CallBook::on_call_message(std::string_view type, const std::string& call,
                               dom::element message) {
  const auto known = calls_.find(call);
  if (type == "call.incoming") {
    require(known == calls_.end(), "a call begins to ring once");
    check_caller(message);
    require(!has(message, "/knocks"), "who knocks is for who has joined");
    calls_[call] = false;
  } else if (type == "call.ringing") {
    require(has(message, "/id") || (known != calls_.end() && known->second),
            "who has joined is told who rings");
    join(call);
  } else if (type == "call.rejoined" || (type == "call.accepted" && has(message, "/membership"))) {
    join(call);
  } else if (type == "call.ended") {
    const bool never_rang = text_at(message, "/reason") == "busy" && has(message, "/id");
    require(known != calls_.end() || never_rang, "a call ends once, for those who are part of it");
    calls_.erase(call);
  } else {
    require(known != calls_.end(), "news of a call are for those who are part of it");
  }
}

void CallBook::on_room_message(std::string_view type, dom::element message) {
  const std::string room = text_at(message, "/room");
  if (type == "room.waiting") {
    require(knocking_.empty() || knocking_ == room, "a session knocks at one room");
    knocking_ = room;
  } else if (type == "room.admitted" || type == "room.refused") {
    const std::string reason = text_at(message, "/reason");
    const bool at_once = has(message, "/id") && (reason == "removed" || reason == "locked");
    require(knocking_ == room || at_once, "only who knocks is let in or refused");
    if (knocking_ == room) knocking_.clear();
  } else if (type == "room.knocks" || type == "room.opened" || type == "room.rules") {
    const auto known = calls_.find(text_at(message, "/call"));
    require(known != calls_.end() && known->second, "news of a room are for who has joined");
  } else if (type == "room.state") {
    std::uint64_t count = 0;
    dom::array who;
    require(message.at_pointer("/count").get(count) == simdjson::SUCCESS &&
                message.at_pointer("/participants").get(who) == simdjson::SUCCESS,
            "a look tells how many and who");
    require(count <= limits_->participants_max, "a room has its seats");
    require(who.size() == count || who.size() == 0, "those who are told are all");
  }
}

void CallBook::check_calls() const {
  const auto joined = static_cast<std::size_t>(
      std::count_if(calls_.begin(), calls_.end(), [](const auto& call) { return call.second; }));
  require(joined <= limits_->calls_per_session_max, "a session joins as many calls as it may");
  require(calls_.size() - joined <= limits_->rings_per_person_max + limits_->rings_welcome_max,
          "so many calls ring at most");
}

void CallBook::learn_blocked(dom::element message) {
  blocked_.clear();
  dom::array users;
  if (message.at_pointer("/blocked").get(users) != simdjson::SUCCESS) return;
  for (const dom::element user : users) {
    require(blocked_.emplace(user.get_string().value()).second, "each is blocked once");
  }
  require(blocked_.size() <= limits_->blocks_max, "so many are blocked at most");
}

void CallBook::check_caller(dom::element incoming) const {
  dom::array participants;
  if (incoming.at_pointer("/participants").get(participants) != simdjson::SUCCESS) return;
  for (const dom::element participant : participants) {
    if (text_at(participant, "/participant") != text_at(incoming, "/from")) continue;
    require(!blocked_.contains(text_at(participant, "/user")), "who is blocked rings at nobody");
  }
}

void CallBook::check_participants(dom::element message) const {
  dom::array participants;
  if (!has(message, "/call") ||
      message.at_pointer("/participants").get(participants) != simdjson::SUCCESS) {
    return;
  }
  std::set<std::string> ids;
  std::set<std::string> invited;
  std::size_t joined = 0;
  for (const dom::element participant : participants) {
    require(ids.insert(text_at(participant, "/participant")).second, "each takes part once");
    if (text_at(participant, "/state") == "joined") {
      ++joined;
    } else {
      invited.insert(text_at(participant, "/user"));
    }
  }
  require(joined > 0, "nobody rings for a call where nobody is");
  require(joined + invited.size() <= limits_->participants_max, "a call has its seats");
}

void CallBook::check_knocks(dom::element message) const {
  dom::array knocks;
  if (message.at_pointer("/knocks").get(knocks) != simdjson::SUCCESS) return;
  std::set<std::string> ids;
  for (const dom::element knock : knocks) {
    require(ids.insert(text_at(knock, "/knock")).second, "each knock is told once");
  }
  require(ids.size() <= limits_->knocks_per_room_max, "so many knock at most");
}

}  // namespace visavis::fuzz
