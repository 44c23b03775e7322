#include "server/services/control_dialogue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace visavis::services {
namespace {

class ControlDialogueTest : public ::testing::Test {
 protected:
  std::vector<std::string> hear(std::string_view bytes) {
    dialogue_.hear(bytes);
    std::vector<std::string> replies;
    while (auto reply = dialogue_.reply()) replies.push_back(*std::move(reply));
    return replies;
  }

  const ControlDialogue::Answer answer_ = [](std::string_view line) {
    return "<" + std::string(line) + ">";
  };
  ControlDialogue dialogue_{answer_};
};

using Replies = std::vector<std::string>;

TEST_F(ControlDialogueTest, AnswersEachLineHoweverItIsCut) {
  EXPECT_EQ(hear("on"), Replies());
  EXPECT_EQ(hear("e\n\ntw"), (Replies{"<one>\n", "<>\n"}));
  EXPECT_EQ(hear("o\n"), Replies{"<two>\n"});
  EXPECT_FALSE(dialogue_.is_over());
}

TEST_F(ControlDialogueTest, TakesTheLongestLine) {
  const std::string line(ControlDialogue::kLineBytesMax - 1, 'x');
  EXPECT_EQ(hear(line), Replies());
  EXPECT_EQ(hear("\n"), Replies{"<" + line + ">\n"});
}

TEST_F(ControlDialogueTest, RefusesALongerOneAndListensNoMore) {
  const std::string line(ControlDialogue::kLineBytesMax, 'x');
  EXPECT_EQ(hear("first\n" + line + "\nlast\n"),
            (Replies{"<first>\n", R"({"ok":false,"error":{"code":"too_large",)"
                                  R"("message":"A request is longer than 4096 bytes."}})"
                                  "\n"}));
  EXPECT_TRUE(dialogue_.is_over());
  EXPECT_EQ(hear("again\n"), Replies());
}

}  // namespace
}  // namespace visavis::services
