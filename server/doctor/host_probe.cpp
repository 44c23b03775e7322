#include "server/doctor/host_probe.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <system_error>

#include "server/doctor/certificate.h"
#include "server/ops/version.h"

namespace visavis::doctor {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
std::uint64_t number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return 0;
  boost::system::error_code error;
  const auto number = value->to_number<std::uint64_t>(error);
  return error ? 0 : number;
}

void look_at_directory(const std::filesystem::path& directory, HostSeen& seen) {
  struct stat status{};
  if (::stat(directory.c_str(), &status) != 0) {
    seen.data_dir_error = std::generic_category().message(errno);
    return;
  }
  seen.data_dir_open_to_others = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  for (const char* name : {"identity.key", "relay.key", "self-signed.key"}) {
    if (::stat((directory / name).c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
      seen.keys_open_to_others.emplace_back(name);
    }
  }
  struct statvfs space{};
  if (::statvfs(directory.c_str(), &space) == 0) {
    seen.data_dir_free_bytes = std::uint64_t{space.f_bavail} * space.f_frsize;
  }
}

}  // namespace

HostSeen look_at_host(const std::filesystem::path& data_dir, const json::object& status) {
  HostSeen seen;
  seen.own_version = std::string(ops::version());
  seen.version = text_of(status, "version");
  const json::value* tls = status.if_contains("tls");
  seen.tls = tls != nullptr && tls->is_bool() && tls->as_bool();
  seen.relay_mode = text_of(status, "relay");
  seen.public_url = text_of(status, "public_url");
  seen.trusted_proxies = number_of(status, "trusted_proxies");
  seen.forwarded_untrusted = number_of(status, "forwarded_untrusted");
  seen.origins_refused = number_of(status, "origins_refused");
  seen.certificate_file_days_left = days_left_of_file(text_of(status, "tls_cert"));
  seen.open_files_max = number_of(status, "open_files_max");
  seen.connections_max = number_of(status, "connections_max");
  seen.udp_buffer_bytes = number_of(status, "udp_receive_buffer_bytes");
  seen.udp_buffer_bytes_wanted = number_of(status, "udp_receive_buffer_bytes_wanted");
  seen.data_dir = data_dir.string();
  look_at_directory(data_dir, seen);
  return seen;
}

}  // namespace visavis::doctor
