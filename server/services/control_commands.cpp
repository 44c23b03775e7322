#include "server/services/control_commands.h"

#include <boost/json.hpp>
#include <utility>

namespace visavis::services {

namespace json = boost::json;

void ControlCommands::add(std::string name, Handler handler) {
  handlers_.emplace(std::move(name), std::move(handler));
}

ControlCommands::Outcome ControlCommands::run(std::string_view line) const {
  boost::system::error_code error;
  const json::value request = json::parse(line, error);
  if (error || !request.is_object()) {
    return Failure{ControlError{"not_json", "A request is one JSON object on one line."}};
  }
  const json::value* command = request.as_object().if_contains("command");
  if (command == nullptr || !command->is_string()) {
    return Failure{ControlError{"missing_field", "A request names its \"command\"."}};
  }
  const auto handler = handlers_.find(std::string_view(command->as_string()));
  if (handler == handlers_.end()) {
    return Failure{ControlError{"unknown_command", "This server does not know this command."}};
  }
  return handler->second(request.as_object());
}

std::string ControlCommands::answer(std::string_view line) const {
  const Outcome outcome = run(line);
  if (!outcome) return refusal(outcome.error());
  json::object answer{{"ok", true}};
  for (const auto& [key, value] : outcome.value()) answer[key] = value;
  return json::serialize(answer);
}

std::string ControlCommands::refusal(const ControlError& error) {
  return json::serialize(
      json::object{{"ok", false}, {"error", {{"code", error.code}, {"message", error.message}}}});
}

}  // namespace visavis::services
