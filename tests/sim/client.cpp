#include "tests/sim/client.h"

#include <fmt/format.h>

#include <iterator>
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
  calling_.clear();
  ringing_.clear();
  blocked_.clear();
  if (restarted && member_) {
    say_counted(fmt::format(R"({{"type":"call.rejoin","id":5,"membership":"{}"}})", membership_));
  } else {
    leave_call();
  }
}

void Client::on_counted(const Heard& heard) {
  const std::string type = heard.type();
  if (type == "call.incoming") {
    on_incoming(heard);
  } else if (type == "call.ringing") {
    if (heard.at("/id").empty()) return;
    EXPECT_TRUE(call_.empty());
    calling_.clear();
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
    const std::string number = heard.at("/data/n");
    if (number.empty()) {
      // The other has left while we were away: nothing is kept but that something was said.
      EXPECT_EQ(heard.at("/data"), "{}") << name() << heard;
      emptied_ = true;
      return;
    }
    EXPECT_FALSE(emptied_) << name() << " hears of who has left: " << heard;
    EXPECT_EQ(number, std::to_string(next_to_hear_++)) << name() << " lost or doubled";
    ++signals_heard_;
  } else if (type == "call.ended") {
    const std::string ended = heard.at("/call");
    EXPECT_TRUE(ended_calls_.insert(ended).second) << name() << " hears of one end twice";
    ++calls_ended_;
    if (heard.at("/id") == "4") calling_.clear();
    ringing_.erase(ended);
    if (ended == call_) leave_call();
  } else if (type == "people.blocks") {
    blocked_.clear();
    for (int i = 0; !heard.at(fmt::format("/blocked/{}", i)).empty(); ++i) {
      blocked_.insert(heard.at(fmt::format("/blocked/{}", i)));
    }
  } else if (type == "error") {
    on_call_error(heard);
  }
}

void Client::on_incoming(const Heard& heard) {
  const std::string id = heard.at("/call");
  const std::string caller = heard.at("/participants/0/user");
  EXPECT_FALSE(blocked_.contains(caller)) << name() << " rings for who is blocked: " << heard;
  EXPECT_NE(id, call_) << name() << " rings for where it is: " << heard;
  if (call_.empty() && (calling_.empty() || calling_ == caller)) return accept(id);
  EXPECT_TRUE(ringing_.insert(id).second) << name() << " rings twice: " << heard;
  EXPECT_LE(ringing_.size(), signaling::Limits{}.rings_per_person_max) << name();
  ++second_calls_;
}

void Client::accept(const std::string& call) {
  call_ = call;
  ringing_.erase(call);
  say_counted(fmt::format(R"({{"type":"call.accept","id":2,"call":"{}"}})", call_));
}

// Whoever asks about a call that has just ended is told so, and whoever accepts a call that their
// own call.start has accepted already (glare); anything else is a fault.
void Client::on_call_error(const Heard& error) {
  const std::string code = error.at("/code");
  const std::string id = error.at("/id");
  const bool glare = code == "not_in_call" && joined_ && id == "2";
  const bool too_soon = code == "rate_limited" && id == "4" && !error.at("/retry_after_ms").empty();
  EXPECT_TRUE(code == "unknown_call" || code == "unknown_user" || code == "call_limit" || glare ||
              too_soon)
      << name() << error;
  if (id == "4") calling_.clear();
  if (id != "5") return;
  EXPECT_EQ(code, "unknown_call") << name() << " may not go on with a call";
  leave_call();
}

void Client::join_call(const Heard& heard) {
  call_ = heard.at("/call");
  calling_.clear();
  ringing_.erase(call_);
  member_ = true;
  joined_ = true;
  if (const auto membership = heard.at("/membership"); !membership.empty()) {
    membership_ = membership;
  }
  next_to_say_ = 1;
  next_to_hear_ = 1;
  emptied_ = false;
  for (int i = 0; i < 2; ++i) {
    const std::string at = fmt::format("/participants/{}/", i);
    const bool own = heard.at(at + "user") == user();
    (own ? own_participant_ : other_participant_) = heard.at(at + "participant");
    EXPECT_EQ(heard.at(at + "state"), "joined");
  }
}

void Client::act() {
  if (!blocked_.empty() && network().pick(0, 30) == 0) {
    say_counted(fmt::format(R"({{"type":"people.block","id":8,"user":"{}","blocked":false}})",
                            *blocked_.begin()));
  }
  if (joined_) {
    act_in_call();
  } else if (!call_.empty()) {
    // It rings there, or we are on our way in or back.
    if (!member_ && network().pick(0, 30) == 0) {
      say_counted(fmt::format(R"({{"type":"call.end","id":3,"call":"{}"}})", call_));
    }
  } else if (!ringing_.empty() && calling_.empty()) {
    accept(*ringing_.begin());
  } else if (online() && calling_.empty() && waiting() < 20) {
    start_call();
  }
}

void Client::act_in_call() {
  if (!ringing_.empty() && network().pick(0, 5) == 0) {
    act_on_second_call();
  } else if (network().pick(0, 60) == 0) {
    say_counted(fmt::format(R"({{"type":"call.end","id":3,"call":"{}"}})", call_));
  } else {
    for (auto burst = network().pick(1, 5); burst > 0; --burst) {
      say_counted(fmt::format(R"({{"type":"signal","call":"{}","to":"{}","data":{{"n":{}}}}})",
                              call_, other_participant_, next_to_say_++));
    }
  }
}

// Declines it, ends the first one for it, or tries to have both.
void Client::act_on_second_call() {
  const auto chance = network().pick(0, 3);
  const std::string& second = *ringing_.begin();
  if (chance == 0) {
    say_counted(fmt::format(R"({{"type":"call.end","id":3,"call":"{}"}})", call_));
  } else if (chance == 1) {
    say_counted(fmt::format(R"({{"type":"call.accept","id":9,"call":"{}"}})", second));
  } else {
    say_counted(fmt::format(R"({{"type":"call.decline","id":6,"call":"{}"}})", second));
  }
}

void Client::start_call() {
  if (callees_.empty()) return;
  const Client& callee =
      *callees_[static_cast<std::size_t>(network().pick(0, std::ssize(callees_) - 1))];
  if (!callee.online()) return;
  if (blocked_.empty() && network().pick(0, 50) == 0) {
    say_counted(fmt::format(R"({{"type":"people.block","id":7,"user":"{}","blocked":true}})",
                            callee.user()));
  }
  calling_ = callee.user();
  say_counted(fmt::format(R"({{"type":"call.start","id":4,"to":["{}"]}})", calling_));
}

}  // namespace visavis::sim
