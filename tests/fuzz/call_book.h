// What one client believes of its calls, of whom it has blocked and of its knocking, from what the
// server told it in order; a message that cannot follow is a fault.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/signaling/model/limits.h"

namespace visavis::fuzz {

class CallBook {
 public:
  // `limits` must outlive it.
  explicit CallBook(const signaling::Limits& limits) : limits_(&limits) {}

  // A new session, or a page that was loaded again: what `welcome` tells is all there is.
  void start(simdjson::dom::element welcome);
  void on_message(std::string_view type, simdjson::dom::element message);

 private:
  void on_call_message(std::string_view type, const std::string& call,
                       simdjson::dom::element message);
  void on_room_message(std::string_view type, simdjson::dom::element message);
  void join(const std::string& call);
  void check_calls() const;
  void learn_blocked(simdjson::dom::element message);
  void check_caller(simdjson::dom::element incoming) const;
  void check_participants(simdjson::dom::element message) const;
  void check_knocks(simdjson::dom::element message) const;

  const signaling::Limits* limits_;
  std::map<std::string, bool> calls_;  // whether it has joined
  std::set<std::string> blocked_;      // users
  std::string knocking_;               // at this room; empty: at none
};

}  // namespace visavis::fuzz
