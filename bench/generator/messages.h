// The messages of setting up one call: 22 of them, 440 bytes each on average in our protocol.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace visavis::bench {

// As a browser writes them: one offer-sized SDP, 20 candidates, one end-of-candidates-sized SDP
// again.
std::vector<std::string> call_data();

// How the 22 are spread over writes: the description first, then candidates as they are gathered.
inline constexpr std::array<std::size_t, 3> kWrites = {8, 7, 7};

}  // namespace visavis::bench
