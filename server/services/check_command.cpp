#include "server/services/check_command.h"

#include <boost/json.hpp>
#include <cstdint>

namespace visavis::services {
namespace {

namespace json = boost::json;

// A typing error rather than a wish.
constexpr std::int64_t kLifetimeMsMax = std::int64_t{1} << 40U;

}  // namespace

ControlCommands::Outcome issue_check_code(CheckService& checks, const json::object& request,
                                          WallTime now) {
  Duration lifetime{};
  if (const json::value* ttl = request.if_contains("ttl_ms")) {
    if (!ttl->is_int64() || ttl->as_int64() <= 0 || ttl->as_int64() > kLifetimeMsMax) {
      return Failure{ControlError{"invalid_field", "ttl_ms is a number of milliseconds, above 0."}};
    }
    lifetime = milliseconds(ttl->as_int64());
  }
  const auto issued = checks.issue(lifetime, now);
  return json::object{{"code", issued.code},
                      {"expires_at_ms", issued.expires.time_since_epoch().count()},
                      {"expires_in_ms", (issued.expires - now).count()},
                      {"relay_bytes_max", checks.limits().check_bytes_per_code_max},
                      {"uses_max", checks.limits().check_uses_per_code_max}};
}

}  // namespace visavis::services
