#include "server/services/certificate_check.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace visavis::services {
namespace {

using std::chrono::days;
using std::chrono::sys_seconds;

// Two weeks, which is long after anything that renews certificates should have done so; of one with
// a short life its last third.
constexpr std::chrono::seconds kSoon = days(14);

std::string to_date(sys_seconds time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string to_days(std::chrono::seconds duration) {
  return fmt::format("{}", std::chrono::floor<days>(duration).count());
}

std::string name_of(const net::RequestHost& host) {
  return host.address ? host.address->to_string() : host.name;
}

std::string names_of(const net::CertificateNames& names) {
  constexpr std::size_t kNamesMax = 5;
  std::vector<std::string> all = names.names;
  for (const IpAddress& address : names.addresses) all.push_back(address.to_string());
  if (all.empty()) return "none";
  if (all.size() > kNamesMax) {
    all.resize(kNamesMax);
    all.emplace_back("…");
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

void check_dates(const CertificateFacts& facts, sys_seconds now,
                 std::vector<CertificateProblem>& problems) {
  const auto left = facts.not_after - now;
  if (left <= std::chrono::seconds(0)) {
    problems.push_back(
        {ops::LogLevel::kError,
         "The TLS certificate has expired: browsers refuse to open the page. Renew it, and send "
         "SIGHUP to have it read again.",
         {{"expired", to_date(facts.not_after)}, {"days_ago", to_days(-left)}}});
  } else if (now < facts.not_before) {
    problems.push_back(
        {ops::LogLevel::kError,
         "The TLS certificate is not valid yet: browsers refuse to open the page. Look at the "
         "clock of this machine, and at the certificate.",
         {{"valid_from", to_date(facts.not_before)}, {"clock", to_date(now)}}});
  } else if (left < std::min(kSoon, (facts.not_after - facts.not_before) / 3)) {
    problems.push_back(
        {ops::LogLevel::kWarn,
         "The TLS certificate expires soon. Renew it, and send SIGHUP to have it read again.",
         {{"expires", to_date(facts.not_after)}, {"days_left", to_days(left)}}});
  }
}

std::string_view after(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view();
}

}  // namespace

std::vector<CertificateProblem> check_certificate(const CertificateFacts& facts,
                                                  const std::vector<ServedHost>& hosts,
                                                  sys_seconds now) {
  std::vector<CertificateProblem> problems;
  check_dates(facts, now, problems);
  if (!facts.missing_issuer.empty()) {
    problems.push_back(
        {ops::LogLevel::kWarn,
         "The TLS certificate's file has no certificate of its issuer, and this machine does not "
         "know it: phones and programs refuse that. Put the whole chain into the file "
         "(fullchain.pem), unless the issuer is an authority of your own that each device knows.",
         {{"issuer", facts.missing_issuer}}});
  }
  for (const ServedHost& served : hosts) {
    if (net::is_named_by(facts.names, served.host)) continue;
    problems.push_back(
        {ops::LogLevel::kError,
         "The TLS certificate is for other names than people use: browsers refuse it. Get one for "
         "`host`, or correct the option that names it.",
         {{"host", name_of(served.host)},
          {"option", served.option},
          {"certificate_names", names_of(facts.names)}}});
  }
  return problems;
}

std::vector<ServedHost> served_hosts(const ops::Config& config) {
  std::vector<ServedHost> hosts;
  const auto add = [&hosts](std::string_view authority, std::string_view option) {
    auto host = net::parse_host(authority);
    if (!host) return;
    const auto is_same = [&host](const ServedHost& other) {
      return other.host.name == host->name && other.host.address == host->address;
    };
    if (std::ranges::any_of(hosts, is_same)) return;
    hosts.push_back({*std::move(host), std::string(option)});
  };
  if (config.trusted_proxies.empty()) {
    const std::string_view rest = after(config.public_url, "https://");
    add(rest.substr(0, rest.find_first_of("/?#")), "public_url");
  }
  for (const std::string& url : config.relay.urls) {
    const std::string_view rest = after(url, "turns:");
    add(rest.substr(0, rest.find('?')), "relay_url");
  }
  return hosts;
}

}  // namespace visavis::services
