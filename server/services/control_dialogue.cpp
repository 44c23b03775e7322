#include "server/services/control_dialogue.h"

#include <fmt/format.h>

#include "server/services/control_commands.h"

namespace visavis::services {

std::optional<std::string> ControlDialogue::reply() {
  if (over_) return std::nullopt;
  const std::size_t end = std::string_view(input_).substr(0, kLineBytesMax).find('\n');
  if (end != std::string_view::npos) {
    std::string said = answer_(std::string_view(input_).substr(0, end)) + "\n";
    input_.erase(0, end + 1);
    return said;
  }
  if (input_.size() < kLineBytesMax) return std::nullopt;
  over_ = true;
  input_.clear();
  return ControlCommands::refusal(
             {.code = "too_large",
              .message = fmt::format("A request is longer than {} bytes.", kLineBytesMax)}) +
         "\n";
}

}  // namespace visavis::services
