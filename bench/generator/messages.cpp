#include "bench/generator/messages.h"

namespace visavis::bench {
namespace {

constexpr std::size_t kMessages = 22;
constexpr std::size_t kDescriptionBytes = 1'500;

std::string description(const char* type) {
  std::string sdp = "v=0\\r\\no=- 4611731400430051336 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n";
  for (int payload_type = 96; sdp.size() < kDescriptionBytes; ++payload_type) {
    const std::string number = std::to_string(payload_type);
    sdp += "a=rtpmap:" + number + " VP8/90000\\r\\na=rtcp-fb:" + number +
           " goog-remb\\r\\na=rtcp-fb:" + number + " transport-cc\\r\\na=rtcp-fb:" + number +
           " nack pli\\r\\n";
  }
  return std::string(R"({"link":"x81","generation":1,"description":{"type":")") + type +
         R"(","sdp":")" + sdp + "\"}}";
}

std::string candidate(std::size_t number) {
  return R"({"link":"x81","generation":1,"candidate":{"candidate":"candidate:842163049 1 udp 1677729535 )"
         R"(203.0.113.77 )" +
         std::to_string(46'154 + number) +
         R"( typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag 4ZcD network-cost 999",)"
         R"("sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"4ZcD"}})";
}

}  // namespace

std::vector<std::string> call_data() {
  std::vector<std::string> data;
  data.push_back(description("offer"));
  while (data.size() < kMessages - 1) data.push_back(candidate(data.size()));
  data.push_back(description("answer"));
  return data;
}

}  // namespace visavis::bench
