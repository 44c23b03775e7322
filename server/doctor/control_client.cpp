#include "server/doctor/control_client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <system_error>

#include "server/net/clock.h"
#include "server/net/descriptor.h"
#include "server/ops/control_place.h"
#include "server/ops/printable.h"

namespace visavis::doctor {
namespace {

namespace json = boost::json;

constexpr std::size_t kAnswerBytesMax = 65'536;
constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};
constexpr Duration kAnswerPatience = seconds(10);  // all of it

std::string why_not(const std::filesystem::path& data_dir, int error) {
  const std::string path = (data_dir / ops::ControlPlace::kFileName).string();
  switch (error) {
    case ENOENT:
    case ECONNREFUSED:
      return fmt::format("No server answers at {}. Is it running, and is this its data directory?",
                         path);
    case EACCES:
    case EPERM:
      return fmt::format(
          "{} is for the server's own user. Run this as that user or as root, for example: sudo -u "
          "visavis visavis check",
          path);
    default:
      return fmt::format("{} cannot be used ({}).", path, std::generic_category().message(error));
  }
}

bool send_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
    if (put <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

std::string receive_line(int descriptor) {
  std::string line;
  std::array<char, 4'096> buffer{};
  const Instant deadline = net::monotonic_now() + kAnswerPatience;
  while (line.find('\n') == std::string::npos && line.size() < kAnswerBytesMax &&
         net::monotonic_now() < deadline) {
    const ssize_t got = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    line.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return line;
}

}  // namespace

Result<json::object, std::string> ask_control(const std::filesystem::path& data_dir,
                                              const json::object& request) {
  const ops::ControlPlace place(data_dir);
  if (!place) return Failure{why_not(data_dir, errno)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = place.socket_path();
  std::copy(path.begin(), path.end(), address.sun_path);
  const net::Descriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!descriptor) return Failure{why_not(data_dir, errno)};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    ::setsockopt(descriptor.get(), SOL_SOCKET, option, &kPatience, sizeof kPatience);
  }
  if (::connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return Failure{why_not(data_dir, errno)};
  }
  const bool sent = send_all(descriptor.get(), json::serialize(request) + "\n");
  const std::string line = sent ? receive_line(descriptor.get()) : std::string();
  boost::system::error_code error;
  json::value answer = json::parse(line, error);
  if (error || !answer.is_object()) {
    return Failure{fmt::format("The server does not answer at {}.",
                               (data_dir / ops::ControlPlace::kFileName).string())};
  }
  json::object& members = answer.as_object();
  const json::value* ok = members.if_contains("ok");
  if (ok != nullptr && ok->is_bool() && ok->as_bool()) return std::move(members);
  const json::value* refused = members.if_contains("error");
  const json::value* message = refused != nullptr && refused->is_object()
                                   ? refused->as_object().if_contains("message")
                                   : nullptr;
  return Failure{message != nullptr && message->is_string()
                     ? ops::printable(std::string_view(message->as_string()))
                     : std::string("The server refused.")};
}

}  // namespace visavis::doctor
