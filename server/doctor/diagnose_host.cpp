// The clock, and the machine that the server runs on.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "server/doctor/diagnosis.h"

namespace visavis::doctor {
namespace {

constexpr std::int64_t kClockWarningSeconds = 30;
constexpr std::int64_t kClockFailureSeconds = 300;
constexpr std::uint64_t kFreeBytesWarning = 64 << 20;
// Beside connections: files, other sockets, relay ports.
constexpr std::uint64_t kOtherFiles = 100;

std::string span_of(std::int64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7'200) return fmt::format("{} min", seconds / 60);
  return fmt::format("{:.1f} h", static_cast<double>(seconds) / 3'600);
}

void diagnose_files(const HostSeen& host, Findings& findings) {
  Finding finding{.check = "files",
                  .tried = "Compare open files with connections",
                  .seen = fmt::format("{} files for {} connections", host.open_files_max,
                                      host.connections_max)};
  if (host.open_files_max < host.connections_max + kOtherFiles) {
    finding.severity = Severity::kWarning;
    finding.code = "too_few_files";
    finding.means = "When many people are there, the next ones are refused.";
    finding.change = fmt::format(
        "systemd:  LimitNOFILE={0}\nDocker:   --ulimit nofile={0}\nor a smaller connections_max "
        "under "
        "[limits].",
        host.connections_max + 10 * kOtherFiles);
  }
  findings.push_back(std::move(finding));
}

void diagnose_buffers(const HostSeen& host, Findings& findings) {
  Finding finding{.check = "buffers",
                  .tried = "Ask for the UDP socket's receive buffer",
                  .seen = fmt::format("{} KiB of {} KiB", host.udp_buffer_bytes / 1'024,
                                      host.udp_buffer_bytes_wanted / 1'024)};
  if (host.udp_buffer_bytes < host.udp_buffer_bytes_wanted) {
    // The system's own is enough for a few calls, so that this is advice.
    finding.change = fmt::format(
        "For many relayed calls at once, give it more (deploy/sysctl.conf):  net.core.rmem_max = "
        "{}",
        host.udp_buffer_bytes_wanted);
  }
  findings.push_back(std::move(finding));
}

void diagnose_data_dir(const HostSeen& host, Findings& findings) {
  Finding finding{.check = "data-dir",
                  .tried = fmt::format("Look at {}", host.data_dir),
                  .seen = fmt::format("{} MiB free, its keys are for its owner only",
                                      host.data_dir_free_bytes >> 20U)};
  if (!host.data_dir_error.empty()) {
    finding.severity = Severity::kFailure;
    finding.code = "unreadable";
    finding.seen = host.data_dir_error;
    finding.means =
        "Its keys make people the same people after a restart; without them it does not start.";
    finding.change =
        fmt::format("Give it back to the server's user:  chown -R visavis {}", host.data_dir);
  } else if (!host.keys_open_to_others.empty()) {
    finding.severity = Severity::kFailure;
    finding.code = "keys_open";
    finding.seen = fmt::format("others may read {}", fmt::join(host.keys_open_to_others, ", "));
    finding.means = "Whoever reads them can be anybody here.";
    finding.change = fmt::format("chmod 600 {}/*.key", host.data_dir);
  } else if (host.data_dir_open_to_others) {
    finding.severity = Severity::kWarning;
    finding.code = "writable_by_others";
    finding.seen = "others may put files into it";
    finding.means = "They could put keys of their own there.";
    finding.change = fmt::format("chmod 700 {}", host.data_dir);
  } else if (host.data_dir_free_bytes < kFreeBytesWarning) {
    finding.severity = Severity::kWarning;
    finding.code = "disk_full";
    finding.seen = fmt::format("{} MiB free", host.data_dir_free_bytes >> 20U);
    finding.means = "New keys cannot be written; the log may stop, too.";
    finding.change = fmt::format("Make room:  df -h {}", host.data_dir);
  }
  findings.push_back(std::move(finding));
}

void diagnose_version(const HostSeen& host, Findings& findings) {
  Finding finding{
      .check = "version",
      .tried = "Compare the running server with this program",
      .seen = fmt::format("the server is {}, this is {}", host.version, host.own_version)};
  if (host.version != host.own_version) {
    finding.severity = Severity::kWarning;
    finding.code = "other_version";
    finding.means = "An update is installed that does not run yet, or this is an older program.";
    finding.change = "systemctl restart visavis";
  }
  findings.push_back(std::move(finding));
}

}  // namespace

void diagnose_clock(const Observations& seen, Findings& findings) {
  if (!seen.health || !seen.health->clock_ahead_s) return;
  const std::int64_t ahead = *seen.health->clock_ahead_s;
  const std::int64_t off = std::abs(ahead);
  Finding finding{.check = "clock",
                  .tried = "Compare the server's Date with this machine's clock",
                  .seen = off <= 1 ? "they agree"
                                   : fmt::format("the server's is {} {}", span_of(off),
                                                 ahead > 0 ? "ahead" : "behind")};
  if (off > kClockWarningSeconds) {
    finding.severity = off > kClockFailureSeconds ? Severity::kFailure : Severity::kWarning;
    finding.code = "clock_off";
    finding.means =
        "Certificates and the relay's credentials begin and end by the clock: where it is wrong, "
        "browsers "
        "refuse the page or calls lose the relay.";
    finding.change =
        "One of the two clocks is wrong. On the server, and here:  timedatectl\n  Set it right for "
        "good:  apt install systemd-timesyncd && timedatectl set-ntp true";
  }
  findings.push_back(std::move(finding));
}

void diagnose_host(const Observations& seen, Findings& findings) {
  if (!seen.host) return;
  const HostSeen& host = *seen.host;
  if (!host.control_error.empty()) {
    findings.push_back(
        {.severity = Severity::kFailure,
         .check = "control",
         .code = "no_control",
         .tried = fmt::format("Ask the server itself, at {}/control.sock", host.data_dir),
         .seen = host.control_error,
         .means = "The relay cannot be tried, nor the machine looked at.",
         .change = "Run this as the server's own user, or as root:  sudo visavis check\nWhere it "
                   "keeps its data elsewhere:  --data-dir /var/lib/visavis\nDoes it run?  "
                   "systemctl status visavis"});
    return;
  }
  diagnose_files(host, findings);
  diagnose_buffers(host, findings);
  diagnose_data_dir(host, findings);
  diagnose_version(host, findings);
}

}  // namespace visavis::doctor
