// Replays protocol/vectors against the hub; the SDK's tests replay the same files.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/signaling/hub_test_people.h"
#include "core/signaling/wire/decode.h"

namespace visavis::signaling {
namespace {

using testing::Dialogue;
using testing::Heard;

std::vector<std::filesystem::path> vectors(const char* kind) {
  std::vector<std::filesystem::path> paths;
  const auto folder = std::filesystem::path(VISAVIS_SOURCE_DIR) / "protocol" / "vectors" / kind;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  return paths;
}

Heard load(const std::filesystem::path& path) {
  return Heard(std::string(simdjson::padded_string::load(path.string()).value()));
}

std::string text_of(const Heard& vector) {
  const std::string text = vector.at("/text");
  return text.empty() ? vector.at("/message") : text;
}

TEST(Vectors, ThereAreMany) {
  EXPECT_GT(vectors("valid").size(), 30U);
  EXPECT_GT(vectors("invalid").size(), 60U);
}

TEST(Vectors, ValidClientMessagesAreRead) {
  for (const auto& path : vectors("valid")) {
    const Heard vector = load(path);
    if (vector.at("/from") != "client") continue;
    MessageDecoder decoder({65'536, 64, 64});
    const auto decoded = decoder.decode(text_of(vector));
    EXPECT_TRUE(decoded.has_value()) << path << ": " << decoded.error().message;
  }
}

TEST(Vectors, InvalidMessagesGetTheirError) {
  for (const auto& path : vectors("invalid")) {
    const Heard vector = load(path);
    Dialogue dialogue;
    const auto connection = vector.at("/state") == "welcomed"
                                ? testing::join(dialogue, "Ana").connection
                                : dialogue.connect();
    dialogue.say(connection, text_of(vector));
    const Heard error = dialogue.hear(connection);
    EXPECT_EQ(error.type(), "error") << path;
    EXPECT_EQ(error.at("/code"), vector.at("/error/code")) << path << error;
    EXPECT_EQ(error.at("/id"), vector.at("/error/id")) << path << error;
    EXPECT_GT(error.at("/message").size(), 10U) << path;
    EXPECT_EQ(dialogue.close_code(connection), std::nullopt) << path;
  }
}

}  // namespace
}  // namespace visavis::signaling
