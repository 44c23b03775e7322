#include "tests/sim/device.h"

#include <fmt/format.h>

#include <utility>

namespace visavis::sim {

Device::Device(Network& network, std::string name) : network_(network), name_(std::move(name)) {
  act_soon();
  lose_socket_soon();
}

void Device::stop() {
  stopped_ = true;
  welcomed_ = false;
  if (socket_ && socket_->open) network_.cut(socket_, CloseCause::kLeft, milliseconds(1));
}

void Device::calm_down() { calm_ = true; }

std::string Device::hello() const {
  std::string text = fmt::format(R"({{"type":"hello","id":1,"name":"{}")", name_);
  if (!identity_.empty()) text += fmt::format(R"(,"identity":"{}")", identity_);
  if (!resume_token_.empty()) {
    text += fmt::format(R"(,"resume":{{"token":"{}","received":{}}})", resume_token_, received_);
  }
  return text + "}";
}

void Device::connect() {
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

void Device::lose_socket_soon() {
  network_.events().after(milliseconds(network_.pick(200, 15'000)), [this] {
    if (stopped_) return;
    if (!calm_ && socket_ && socket_->open) lose_socket();
    lose_socket_soon();
  });
}

void Device::lose_socket() {
  welcomed_ = false;
  network_.cut(socket_, CloseCause::kLost, milliseconds(network_.pick(0, 20'000)));
  const bool long_gone = network_.pick(0, 9) == 0;
  network_.events().after(milliseconds(long_gone ? 60'000 : network_.pick(1, 5'000)),
                          [this] { connect(); });
}

void Device::say_counted(std::string text) {
  ++sent_;
  unacknowledged_.push_back(text);
  if (welcomed_) network_.send(socket_, std::move(text));
}

void Device::on_message(const std::string& text) {
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

void Device::on_welcome(const Heard& welcome) {
  welcomed_ = true;
  if (user_.empty()) user_ = welcome.at("/user");
  EXPECT_EQ(welcome.at("/user"), user_);
  identity_ = welcome.at("/identity");
  const bool resumed = welcome.at("/resume/resumed") == "true";
  EXPECT_EQ(resumed, !resume_token_.empty());
  resume_token_ = welcome.at("/resume/token");
  if (!resumed) {
    ++fresh_starts_;
    const std::string epoch = welcome.at("/epoch");
    start_afresh(std::exchange(epoch_, epoch) != epoch);
    return;
  }
  ++resumes_;
  const std::uint64_t server_has = std::stoull(welcome.at("/resume/received"));
  ASSERT_LE(server_has, sent_);
  while (sent_ - unacknowledged_.size() < server_has) unacknowledged_.pop_front();
  for (const auto& text : unacknowledged_) network_.send(socket_, text);
}

// Before welcome there is one error this client can meet: its session is gone.
void Device::on_error(const Heard& error) {
  ASSERT_EQ(error.at("/code"), "resume_expired") << error;
  forget_session();
  network_.send(socket_, hello());
}

void Device::forget_session() {
  resume_token_.clear();
  received_ = 0;
  sent_ = 0;
  unacknowledged_.clear();
}

void Device::act_soon() {
  network_.events().after(milliseconds(network_.pick(20, 600)), [this] {
    if (stopped_) return;
    if (welcomed_ && network_.pick(0, 2) == 0) {
      network_.send(socket_, fmt::format(R"({{"type":"ping","received":{}}})", received_));
    }
    if (!calm_ && !resume_token_.empty()) act();
    act_soon();
  });
}

}  // namespace visavis::sim
