// What is said over one connection to the control socket: bytes come in, however they are cut, and
// every line is answered by a line. A line that is too long is refused, and ends the dialogue.
// Pure: no sockets, no clock.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace visavis::services {

// Belongs to its connection's thread.
class ControlDialogue {
 public:
  static constexpr std::size_t kLineBytesMax = 4'096;  // with its newline

  // One line in, one out, both without the newline. What comes out has none within.
  using Answer = std::function<std::string(std::string_view line)>;

  // `answer` must outlive it.
  explicit ControlDialogue(const Answer& answer) : answer_(answer) {}

  // Holds no more than a line and what came with its end: reply() is to be called until it has
  // nothing before the next bytes are taken from the client.
  void hear(std::string_view bytes) { input_ += bytes; }
  // What to send to the next whole line, with the newline; nothing: hear more.
  std::optional<std::string> reply();
  // The last reply was the last one: what still comes is not looked at.
  bool is_over() const { return over_; }

 private:
  const Answer& answer_;
  std::string input_;
  bool over_ = false;
};

}  // namespace visavis::services
