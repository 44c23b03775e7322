#include "server/ops/limit_table.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "core/signaling/model/room_name.h"
#include "core/signaling/model/room_rules.h"
#include "server/ops/environment_name.h"

namespace visavis::ops {
namespace {

using Net = NetLimits;
using Hub = signaling::Limits;
using Relay = turn::Limits;

// Times stay below a day and sizes below a gigabyte: larger ones are typing errors.
constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kGigabyte = 1'073'741'824;
constexpr std::uint64_t kMany = 10'000'000;
constexpr std::uint64_t kChannelsMax = 4'096;  // channel numbers, RFC 8656 section 12
constexpr std::uint64_t kBandwidthMax = 1'000 * kGigabyte;

constexpr auto kKeys = std::to_array<LimitKey>({
    {"connections_max", &Net::connections_max, 1, kMany, "Connections at the same time."},
    {"connections_per_address_max", &Net::connections_per_address_max, 1, kMany,
     "The same, from one IPv4 address or one IPv6 /64."},
    {"header_bytes_max", &Net::header_bytes_max, 1'024, 1'048'576,
     "Size of an HTTP request's header."},
    {"header_timeout_ms", &Net::header_timeout, 100, kDayMs,
     "From accepting a connection, TLS handshake included, to the end of the request's header."},
    {"http_idle_timeout_ms", &Net::http_idle_timeout, 100, kDayMs,
     "How long a connection without a request is kept open."},
    {"websocket_ping_interval_ms", &Net::websocket_ping_interval, 1'000, kDayMs,
     "Between the WebSocket pings that find clients that are gone."},
    {"websocket_pong_timeout_ms", &Net::websocket_pong_timeout, 100, kDayMs,
     "How long a client may take to answer such a ping. Only a pong counts, whatever else it "
     "sends."},
    {"websocket_control_frames_per_second", &Net::websocket_control_frames_per_second, 1, 1'000'000,
     "Pings and pongs that one client may send, on average; beyond it the client is closed."},
    {"websocket_control_frames_burst", &Net::websocket_control_frames_burst, 1, 1'000'000,
     "The same, at once."},
    {"close_timeout_ms", &Net::close_timeout, 100, kDayMs,
     "How long a client may take to complete a close."},
    {"stall_timeout_ms", &Net::stall_timeout, 400, kDayMs,
     "How long a client may take nothing of what waits for it, whatever it sends; then it is "
     "closed "
     "and may resume. 1024 bytes count, or all that waits."},
    {"send_buffer_bytes", &Net::send_buffer_bytes, 4'096, kGigabyte,
     "What the kernel may hold for one HTTP or WebSocket connection until the client has taken it. "
     "Linux allows twice as much, for its own account."},
    {"receive_buffer_bytes", &Net::receive_buffer_bytes, 4'096, kGigabyte,
     "The same of what the client has sent and the server has not read."},
    {"unsent_bytes_max", &Net::unsent_bytes_max, 1'024, kGigabyte,
     "What of it may be not even sent; beyond it, data waits in the outbox."},
    {"outbox_bytes_max", &Net::outbox_bytes_max, 65'536, kGigabyte,
     "Bytes that wait for one slow client; beyond it the client is closed and may resume."},
    {"packet_stream_bytes_max", &Net::packet_stream_bytes_max, 65'536, kGigabyte,
     "Bytes that wait for one client of the relay over TCP or TLS; data beyond it is lost."},
    {"packet_stream_age_max_ms", &Net::packet_stream_age_max, 10, 60'000,
     "How long data for such a client may wait before it is dropped."},
    {"log_lines_per_minute", &Net::log_lines_per_minute, 10, 1'000'000,
     "Lines that the log gets in any minute for what clients do: refusals, calls, relay "
     "allocations. What is beyond is counted."},

    {"message_bytes_max", &Hub::message_bytes_max, 4'096, 16'777'216, "Size of one message."},
    {"messages_per_second", &Hub::messages_per_second, 1, 1'000'000,
     "Messages of one session, on average."},
    {"messages_burst", &Hub::messages_burst, 1, 1'000'000, "The same, at once."},
    {"message_bytes_per_second", &Hub::message_bytes_per_second, 1'024, kGigabyte,
     "Bytes of the same, on average."},
    {"message_bytes_burst", &Hub::message_bytes_burst, 4'096, kGigabyte, "The same, at once."},
    {"cost_us_per_second", &Hub::cost_us_per_second, 100, 1'000'000,
     "What the messages of one session may cost, in microseconds of the server."},
    {"cost_us_burst", &Hub::cost_us_burst, 1'000, 60'000'000, "The same, at once."},
    {"person_sessions_worth", &Hub::person_sessions_worth, 1, 1'000,
     "A person may do as much as so many sessions, on all devices together."},
    {"address_sessions_worth", &Hub::address_sessions_worth, 1, 100'000,
     "The same, for all at one address who have shown no token."},
    {"persons_remembered_max", &Hub::persons_remembered_max, 1, kMany,
     "People whose budget is remembered at the same time."},
    {"messages_refused_max", &Hub::messages_refused_max, 1, 1'000'000,
     "Messages refused in a row after which a session is closed."},
    {"messages_before_hello_max", &Hub::messages_before_hello_max, 1, 1'000,
     "Messages without a welcome after which a connection is closed."},
    {"hellos_per_second", &Hub::hellos_per_second, 1, 1'000'000,
     "Hellos and looks without a token, and what failed, from one address, on average."},
    {"hellos_burst", &Hub::hellos_burst, 1, 1'000'000, "The same, at once."},
    {"looks_per_second", &Hub::looks_per_second, 1, 1'000'000,
     "Looks at rooms by those who have been welcomed, from one address, on average."},
    {"looks_burst", &Hub::looks_burst, 1, 1'000'000, "The same, at once."},
    {"person_hellos_per_second", &Hub::person_hellos_per_second, 1, 1'000'000,
     "Hellos that show a token of one person, on average."},
    {"person_hellos_burst", &Hub::person_hellos_burst, 1, 1'000'000, "The same, at once."},
    {"hello_addresses_max", &Hub::hello_addresses_max, 1, kMany,
     "Addresses whose rate is remembered at the same time."},
    {"sessions_max", &Hub::sessions_max, 1, kMany, "Sessions, those that may resume included."},
    {"sessions_per_user_max", &Hub::sessions_per_user_max, 1, 1'000,
     "Devices and tabs of one person."},
    {"sessions_per_address_max", &Hub::sessions_per_address_max, 1, kMany,
     "Sessions of one address, those that may resume included; these make place for others there."},
    {"name_chars_max", &Hub::name_chars_max, 1, 1'000, "Characters of a name."},
    {"hello_timeout_ms", &Hub::hello_timeout, 100, kDayMs,
     "How long a new connection may take to say hello."},
    {"resume_window_ms", &Hub::resume_window, 0, kDayMs,
     "How long a session whose connection is lost can be resumed."},
    {"reload_window_ms", &Hub::reload_window, 0, kDayMs,
     "The same, for a page that was closed or reloaded."},
    {"replay_bytes_max", &Hub::replay_bytes_max, 4'096, kGigabyte,
     "Bytes kept per session for resuming it."},
    {"signal_share_bytes", &Hub::signal_share_bytes, 4'096, kGigabyte,
     "Signals of one participant that another has not yet acknowledged."},
    {"ring_signal_share_bytes", &Hub::ring_signal_share_bytes, 4'096, kGigabyte,
     "The same, while one of the two rings."},
    {"ring_signals_max", &Hub::ring_signals_max, 1, 1'000'000,
     "Signals from one participant to another while one of the two rings."},
    {"ring_signal_bytes_max", &Hub::ring_signal_bytes_max, 4'096, kGigabyte, "Bytes of the same."},
    {"ack_messages", &Hub::ack_messages, 1, 10'000,
     "Messages received after which they are acknowledged at once."},
    {"ack_bytes", &Hub::ack_bytes, 1, kGigabyte, "The same, in bytes."},
    {"presence_interval_ms", &Hub::presence_interval, 1, 60'000,
     "How long changes of who is online are gathered before they are sent."},
    {"presence_person_interval_ms", &Hub::presence_person_interval, 1, 60'000,
     "How often others are told of one person at the most."},
    {"presence_bytes_per_second", &Hub::presence_bytes_per_second, 1'024, kGigabyte,
     "Bytes that everybody is told of others, on average; what is beyond comes later."},
    {"presence_bytes_burst", &Hub::presence_bytes_burst, 1'024, kGigabyte, "The same, at once."},
    {"presence_list_max", &Hub::presence_list_max, 1, 100'000,
     "People in everybody's list; the others are found by searching."},
    {"search_results_max", &Hub::search_results_max, 1, 1'000, "Results of one search."},
    {"search_cost_messages", &Hub::search_cost_messages, 1, 1'000,
     "How many messages a search counts for in the rate."},
    {"search_query_chars_max", &Hub::search_query_chars_max, 1, 1'000, "Characters of a search."},
    {"search_share_bytes", &Hub::search_share_bytes, 4'096, kGigabyte,
     "Bytes of results that a session has not acknowledged, before it may search again."},
    {"search_entries_max", &Hub::search_entries_max, 16, 100'000,
     "Entries of the index of names that one search visits."},
    {"calls_max", &Hub::calls_max, 1, kMany, "Calls at the same time."},
    {"calls_per_address_max", &Hub::calls_per_address_max, 1, kMany,
     "The same, made from one IPv4 address or one IPv6 /64."},
    {"calls_per_session_max", &Hub::calls_per_session_max, 1, 100,
     "Calls that one session has joined at the same time."},
    {"participants_max", &Hub::participants_max, 2, 100,
     "Participants of one call. Everyone sends to everyone: more than a few need fast uplinks."},
    {"ring_timeout_ms", &Hub::ring_timeout, 1'000, kDayMs, "How long a call rings."},
    {"rings_per_person_max", &Hub::rings_per_person_max, 1, 100,
     "Calls that ring at one person at the same time; whoever calls then finds them busy."},
    {"rings_welcome_max", &Hub::rings_welcome_max, 0, 100,
     "Beside these, by callers whom the person has talked to lately."},
    {"rings_per_person_from_address_max", &Hub::rings_per_person_from_address_max, 1, 100,
     "Of the first, by callers of one address whom the person has not talked to lately."},
    {"rings_per_minute", &Hub::rings_per_minute, 1, 1'000'000,
     "People that one person rings per minute."},
    {"rings_burst", &Hub::rings_burst, 1, 1'000'000, "The same, at once."},
    {"address_rings_per_minute", &Hub::address_rings_per_minute, 1, 1'000'000,
     "People that all callers of one address ring per minute."},
    {"address_rings_burst", &Hub::address_rings_burst, 1, 1'000'000, "The same, at once."},
    {"address_callee_rings_per_minute", &Hub::address_callee_rings_per_minute, 1, 1'000'000,
     "How often all callers of one address ring the same person per minute."},
    {"address_callee_rings_burst", &Hub::address_callee_rings_burst, 1, 1'000'000,
     "The same, at once."},
    {"ring_pause_memory_ms", &Hub::ring_pause_memory, 0, kDayMs,
     "How long it is remembered that somebody did not answer a caller, or did."},
    {"ring_records_max", &Hub::ring_records_max, 1, kMany,
     "Callers, pairs and addresses remembered for these limits, each; the one unused for longest "
     "makes place."},
    {"blocks_max", &Hub::blocks_max, 0, 1'000,
     "People that one person may have blocked; the oldest makes place."},
    {"ended_restored_calls_max", &Hub::ended_restored_calls_max, 1, kMany,
     "Calls brought back after a restart whose end is remembered."},
    {"room_name_chars_max", &Hub::room_name_chars_max, signaling::kRoomNameCharsMin,
     signaling::kRoomNameCharsMax, "Characters of a room's name."},
    {"rooms_max", &Hub::rooms_max, 1, kMany, "Rooms, those remembered while empty included."},
    {"rooms_per_person_max", &Hub::rooms_per_person_max, 1, 100'000,
     "The same, of one person; their own that has been empty for longest makes place."},
    {"rooms_per_address_max", &Hub::rooms_per_address_max, 1, kMany,
     "The same, made from one IPv4 address or one IPv6 /64."},
    {"room_memory_ms", &Hub::room_memory, 0, kDayMs,
     "How long an empty room is remembered, and how long a room token is good after its holder was "
     "last inside."},
    {"room_admitted_max", &Hub::room_admitted_max, 1, 10'000,
     "People who may enter one room without knocking; who was admitted first is forgotten first."},
    {"room_hosts_max", &Hub::room_hosts_max, 0, signaling::kRoomHostsMax,
     "Hosts whom the creator of a room can name."},
    {"room_removed_max", &Hub::room_removed_max, 1, signaling::kRoomRemovedMax,
     "People removed from one room who are remembered; who was removed first is forgotten first."},
    {"seats_per_person_max", &Hub::seats_per_person_max, 1, 100,
     "Devices of one person inside one room."},
    {"knocks_per_room_max", &Hub::knocks_per_room_max, 1, 1'000,
     "People who knock at one room at the same time."},
    {"knocks_per_minute", &Hub::knocks_per_minute, 1, 100'000, "Knocks of one person."},
    {"address_knocks_per_minute", &Hub::address_knocks_per_minute, 1, 1'000'000,
     "Knocks from one address."},
    {"room_entries_per_minute", &Hub::room_entries_per_minute, 1, 100'000,
     "How often one person enters rooms: everybody inside connects to them each time."},
    {"address_room_entries_per_minute", &Hub::address_room_entries_per_minute, 1, 1'000'000,
     "The same, from one address."},
    {"door_pause_memory_ms", &Hub::door_pause_memory, 1'000, kDayMs,
     "How long being refused at a door counts towards the pause before the next knock there."},
    {"door_memory_max", &Hub::door_memory_max, 1, kMany,
     "People and addresses whose knocks are remembered; the quietest is forgotten first."},
    {"room_changes_per_second", &Hub::room_changes_per_second, 1, 1'000,
     "Changes of one room's rules by its hosts, on average."},
    {"room_changes_burst", &Hub::room_changes_burst, 1, 1'000, "The same, at once."},
    {"room_cost_messages", &Hub::room_cost_messages, 1, 1'000,
     "How many messages looking at a room, or joining it, counts for in the rate."},
    {"membership_lifetime_ms", &Hub::membership_lifetime, 10'000, kDayMs,
     "How long after it was signed a membership lets its holder back into a call."},
    {"membership_renewal_ms", &Hub::membership_renewal, 1'000, kDayMs,
     "How old the memberships of a call may be before the heartbeat renews them."},
    {"room_token_renewal_ms", &Hub::room_token_renewal, 1'000, kDayMs,
     "The same, for those of a room and its tokens."},
    {"call_heartbeat_interval_ms", &Hub::call_heartbeat_interval, 100, 600'000,
     "Between a client's heartbeats during a call."},
    {"call_heartbeat_timeout_ms", &Hub::call_heartbeat_timeout, 100, 600'000,
     "Silence after which a client in a call reconnects."},
    {"idle_heartbeat_interval_ms", &Hub::idle_heartbeat_interval, 100, 600'000,
     "Between a client's heartbeats otherwise."},
    {"idle_heartbeat_timeout_ms", &Hub::idle_heartbeat_timeout, 100, 600'000,
     "Silence after which a client reconnects otherwise."},
    {"relay_credential_lifetime_ms", &Hub::relay_credential_lifetime, 60'000, kDayMs,
     "How long credentials for a call are good for new allocations."},
    {"relay_test_lifetime_ms", &Hub::relay_test_lifetime, 10'000, 600'000,
     "How long the call with oneself of a connection check lasts."},
    {"relay_test_interval_ms", &Hub::relay_test_interval, 0, 10'000,
     "Between the connection checks of one session at least."},
    {"relay_tests_max", &Hub::relay_tests_max, 1, kMany, "Connection checks at the same time."},
    {"relay_tests_per_address_max", &Hub::relay_tests_per_address_max, 1, kMany,
     "The same, from one IPv4 address or one IPv6 /64."},
    {"hub_round_max_ms", &Hub::hub_round_max, 1, 1'000,
     "How long messages are worked on before sockets and timers get their turn; whoever sends more "
     "than that waits."},
    {"drain_reconnect_after_ms", &Hub::drain_reconnect_after, 0, 60'000,
     "When the server stops, how soon clients come back at the earliest."},

    {"relay_allocation_lifetime_ms", &Relay::allocation_lifetime, 1'000, kDayMs,
     "How long a relay's allocation stands without a refresh, unless its client asks for more."},
    {"relay_allocation_lifetime_max_ms", &Relay::allocation_lifetime_max, 1'000, kDayMs,
     "The longest that a client can ask for."},
    {"relay_allocations_max", &Relay::allocations_max, 1, kMany,
     "Allocations at the same time. A browser makes one per network interface and TURN URL."},
    {"relay_allocations_per_user_max", &Relay::allocations_per_user_max, 1, 1'000'000,
     "The same, of one participant or user."},
    {"relay_allocations_per_call_max", &Relay::allocations_per_call_max, 1, 1'000'000,
     "The same, of one call."},
    {"relay_allocations_per_address_max", &Relay::allocations_per_address_max, 1, kMany,
     "The same, from one IPv4 address or one IPv6 /64."},
    {"relay_new_allocations_per_second_per_user", &Relay::new_allocations_per_second_per_user, 1,
     1'000'000, "New allocations of one participant or user, on average."},
    {"relay_new_allocations_burst_per_user", &Relay::new_allocations_burst_per_user, 1, 1'000'000,
     "The same, at once."},
    {"relay_permissions_per_allocation_max", &Relay::permissions_per_allocation_max, 1, 100'000,
     "Peer addresses that one allocation may send to at the same time."},
    {"relay_channels_per_allocation_max", &Relay::channels_per_allocation_max, 1, kChannelsMax,
     "Channels of one allocation."},
    {"relay_reservations_max", &Relay::reservations_max, 1, 100'000,
     "Ports of an open relay that are reserved and not yet taken."},
    {"relay_reservations_per_user_max", &Relay::reservations_per_user_max, 1, 100'000,
     "The same, of one user."},
    {"relay_bytes_per_second_per_user_max", &Relay::bytes_per_second_per_user_max, 0, kBandwidthMax,
     "Bytes that the relay carries for one participant or user; what is beyond is lost. 0: no "
     "limit."},
    {"relay_bytes_per_second_per_call_max", &Relay::bytes_per_second_per_call_max, 0, kBandwidthMax,
     "The same, for one call."},
    {"relay_bytes_per_second_max", &Relay::bytes_per_second_max, 0, kBandwidthMax,
     "The same, for all. Beyond it, addresses have equal shares."},
    {"relay_challenges_per_second", &Relay::challenges_per_second, 1, 1'000'000,
     "Requests for credentials over UDP to one address (an IPv6 /64 counts as one), on average."},
    {"relay_challenges_burst", &Relay::challenges_burst, 1, 1'000'000, "The same, at once."},
    {"relay_challenges_per_second_per_client", &Relay::challenges_per_second_per_client, 1,
     1'000'000, "The same, to one client whose address is proven: over TCP, TLS or by a nonce."},
    {"relay_challenges_burst_per_client", &Relay::challenges_burst_per_client, 1, 1'000'000,
     "The same, at once."},
    {"relay_challenge_addresses_max", &Relay::challenge_addresses_max, 1, kMany,
     "Addresses whose rate is remembered at the same time."},
    {"relay_failed_logins_free", &Relay::failed_logins_free, 1, 1'000'000,
     "Wrong passwords for one name from one address before the first pause, in an open relay."},
    {"relay_failed_login_pause_ms", &Relay::failed_login_pause, 1, kDayMs,
     "The first such pause; each next one is twice as long."},
    {"relay_failed_login_pause_max_ms", &Relay::failed_login_pause_max, 1, kDayMs,
     "The longest such pause."},
    {"relay_failed_login_memory_ms", &Relay::failed_login_memory, 1, kDayMs,
     "How long wrong passwords are remembered after the last one."},
    {"relay_failed_logins_max", &Relay::failed_logins_max, 1, kMany,
     "Names and addresses whose wrong passwords are remembered at the same time."},
    {"relay_ended_calls_max", &Relay::ended_calls_max, 1, kMany,
     "Calls that are remembered as ended while credentials for them have not expired."},
    {"relay_nonce_lifetime_ms", &Relay::nonce_lifetime, 1'000, kDayMs,
     "How long a nonce of the relay is good."},
    {"relay_check_code_lifetime_ms", &Relay::check_code_lifetime, 60'000, kDayMs,
     "How long a check code is good, unless `visavis check --issue` asks for less."},
    {"relay_check_uses_per_code_max", &Relay::check_uses_per_code_max, 1, 1'000'000,
     "Connection checks with one code within five minutes."},
    {"relay_check_bytes_per_code_max", &Relay::check_bytes_per_code_max, 65'536, kGigabyte,
     "Bytes that the relay carries for all checks with one code together."},
    {"relay_check_codes_max", &Relay::check_codes_max, 1, 100'000,
     "Codes whose use is remembered at the same time; further ones cannot be used until then."},
});

template <typename Member>
struct MemberOf;
template <typename Value, typename Struct>
struct MemberOf<Value Struct::*> {
  using ValueType = Value;
  using StructType = Struct;
};

template <typename Member, typename AnyConfig>
auto& resolve(AnyConfig& config, Member member) {
  using Struct = typename MemberOf<Member>::StructType;
  if constexpr (std::is_same_v<Struct, NetLimits>) {
    return config.net_limits.*member;
  } else if constexpr (std::is_same_v<Struct, turn::Limits>) {
    return config.relay_limits.*member;
  } else {
    return config.signaling_limits.*member;
  }
}

}  // namespace

std::string LimitKey::variable() const { return environment_name("LIMITS_", key); }

std::uint64_t LimitKey::get(const Config& config) const {
  return std::visit(
      [&config](auto member) -> std::uint64_t {
        const auto& value = resolve(config, member);
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Duration>) {
          return static_cast<std::uint64_t>(
              std::chrono::duration_cast<milliseconds>(value).count());
        } else {
          return value;
        }
      },
      field);
}

void LimitKey::set(Config& config, std::uint64_t value) const {
  std::visit(
      [&config, value](auto member) {
        using Value = typename MemberOf<decltype(member)>::ValueType;
        if constexpr (std::is_same_v<Value, Duration>) {
          resolve(config, member) = milliseconds(value);
        } else {
          resolve(config, member) = static_cast<Value>(value);
        }
      },
      field);
}

std::span<const LimitKey> limit_keys() { return kKeys; }

const LimitKey* find_limit_key(std::string_view key) {
  const auto found = std::find_if(kKeys.begin(), kKeys.end(),
                                  [key](const LimitKey& limit) { return limit.key == key; });
  return found == kKeys.end() ? nullptr : &*found;
}

}  // namespace visavis::ops
