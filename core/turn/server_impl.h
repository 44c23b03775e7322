// The inside of the server. Split over server.cpp (dispatch, time, the end of things),
// authenticate.cpp, one file for each method (allocate.cpp, refresh.cpp, create_permission.cpp,
// channel_bind.cpp), data.cpp (what is forwarded) and relays.cpp (open mode's sockets).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/base/report_queue.h"
#include "core/turn/allocations.h"
#include "core/turn/credentials.h"
#include "core/turn/ledger.h"
#include "core/turn/response.h"
#include "core/turn/server.h"
#include "core/turn/virtual_ports.h"

namespace visavis::turn {

class Server::Impl {
 public:
  // `own` is null where the ledger is somebody else's.
  Impl(ServerOptions options, Random& random, Ledger& ledger, std::unique_ptr<Ledger> own);

  Forward on_client_packet(const FiveTuple& client, ByteView packet, const Clock& at);
  void on_client_gone(const FiveTuple& client, Instant now);
  Forward on_hairpin(const Hairpin& hairpin, Instant now);
  Forward on_peer_datagram(RelayId relay, const TransportAddress& peer, ByteView data, Instant now);
  void on_peer_icmp(RelayId relay, const TransportAddress& peer, const IcmpError& error,
                    Instant now);
  void on_relay_bound(RelayId relay, const TransportAddress& relayed, Instant now);
  void on_relay_failed(RelayId relay, Instant now);
  void on_call_ended(std::string_view call, std::optional<std::string_view> participant,
                     const Clock& at);
  void on_timeout(Instant now);
  std::optional<Instant> next_timeout() const;
  std::optional<Command> poll_command();
  std::optional<Report> poll_report() { return reports_.poll(); }
  void write_header(const ToClient& forward, MutableByteView out);
  bool has_allocation(const FiveTuple& client) { return allocations_.find(client) != nullptr; }
  const Counters& counters() const { return counters_; }

 private:
  // An allocation that has not ended, whether or not the timer has been there already.
  Allocation* live(Allocation* allocation, Instant now);
  void free(Allocation& allocation, Instant now);
  // The same of one that its client had, for the log.
  void end(Allocation& allocation, AllocationEnd why, Instant now);
  void send(const FiveTuple& client, std::vector<std::uint8_t> bytes);
  void count(Refusal refusal) { ++counters_.refusals[static_cast<std::size_t>(refusal)]; }
  Forward drop(Refusal why) { return count(why), Forward{}; }
  void on_request(const FiveTuple& client, const stun::Message& message, const Clock& at);
  Outcome answer(const Request& request);
  void report_refused(const FiveTuple& client, Refusal why, std::string_view user);

  // --- authenticate.cpp
  void refuse_unauthenticated(const FiveTuple& client, const stun::Message& message,
                              const Denial& denial, Instant now);
  // What such a denial counts as; nothing where it is the challenge that every log-in begins with.
  static std::optional<Refusal> why_refused(const stun::Message& message, const Denial& denial,
                                            bool nonce_is_ours);

  // --- allocate.cpp
  // What an Allocate request asks for.
  struct Wish {
    std::array<bool, 2> families{};  // IPv4, IPv6
    bool even_port = false;
    bool reserve_next_port = false;
    std::optional<std::uint64_t> reservation_token;
    Duration lifetime{};
  };
  Outcome allocate(const Request& request);
  Result<Wish, stun::ErrorCode> read_wish(const stun::Message& message) const;
  Outcome allocate_closed(const Request& request, const Wish& wish,
                          std::unique_ptr<Account> account);
  Allocation& make_allocation(const Request& request, const Wish& wish,
                              std::unique_ptr<Account> account);
  static SuccessResponse allocated(const Allocation& allocation, Instant now);

  // --- refresh.cpp
  // Null: the attribute is there and malformed.
  std::optional<Duration> lifetime_of(const stun::Message& message) const;
  static Result<std::optional<std::size_t>, stun::ErrorCode> family_of(const Request& request);
  Outcome refresh(const Request& request);

  // --- create_permission.cpp
  Outcome create_permission(const Request& request);
  // The error that a permission for this peer is refused with; null: it is granted.
  std::optional<stun::ErrorCode> peer_error(const Allocation& allocation,
                                            const IpAddress& peer) const;

  // --- channel_bind.cpp
  Outcome channel_bind(const Request& request);

  // --- relays.cpp
  Outcome allocate_open(const Request& request, const Wish& wish, std::unique_ptr<Account> account);
  Outcome redeem(const Request& request, const Wish& wish, std::unique_ptr<Account> account);
  RelayId new_relay();
  void bind(Allocation& allocation, std::size_t family, const Wish& wish);
  void reserve_next_port(Allocation& allocation, bool ipv6, Instant now);
  static stun::ErrorCode bind_error(std::size_t family);
  void finish_allocate(Allocation& allocation, Instant now);
  void close_relayed(Relayed& relayed);
  void close_relays(Allocation& allocation);
  void expire_reservations(Instant now);

  // --- data.cpp
  Forward on_channel_data(const FiveTuple& client, ByteView packet, Instant now);
  Forward on_send(const FiveTuple& client, const stun::Message& message, Instant now);
  Forward from_client(Allocation& allocation, const TransportAddress& peer, ByteView data,
                      bool dont_fragment, Instant now);
  // Why data may not pass; null: it may, and counts.
  static std::optional<Refusal> take_bandwidth(Allocation& allocation, Flow flow, std::size_t bytes,
                                               Instant now);
  Forward hairpin(const Hairpin& hairpin, const Call* call, Instant now);
  // Precondition: it may have data from this peer.
  Forward to_client(Allocation& allocation, const TransportAddress& peer, ByteView data,
                    Instant now);
  stun::TransactionId next_indication_id();

  ServerOptions options_;
  Random& random_;
  std::unique_ptr<Ledger> own_ledger_;  // before those who are in it
  Ledger& ledger_;
  Credentials credentials_;
  VirtualPorts ports_;
  Allocations allocations_;
  // When to look for reservations that have expired; nothing: this loop has none to look for.
  std::optional<Instant> reservations_due_;
  std::uint64_t relays_made_ = 0;
  stun::TransactionId indication_id_{};  // its last eight bytes count
  std::deque<Command> commands_;
  ReportQueue<Report> reports_;
  Counters counters_;
};

}  // namespace visavis::turn
