// What one client believes of its calls and of its knocking, from what the server told it in order;
// a message that cannot follow is a fault.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace visavis::fuzz {

class CallBook {
 public:
  CallBook(std::size_t participants_max, std::size_t knocks_max)
      : participants_max_(participants_max), knocks_max_(knocks_max) {}

  // A new session, or a page that was loaded again: what `welcome` tells is all there is.
  void start(simdjson::dom::element welcome);
  void on_message(std::string_view type, simdjson::dom::element message);

 private:
  void on_call_message(std::string_view type, const std::string& call,
                       simdjson::dom::element message);
  void on_room_message(std::string_view type, simdjson::dom::element message);
  void join(const std::string& call);
  void check_participants(simdjson::dom::element message) const;
  void check_knocks(simdjson::dom::element message) const;

  std::size_t participants_max_;
  std::size_t knocks_max_;
  std::map<std::string, bool> calls_;  // whether it has joined
  std::string knocking_;               // at this room; empty: at none
};

}  // namespace visavis::fuzz
