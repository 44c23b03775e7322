#include "server/services/control_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <string>
#include <thread>

#include "server/ops/control_place.h"
#include "server/ops/temporary_directory_for_test.h"
#include "server/services/control_commands.h"

namespace visavis::services {
namespace {

using Protocol = boost::asio::local::stream_protocol;

class ControlSocketTest : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.path() / ops::ControlPlace::kFileName; }
  auto open() {
    return ControlSocket::open(context_, directory_.path(),
                               [](std::string_view line) { return "<" + std::string(line) + ">"; });
  }
  // What is answered to these bytes, up to the end of the connection or of so many lines.
  std::string ask(const std::string& bytes, int lines) {
    std::string heard;
    std::thread client([&] {
      boost::asio::io_context own;
      Protocol::socket socket(own);
      socket.connect(Protocol::endpoint(path().string()));
      boost::asio::write(socket, boost::asio::buffer(bytes));
      std::string input;
      boost::system::error_code error;
      for (; lines > 0; --lines) {
        const auto size =
            boost::asio::read_until(socket, boost::asio::dynamic_buffer(input), '\n', error);
        if (error) break;
        heard += input.substr(0, size);
        input.erase(0, size);
      }
      boost::asio::post(context_, [this] { context_.stop(); });
    });
    context_.restart();
    context_.run();
    client.join();
    return heard;
  }

  ops::TemporaryDirectory directory_;
  boost::asio::io_context context_;
};

TEST_F(ControlSocketTest, IsForItsOwnerAndGoesAgain) {
  {
    const auto socket = open();
    ASSERT_TRUE(socket);
    struct stat status{};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  }
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ControlSocketTest, AnswersLineByLine) {
  const auto socket = open();
  ASSERT_TRUE(socket);
  EXPECT_EQ(ask("one\ntwo\n", 2), "<one>\n<two>\n");
  EXPECT_EQ(ask("three\n", 1), "<three>\n");
}

TEST_F(ControlSocketTest, RefusesALineThatIsTooLong) {
  const auto socket = open();
  ASSERT_TRUE(socket);
  EXPECT_NE(ask(std::string(5'000, 'x'), 2).find("too_large"), std::string::npos);
}

TEST_F(ControlSocketTest, TakesThePlaceOfOneThatIsLeftAndOfNoOther) {
  {
    Protocol::acceptor left(context_, Protocol::endpoint(path().string()));
  }
  ASSERT_TRUE(std::filesystem::exists(path()));
  const auto socket = open();
  ASSERT_TRUE(socket);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().find("another server"), std::string::npos);
  EXPECT_EQ(ask("still\n", 1), "<still>\n");
}

TEST_F(ControlSocketTest, ADirectoryMayHaveALongName) {
  auto deep = directory_.path();
  for (int i = 0; i < 4; ++i) deep /= std::string(60, 'd');
  std::filesystem::create_directories(deep);
  EXPECT_TRUE(ControlSocket::open(context_, deep, [](std::string_view) { return ""; }));
}

TEST(ControlCommandsTest, AnswersAndRefuses) {
  ControlCommands commands;
  commands.add("add", [](const boost::json::object& request) -> ControlCommands::Outcome {
    const auto* to = request.if_contains("to");
    if (to == nullptr || !to->is_int64()) return Failure{ControlError{"missing_field", "No to."}};
    return boost::json::object{{"sum", to->as_int64() + 1}};
  });
  EXPECT_EQ(commands.answer(R"({"command":"add","to":1})"), R"({"ok":true,"sum":2})");
  EXPECT_EQ(commands.answer(R"({"command":"add"})"),
            R"({"ok":false,"error":{"code":"missing_field","message":"No to."}})");
  for (const char* line : {"", "[]", "{", R"({"command":3})", R"({"command":"sub"})"}) {
    EXPECT_TRUE(commands.answer(line).starts_with(R"({"ok":false,"error":{"code":)")) << line;
  }
}

}  // namespace
}  // namespace visavis::services
