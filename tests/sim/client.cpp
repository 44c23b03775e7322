#include "tests/sim/client.h"

#include <fmt/format.h>

#include <utility>

namespace visavis::sim {

Client::Client(Network& network, std::string name) : network_(network), name_(std::move(name)) {
  act();
  lose_socket_soon();
}

void Client::stop() {
  stopped_ = true;
  welcomed_ = false;
  if (socket_ && socket_->open) network_.cut(socket_, CloseCause::kLeft, milliseconds(1));
}

std::string Client::hello() const {
  std::string text = fmt::format(R"({{"type":"hello","id":1,"name":"{}")", name_);
  if (!identity_.empty()) text += fmt::format(R"(,"identity":"{}")", identity_);
  if (!resume_token_.empty()) {
    text += fmt::format(R"(,"resume":{{"token":"{}","received":{}}})", resume_token_, received_);
  }
  return text + "}";
}

void Client::connect() {
  if (stopped_) return;
  socket_ = network_.open();
  socket_->on_message = [this, socket = socket_.get()](const std::string& text) {
    if (socket == socket_.get() && !stopped_) on_message(text);
  };
  socket_->on_close = [this](int code) {
    EXPECT_NE(code, 4001) << name_ << ": replaced by nobody";
    welcomed_ = false;
    network_.events().after(milliseconds(network_.pick(1, 3'000)), [this] { connect(); });
  };
  network_.send(socket_, hello());
}

void Client::lose_socket_soon() {
  network_.events().after(milliseconds(network_.pick(200, 15'000)), [this] {
    if (stopped_) return;
    if (socket_ && socket_->open) lose_socket();
    lose_socket_soon();
  });
}

void Client::lose_socket() {
  welcomed_ = false;
  network_.cut(socket_, CloseCause::kLost, milliseconds(network_.pick(0, 20'000)));
  const bool long_gone = network_.pick(0, 9) == 0;
  network_.events().after(milliseconds(long_gone ? 60'000 : network_.pick(1, 5'000)),
                          [this] { connect(); });
}

void Client::say_counted(std::string text) {
  ++sent_;
  unacknowledged_.push_back(text);
  if (welcomed_) network_.send(socket_, std::move(text));
}

void Client::on_message(const std::string& text) {
  const Heard heard(text);
  const std::string type = heard.type();
  if (type == "welcome") return on_welcome(heard);
  if (type == "presence" || type == "bye") return;
  if (type == "ack" || type == "pong") {
    const std::uint64_t acknowledged = std::stoull(heard.at("/received"));
    ASSERT_LE(acknowledged, sent_);
    while (sent_ - unacknowledged_.size() < acknowledged) unacknowledged_.pop_front();
    return;
  }
  if (!welcomed_) return on_error(heard);
  ++received_;
  on_counted(heard);
}

void Client::on_welcome(const Heard& welcome) {
  welcomed_ = true;
  if (user_.empty()) user_ = welcome.at("/user");
  EXPECT_EQ(welcome.at("/user"), user_);
  identity_ = welcome.at("/identity");
  const bool resumed = welcome.at("/resume/resumed") == "true";
  EXPECT_EQ(resumed, !resume_token_.empty());
  resume_token_ = welcome.at("/resume/token");
  if (!resumed) {
    ++fresh_starts_;
    start_afresh(welcome.at("/epoch"));
    return;
  }
  ++resumes_;
  const std::uint64_t server_has = std::stoull(welcome.at("/resume/received"));
  ASSERT_LE(server_has, sent_);
  while (sent_ - unacknowledged_.size() < server_has) unacknowledged_.pop_front();
  for (const auto& text : unacknowledged_) network_.send(socket_, text);
}

// Before welcome there is one error this client can meet: its session is gone.
void Client::on_error(const Heard& error) {
  ASSERT_EQ(error.at("/code"), "resume_expired") << error;
  forget_session();
  network_.send(socket_, hello());
}

void Client::forget_session() {
  resume_token_.clear();
  received_ = 0;
  sent_ = 0;
  unacknowledged_.clear();
  joined_ = false;
}

void Client::leave_call() {
  call_.clear();
  member_ = false;
  joined_ = false;
}

// Only a server that has restarted forgets a call that goes on.
void Client::start_afresh(const std::string& epoch) {
  const bool restarted = std::exchange(epoch_, epoch) != epoch;
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
    EXPECT_TRUE(call_.empty()) << name_ << " rings while in a call: " << heard;
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
    EXPECT_TRUE(joined_) << name_ << heard;
    EXPECT_EQ(heard.at("/call"), call_);
    EXPECT_EQ(heard.at("/from"), other_participant_);
    EXPECT_EQ(heard.at("/data/n"), std::to_string(next_to_hear_++)) << name_ << " lost or doubled";
    ++signals_heard_;
  } else if (type == "call.ended") {
    const std::string ended = heard.at("/call");
    EXPECT_TRUE(ended_calls_.insert(ended).second) << name_ << " hears of one end twice";
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
      << name_ << error;
  if (id != "5") return;
  EXPECT_EQ(code, "unknown_call") << name_ << " may not go on with a call";
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
    const bool own = heard.at(at + "user") == user_;
    (own ? own_participant_ : other_participant_) = heard.at(at + "participant");
    EXPECT_EQ(heard.at(at + "state"), "joined");
  }
}

void Client::act() {
  network_.events().after(milliseconds(network_.pick(20, 600)), [this] {
    if (stopped_) return;
    if (welcomed_ && network_.pick(0, 2) == 0) {
      network_.send(socket_, fmt::format(R"({{"type":"ping","received":{}}})", received_));
    }
    if (joined_ && network_.pick(0, 60) == 0) {
      say_counted(fmt::format(R"({{"type":"call.end","id":3,"call":"{}"}})", call_));
    } else if (joined_) {
      for (auto burst = network_.pick(1, 5); burst > 0; --burst) {
        say_counted(fmt::format(R"({{"type":"signal","call":"{}","to":"{}","data":{{"n":{}}}}})",
                                call_, other_participant_, next_to_say_++));
      }
    } else if (call_.empty() && welcomed_ && callee_ != nullptr && callee_->online() &&
               unacknowledged_.size() < 20) {
      say_counted(fmt::format(R"({{"type":"call.start","id":4,"to":["{}"]}})", callee_->user()));
    }
    act();
  });
}

}  // namespace visavis::sim
