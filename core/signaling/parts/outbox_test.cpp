#include "core/signaling/parts/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

using ::testing::HasSubstr;

class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() { session_.connection = ConnectionId{1}; }

  // The text of the next command, which is to be one.
  std::string next_text() {
    const auto command = outbox_.poll_command();
    const auto* text = command ? std::get_if<SendText>(&*command) : nullptr;
    return text == nullptr ? "nothing is sent" : *text->frame;
  }
  static Frame frame(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  }

  Limits limits_;
  Counters counters_;
  Outbox outbox_{limits_, counters_, true};
  User user_;
  Session session_{Budget(Allowance{}, Instant{}), SessionId{}, ResumeSecret{}, user_};
};

TEST_F(OutboxTest, KeepsWhatIsCountedUntilItIsAcknowledged) {
  outbox_.send(session_, frame("one"));
  outbox_.send(session_, frame("three"));
  EXPECT_EQ(next_text(), "one");
  EXPECT_EQ(next_text(), "three");
  EXPECT_EQ(outbox_.replay_bytes(), 8U);
  EXPECT_TRUE(outbox_.acknowledge(session_, 1));
  EXPECT_EQ(outbox_.replay_bytes(), 5U);
  EXPECT_FALSE(outbox_.acknowledge(session_, 3)) << "more than was ever sent";
  outbox_.replay_after(session_, 1);
  EXPECT_EQ(next_text(), "three");
  outbox_.forget(session_);
  EXPECT_EQ(outbox_.replay_bytes(), 0U);
}

TEST_F(OutboxTest, KeepsForWhoIsAwayAndSendsNothing) {
  session_.connection.reset();
  outbox_.send(session_, frame("later"));
  EXPECT_FALSE(outbox_.poll_command());
  EXPECT_EQ(outbox_.replay_bytes(), 5U);
  outbox_.start_anew(session_);
  EXPECT_EQ(outbox_.replay_bytes(), 0U);
  EXPECT_EQ(session_.replay.sent(), 0U);
}

TEST_F(OutboxTest, ARefusalIsAnErrorACountAndALine) {
  user_.name = "Ana";
  outbox_.refuse(session_, 7, {ErrorCode::kRateLimited, {}, seconds(2), "looks_per_second"});
  EXPECT_THAT(next_text(), ::testing::AllOf(HasSubstr(R"("code":"rate_limited")"),
                                            HasSubstr(R"("id":7)"), HasSubstr("2000")));
  EXPECT_EQ(counters_.errors_by_code[static_cast<std::size_t>(ErrorCode::kRateLimited)], 1U);
  const auto report = outbox_.poll_report();
  ASSERT_TRUE(report);
  const auto& refused = std::get<ClientRefused>(*report);
  EXPECT_EQ(refused.limit, "looks_per_second");
  EXPECT_EQ(refused.user, "Ana");
}

TEST_F(OutboxTest, AcknowledgesWhenItIsDueOrWhenSomethingTellsItAnyway) {
  for (std::uint32_t i = 1; i < limits_.ack_messages; ++i) outbox_.count_received(session_, 1);
  outbox_.acknowledge_if_due(session_);
  EXPECT_FALSE(outbox_.poll_command());
  outbox_.count_received(session_, 1);
  outbox_.acknowledge_if_due(session_);
  EXPECT_THAT(next_text(), HasSubstr(R"("type":"ack")"));
  outbox_.acknowledge_if_due(session_);
  EXPECT_FALSE(outbox_.poll_command());
  outbox_.count_received(session_, limits_.ack_bytes);
  outbox_.note_acknowledged(session_);
  outbox_.acknowledge_if_due(session_);
  EXPECT_FALSE(outbox_.poll_command());
}

TEST_F(OutboxTest, ASilentParticipantIsToldNothing) {
  Participant participant;
  participant.session = &session_;
  participant.silent = true;
  outbox_.tell(participant, frame("x"));
  EXPECT_FALSE(outbox_.poll_command());
  EXPECT_EQ(outbox_.replay_bytes(), 0U);
  participant.silent = false;
  outbox_.tell(participant, frame("x"));
  EXPECT_EQ(next_text(), "x");
}

}  // namespace
}  // namespace visavis::signaling
