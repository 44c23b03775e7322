#include "tests/sim/client.h"

#include <fmt/format.h>

#include <utility>

namespace visavis::sim {

void Client::leave_call() {
  call_.clear();
  member_ = false;
  joined_ = false;
}

// Only a server that has restarted forgets a call that goes on.
void Client::start_afresh(bool restarted) {
  joined_ = false;
  if (restarted && member_) {
    say_counted(fmt::format(R"({{"type":"call.rejoin","id":5,"membership":"{}"}})", membership_));
  } else {
    leave_call();
  }
}

void Client::on_counted(const Heard& heard) {
  const std::string type = heard.type();
  if (type == "call.incoming") {
    if (member_ && !joined_) return;  // it does not know yet that we are in a call
    EXPECT_TRUE(call_.empty()) << name() << " rings while in a call: " << heard;
    call_ = heard.at("/call");
    own_participant_ = heard.at("/participant");
    other_participant_ = heard.at("/from");
    say_counted(fmt::format(R"({{"type":"call.accept","id":2,"call":"{}"}})", call_));
  } else if (type == "call.ringing") {
    if (heard.at("/id").empty()) return;
    EXPECT_TRUE(call_.empty());
    call_ = heard.at("/call");
    own_participant_ = heard.at("/participant");
    membership_ = heard.at("/membership");
  } else if (type == "call.accepted") {
    join_call(heard);
  } else if (type == "call.rejoined") {
    EXPECT_EQ(heard.at("/call"), call_);
    EXPECT_EQ(heard.at("/participant"), own_participant_);
    membership_ = heard.at("/membership");
    if (!heard.at("/participants/1").empty()) join_call(heard);
    ++rejoins_;
  } else if (type == "signal") {
    EXPECT_TRUE(joined_) << name() << heard;
    EXPECT_EQ(heard.at("/call"), call_);
    EXPECT_EQ(heard.at("/from"), other_participant_);
    EXPECT_EQ(heard.at("/data/n"), std::to_string(next_to_hear_++)) << name() << " lost or doubled";
    ++signals_heard_;
  } else if (type == "call.ended") {
    const std::string ended = heard.at("/call");
    EXPECT_TRUE(ended_calls_.insert(ended).second) << name() << " hears of one end twice";
    ++calls_ended_;
    if (ended == call_) leave_call();
  } else if (type == "error") {
    on_call_error(heard);
  }
}

// Whoever asks about a call that has just ended is told so, and whoever accepts a call that their
// own call.start has accepted already (glare); anything else is a fault.
void Client::on_call_error(const Heard& error) {
  const std::string code = error.at("/code");
  const std::string id = error.at("/id");
  const bool glare = code == "not_in_call" && joined_ && id == "2";
  EXPECT_TRUE(code == "unknown_call" || code == "unknown_user" || code == "call_limit" || glare)
      << name() << error;
  if (id != "5") return;
  EXPECT_EQ(code, "unknown_call") << name() << " may not go on with a call";
  leave_call();
}

void Client::join_call(const Heard& heard) {
  call_ = heard.at("/call");
  member_ = true;
  joined_ = true;
  if (const auto membership = heard.at("/membership"); !membership.empty()) {
    membership_ = membership;
  }
  next_to_say_ = 1;
  next_to_hear_ = 1;
  for (int i = 0; i < 2; ++i) {
    const std::string at = fmt::format("/participants/{}/", i);
    const bool own = heard.at(at + "user") == user();
    (own ? own_participant_ : other_participant_) = heard.at(at + "participant");
    EXPECT_EQ(heard.at(at + "state"), "joined");
  }
}

void Client::act() {
  if (joined_ && network().pick(0, 60) == 0) {
    say_counted(fmt::format(R"({{"type":"call.end","id":3,"call":"{}"}})", call_));
  } else if (joined_) {
    for (auto burst = network().pick(1, 5); burst > 0; --burst) {
      say_counted(fmt::format(R"({{"type":"signal","call":"{}","to":"{}","data":{{"n":{}}}}})",
                              call_, other_participant_, next_to_say_++));
    }
  } else if (call_.empty() && online() && callee_ != nullptr && callee_->online() &&
             waiting() < 20) {
    say_counted(fmt::format(R"({{"type":"call.start","id":4,"to":["{}"]}})", callee_->user()));
  }
}

}  // namespace visavis::sim
