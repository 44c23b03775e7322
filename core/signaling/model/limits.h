// Every limit of the hub, with its default and the reason for it. Each is a key of the same name
// under [limits] in the configuration.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace visavis::signaling {

struct Limits {
  // Messages. 64 KiB is ten times the largest offer seen from a browser.
  std::size_t message_bytes_max = 65'536;
  // A token bucket per session: a call's set-up is about 25 messages, a heartbeat two a second.
  std::uint32_t messages_per_second = 50;
  std::uint32_t messages_burst = 300;
  // Bytes of the same: a call of six sets up five links with offers of 10 KB.
  std::uint32_t message_bytes_per_second = 49'152;
  std::uint32_t message_bytes_burst = 524'288;
  // What the messages cost the hub: nobody has more than a fiftieth of it to themselves for long.
  std::uint32_t cost_us_per_second = 20'000;
  std::uint32_t cost_us_burst = 200'000;
  // A person has as much as so many sessions, whatever number of devices they have.
  std::uint32_t person_sessions_worth = 2;
  // So do all together who come from one address and have shown no token.
  std::uint32_t address_sessions_worth = 40;
  // People whose budget is remembered at the same time.
  std::size_t persons_remembered_max = 65'536;
  // A session that is refused this many before it keeps to the rate again is closed.
  std::uint32_t messages_refused_max = 100;
  // A search costs the hub as much as this many messages.
  std::uint32_t search_cost_messages = 10;
  // A connection that sends this many messages without a successful hello is closed.
  std::uint32_t messages_before_hello_max = 10;
  // Hellos and looks without a token, and whatever failed, from one address: a classroom behind one
  // NAT joins at once, a flood does not.
  std::uint32_t hellos_per_second = 10;
  std::uint32_t hellos_burst = 200;
  // Looks at rooms by those who have been welcomed, from one address: names cannot be tried by
  // coming back as many people.
  std::uint32_t looks_per_second = 10;
  std::uint32_t looks_burst = 200;
  // Hellos that show a token of one person: all their devices come back at once.
  std::uint32_t person_hellos_per_second = 2;
  std::uint32_t person_hellos_burst = 40;
  // Addresses whose rate is remembered at the same time.
  std::size_t hello_addresses_max = 65'536;

  // Sessions.
  std::size_t sessions_max = 20'000;
  // Each of them rings, so that they cost whoever calls.
  std::size_t sessions_per_user_max = 6;
  // Those that wait to be resumed included; they make place for others of the same address.
  std::size_t sessions_per_address_max = 2'000;
  std::size_t name_chars_max = 64;
  Duration hello_timeout = seconds(10);
  Duration resume_window = seconds(30);
  // A page that said goodbye (close code 1001) may be reloading.
  Duration reload_window = seconds(10);
  // Received and not yet acknowledged; reaching either sends an acknowledgement at once.
  std::uint32_t ack_messages = 32;
  std::uint32_t ack_bytes = 32'768;
  // Sent and not yet acknowledged, per session; beyond it the session cannot be resumed. The
  // signals of others take at most three quarters of it, below: nobody is cut off for what others
  // send.
  std::size_t replay_bytes_max = 1'048'576;

  // Signals. What one sender has sent to one receiver in a call, and the receiver has not yet
  // acknowledged: an offer of a browser has 10 KB.
  std::size_t signal_share_bytes = 65'536;
  // The same where one of them rings.
  std::size_t ring_signal_share_bytes = 24'576;
  // In all of a ring, of one sender to one device: an offer, an answer, and candidates.
  std::uint32_t ring_signals_max = 64;
  std::size_t ring_signal_bytes_max = 131'072;

  // Presence.
  Duration presence_interval = milliseconds(100);
  // Others are told of one person this often at the most, as they are then.
  Duration presence_person_interval = seconds(1);
  // What everybody is told of others, in bytes to each: 500 people come at once, a flood does not.
  std::uint32_t presence_bytes_per_second = 65'536;
  std::uint32_t presence_bytes_burst = 262'144;
  std::size_t presence_list_max = 500;
  std::size_t search_results_max = 50;
  std::size_t search_query_chars_max = 64;
  // Results that somebody has not yet acknowledged, in bytes: twice what browsers acknowledge at
  // once.
  std::size_t search_share_bytes = 65'536;
  // Entries of the index of names that one search visits: what it costs at most.
  std::size_t search_entries_max = 128;

  // Calls.
  std::size_t calls_max = 10'000;
  // Of these, made from one address: each of its sessions may have one.
  std::size_t calls_per_address_max = 1'000;
  // That it has joined: calls that ring do not count.
  std::size_t calls_per_session_max = 1;
  // People in a call. Full mesh: each uploads to every other.
  std::size_t participants_max = 6;
  Duration ring_timeout = seconds(45);

