// What can be asked through the control socket: one JSON object a line, and one for the answer
// (docs/operating.md, "The control socket").
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace visavis::services {

struct ControlError {
  std::string code;
  std::string message;
};

class ControlCommands {
 public:
  using Outcome = Result<boost::json::object, ControlError>;
  // Gets the whole request.
  using Handler = std::function<Outcome(const boost::json::object& request)>;

  void add(std::string name, Handler handler);

  // {"ok":true,…} or {"ok":false,"error":{"code","message"}}, without a newline.
  std::string answer(std::string_view line) const;
  // The second form.
  static std::string refusal(const ControlError& error);

 private:
  Outcome run(std::string_view line) const;

  std::map<std::string, Handler, std::less<>> handlers_;
};

}  // namespace visavis::services
