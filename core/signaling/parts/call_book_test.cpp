#include "core/signaling/parts/call_book.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

constexpr Instant kStart{};

CallId call_id(std::uint8_t number) {
  CallId id{};
  id.bytes[0] = number;
  return id;
}

Source source(const char* address) { return {IpAddress::parse(address)->limit_key(), true}; }

class CallBookTest : public ::testing::Test {
 protected:
  Call& make(std::uint8_t number, const char* address = "192.0.2.1") {
    return book_.make(call_id(number), true, source(address), kStart);
  }
  static void invite(Call& call, Instant until) {
    Participant& participant = call.participants.emplace_back();
    participant.ring_deadline = until;
  }

  Limits limits_;
  CallBook book_{limits_};
};

TEST_F(CallBookTest, FindsWhatItMadeUntilItIsErased) {
  Call& call = make(1);
  EXPECT_EQ(book_.find(call_id(1)), &call);
  EXPECT_EQ(book_.find(call_id(2)), nullptr);
  book_.erase(call);
  EXPECT_EQ(book_.find(call_id(1)), nullptr);
  EXPECT_EQ(book_.size(), 0U);
}

TEST(CallBook, KeepsToWhatAnAddressMayHave) {
  Limits limits;
  limits.calls_per_address_max = 1;
  CallBook book(limits);
  Call& call = book.make(call_id(1), true, source("192.0.2.1"), kStart);
  EXPECT_FALSE(book.has_place(source("192.0.2.1")));
  EXPECT_TRUE(book.has_place(source("192.0.2.2")));
  book.erase(call);
  EXPECT_TRUE(book.has_place(source("192.0.2.1")));
}

TEST_F(CallBookTest, AnInvitationRingsOutInItsOwnTime) {
  Call& call = make(1);
  invite(call, kStart + seconds(30));
  invite(call, kStart + seconds(10));
  book_.set_ring_deadline(call);
  EXPECT_EQ(book_.next_timeout(), kStart + seconds(10));
  EXPECT_EQ(book_.pop_rung_out(kStart + seconds(9)), nullptr);
  EXPECT_EQ(book_.pop_rung_out(kStart + seconds(10)), &call);
  EXPECT_EQ(book_.pop_rung_out(kStart + seconds(10)), nullptr) << "once";
  call.participants.pop_back();
  book_.set_ring_deadline(call);
  EXPECT_EQ(book_.next_timeout(), kStart + seconds(30));
  call.participants.clear();
  book_.set_ring_deadline(call);
  EXPECT_EQ(book_.next_timeout(), std::nullopt);
}

TEST_F(CallBookTest, OthersAreWaitedForOnce) {
  Call& call = make(1);
  book_.wait_for_others(call, kStart + seconds(5));
  EXPECT_EQ(book_.next_timeout(), kStart + seconds(5));
  EXPECT_EQ(book_.pop_not_returned_to(kStart + seconds(4)), nullptr);
  EXPECT_EQ(book_.pop_not_returned_to(kStart + seconds(5)), &call);
  EXPECT_FALSE(call.restore_deadline);
  book_.wait_for_others(call, kStart + seconds(9));
  book_.stop_waiting(call);
  EXPECT_EQ(book_.next_timeout(), std::nullopt);
}

TEST(CallBook, RemembersSomeOfTheRestoredCallsThatHaveEnded) {
  Limits limits;
  limits.ended_restored_calls_max = 2;
  CallBook book(limits);
  for (const auto& id : {call_id(1), call_id(2), call_id(3)}) {
    Call& call = book.make(id, true, source("192.0.2.1"), kStart);
    call.restored = true;
    book.erase(call);
  }
  EXPECT_FALSE(book.has_ended(call_id(1))) << "the oldest makes place";
  EXPECT_TRUE(book.has_ended(call_id(2)));
  EXPECT_TRUE(book.has_ended(call_id(3)));
  book.forget_ended(call_id(3));
  EXPECT_FALSE(book.has_ended(call_id(3)));
}

}  // namespace
}  // namespace visavis::signaling