  // Ringing (PROTOCOL.md section 6). Calls that ring at one person at the same time: more would not
  // be looked at, and fewer could be taken up by one stranger.
  std::size_t rings_per_person_max = 3;
  // Beside these, by callers who are welcome (ring_pause_memory): strangers keep no friend out.
  std::size_t rings_welcome_max = 1;
  // Of the first ones, by callers of one address: whoever attacks from one place leaves a line
  // free.
  std::size_t rings_per_person_from_address_max = 2;
  // People that one person may ring in a minute, and at once.
  std::uint32_t rings_per_minute = 20;
  std::uint32_t rings_burst = 10;
  // The same for all callers of one address together.
  std::uint32_t address_rings_per_minute = 120;
  std::uint32_t address_rings_burst = 60;
  // The same at one person: an address where new people are made as others give out is one caller.
  std::uint32_t address_callee_rings_per_minute = 20;
  std::uint32_t address_callee_rings_burst = 10;
  // After so long, that somebody did not answer is forgotten, and that they did as well.
  Duration ring_pause_memory = seconds(600);
  // Pairs of caller and called, callers, and addresses that are remembered, each; what was not used
  // for the longest time makes place.
  std::size_t ring_records_max = 65'536;
  // People that one person may have blocked; the oldest makes place.
  std::size_t blocks_max = 64;

  // Calls brought back after a restart whose end is remembered, so that it is final.
  std::size_t ended_restored_calls_max = 10'000;

  // Rooms (PROTOCOL.md section 12). A name is 64 characters at most: so many are in a membership.
  std::size_t room_name_chars_max = 64;
  // Those that are remembered while they are empty included.
  std::size_t rooms_max = 10'000;
  // Of these: a person's oldest empty one makes place for their next; nobody else's ever does.
  std::size_t rooms_per_person_max = 16;
  std::size_t rooms_per_address_max = 256;
  // An empty room: long enough for a break, or for those who are late. Also how long a room token
  // is good after its holder was last inside.
  Duration room_memory = seconds(3'600);
  // People who may enter a room without knocking. Who was admitted first is forgotten first.
  std::size_t room_admitted_max = 64;
  // Whom a creator names beside themselves.
  std::size_t room_hosts_max = 8;
  // Who must stay outside. Who was removed first is forgotten first.
  std::size_t room_removed_max = 32;
  // Devices of one person in one call.
  std::size_t seats_per_person_max = 2;
  // More would not fit in a list that somebody reads.
  std::size_t knocks_per_room_max = 16;
  // Knocking tells everybody inside, so it is rarer than other messages.
  std::uint32_t knocks_per_minute = 10;
  std::uint32_t address_knocks_per_minute = 60;
  // Each entry makes everybody inside connect to whoever enters.
  std::uint32_t room_entries_per_minute = 30;
  std::uint32_t address_room_entries_per_minute = 300;
  // How long a refusal at a door counts towards the next pause.
  Duration door_pause_memory = seconds(600);
  // People and addresses whose pauses and rates at doors are remembered at the same time.
  std::size_t door_memory_max = 16'384;
  // Changes of one room's rules: each is told to everybody inside.
  std::uint32_t room_changes_per_second = 1;
  std::uint32_t room_changes_burst = 20;
  // Looking at a room, or joining it, counts as this many messages: names cannot be tried quickly.
  std::uint32_t room_cost_messages = 5;

  // Tokens that outlive the server (sections 6 and 12): memberships are good for so long after they
  // were signed, and are renewed over the heartbeat.
  Duration membership_lifetime = seconds(600);
  Duration membership_renewal = seconds(120);
  // The same for a room's memberships and its tokens, so that their time counts from when their
  // holder was last inside.
  Duration room_token_renewal = seconds(60);

  // The relay (PROTOCOL.md section 11). New allocations need a credential that is not older; one
  // that stands goes on, so this need not outlast a call.
  Duration relay_credential_lifetime = seconds(7'200);
  // A call with oneself: long enough for a slow network, short enough to be of no other use.
  Duration relay_test_lifetime = seconds(60);
  Duration relay_test_interval = seconds(10);
  std::size_t relay_tests_max = 200;
  // Of one address: a tenth, so that a hundred sessions of one keep nobody else from checking.
  std::size_t relay_tests_per_address_max = 20;

  // Heartbeats that clients are asked to keep (PROTOCOL.md section 4).
  Duration call_heartbeat_interval = milliseconds(500);
  Duration call_heartbeat_timeout = milliseconds(1000);
  Duration idle_heartbeat_interval = seconds(15);
  Duration idle_heartbeat_timeout = seconds(10);

  // How long the hub works before sockets and timers get their turn. What it has not come to waits
  // for its next round, and whoever sent it waits, too.
  Duration hub_round_max = milliseconds(5);

  // When the server drains, clients come back spread over this time at the earliest.
  Duration drain_reconnect_after = milliseconds(1500);
};

}  // namespace visavis::signaling
