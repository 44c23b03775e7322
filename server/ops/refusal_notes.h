// Who was refused what, as far as the log tells it beside the counts: which kinds of clients, from
// how many addresses, what they asked for; and, where the operator wants personal data in the log,
// a line for each client, in a form that tools such as fail2ban read.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/base/ip_address.h"
#include "core/base/time.h"
#include "server/net/client_note.h"
#include "server/ops/line_budget.h"

namespace visavis::ops {

// Views: used at once. `area`, `kind`, `from` and the keys of details are static.
struct RefusalNote {
  std::string_view area;
  std::string_view kind;
  std::string_view from;            // how the client came: direct, proxy, untrusted_proxy, udp, …
  std::optional<IpAddress> client;  // none: it is not known, or not proven
  std::string_view user;            // whom it said to be; empty: it did not say
  std::span<const net::NoteDetail> details;
  bool names_client = true;  // among the ClientLines
};

// What has been noted of one kind since it was last taken.
struct NoteSummary {
  std::string from;           // "direct 3, untrusted_proxy 195"
  std::size_t addresses = 0;  // an IPv6 /64 is one; kAddressesMax: so many or more
  // A few different values of each key, separated by commas.
  std::vector<std::pair<std::string_view, std::string>> details;
};

// Whether such refusals are those of whoever guesses. Tools that ban read these lines, so nothing
// else may keep them out of the log. (deploy/fail2ban names the same ones.)
bool is_guess(std::string_view kind);

// One client that was refused something. An IPv6 /64 is one: with the address that it had last.
struct ClientLine {
  std::string_view area;
  std::string_view kind;
  std::string client;
  std::string user;         // empty: it did not say
  std::uint64_t count = 1;  // more: what came too often in a minute for lines of its own
};

// Thread-safe.
class RefusalNotes {
 public:
  static constexpr std::size_t kAddressesMax = 1'000;
  static constexpr std::size_t kClientsMax = 4'096;
  // Of one client and kind, a minute; then one line says how many more there were.
  static constexpr std::uint32_t kLinesOfClientMax = 5;

  // `names_clients`: whether there are ClientLines.
  explicit RefusalNotes(bool names_clients) : names_clients_(names_clients) {}

  void note(const RefusalNote& note, Instant now);

  NoteSummary take_summary(std::string_view area, std::string_view kind);
  // As many as the budget has room for, those who guess first, one client after the other; the
  // others wait.
  std::vector<ClientLine> take_client_lines(LineBudget& budget, Instant now);

  struct Total {
    std::string_view area;
    std::string_view kind;
    std::string_view from;
    std::uint64_t count = 0;
  };
  // Since the start.
  std::vector<Total> totals() const;

 private:
  using Kind = std::pair<std::string_view, std::string_view>;  // area, kind
  struct Detail {
    std::string_view key;
    std::vector<std::string> values;
    bool more = false;
  };
  struct Noted {
    std::map<std::string_view, std::uint64_t> from;
    std::set<IpAddress> addresses;
    std::vector<Detail> details;
  };
  struct Client {
    Instant since{};    // the beginning of its minute
    IpAddress address;  // the latest
    std::uint32_t told = 0;
    std::uint64_t untold = 0;
    std::vector<std::string> users;  // of the first untold ones
  };
  using ClientKey = std::tuple<std::string_view, std::string_view, IpAddress>;  // a limit_key()

  void note_details(Noted& noted, std::span<const net::NoteDetail> details);
  void note_client(const RefusalNote& note, Instant now);
  static std::uint64_t due(const Client& client, Instant now);
  static ClientLine line_of(const ClientKey& key, Client& client, std::uint64_t count);
  void tell_in_turn(LineBudget::Purpose purpose, LineBudget& budget, Instant now,
                    std::vector<ClientLine>& lines);

  const bool names_clients_;
  mutable std::mutex mutex_;
  std::map<Kind, Noted> noted_;
  std::map<std::pair<Kind, std::string_view>, std::uint64_t> totals_;
  std::map<ClientKey, Client> clients_;
  std::map<LineBudget::Purpose, ClientKey> told_last_;
};

}  // namespace visavis::ops
