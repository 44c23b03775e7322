// What a name looks like (UTS #39): two names that a reader takes for each other have the same
// skeleton. It is not for people to see.
#pragma once

#include <string>
#include <string_view>

namespace visavis::signaling {

// As drawn, case after that: "paypaI" with a capital i is "paypal", "Ian" is "lan".
std::string skeleton_as_drawn(std::string_view name);
// As spelled, case before that: "ALICE" is "Alice".
std::string skeleton_as_spelled(std::string_view name);

}  // namespace visavis::signaling
