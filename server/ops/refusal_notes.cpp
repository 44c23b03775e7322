#include "server/ops/refusal_notes.h"

#include <algorithm>
#include <array>

namespace visavis::ops {
namespace {

constexpr std::size_t kValuesMax = 3;
constexpr std::size_t kValueCharsMax = 120;
constexpr std::size_t kUserCharsMax = 64;
constexpr Duration kMinute = minutes(1);
constexpr Duration kPatience = minutes(5);
constexpr std::array<std::string_view, 4> kGuesses = {"unauthenticated", "logins_limited",
                                                      "unauthorized", "rate_limited"};

}  // namespace

bool is_guess(std::string_view kind) { return std::ranges::find(kGuesses, kind) != kGuesses.end(); }

void RefusalNotes::note(const RefusalNote& note, Instant now) {
  const std::lock_guard lock(mutex_);
  const Kind kind{note.area, note.kind};
  ++totals_[{kind, note.from}];
  Noted& noted = noted_[kind];
  ++noted.from[note.from];
  if (note.client && noted.addresses.size() < kAddressesMax) {
    noted.addresses.insert(note.client->limit_key());
  }
  note_details(noted, note.details);
  if (names_clients_ && note.names_client && note.client) note_client(note, now);
}

void RefusalNotes::note_details(Noted& noted, std::span<const net::NoteDetail> details) {
  for (const auto& [key, value] : details) {
    if (value.empty()) continue;
    auto known = std::ranges::find(noted.details, key, &Detail::key);
    if (known == noted.details.end()) known = noted.details.insert(known, {key, {}, false});
    const std::string_view cut = value.substr(0, kValueCharsMax);
    if (std::ranges::find(known->values, cut) != known->values.end()) continue;
    if (known->values.size() < kValuesMax) {
      known->values.emplace_back(cut);
    } else {
      known->more = true;
    }
  }
}

void RefusalNotes::note_client(const RefusalNote& note, Instant now) {
  const ClientKey key{note.area, note.kind, note.client->limit_key()};
  auto found = clients_.find(key);
  if (found == clients_.end()) {
    if (clients_.size() >= kClientsMax) return;
    found = clients_.emplace(key, Client{.since = now, .address = {}, .users = {}}).first;
  }
  Client& client = found->second;
  client.address = *note.client;
  ++client.untold;
  if (client.users.size() < kLinesOfClientMax) {
    client.users.emplace_back(note.user.substr(0, kUserCharsMax));
  }
}

NoteSummary RefusalNotes::take_summary(std::string_view area, std::string_view kind) {
  const std::lock_guard lock(mutex_);
  NoteSummary summary;
  const auto found = noted_.find({area, kind});
  if (found == noted_.end()) return summary;
  const Noted& noted = found->second;
  for (const auto& [from, count] : noted.from) {
    if (!summary.from.empty()) summary.from += ", ";
    summary.from.append(from).append(" ").append(std::to_string(count));
  }
  summary.addresses = noted.addresses.size();
  for (const Detail& detail : noted.details) {
    std::string values;
    for (const std::string& value : detail.values) {
      if (!values.empty()) values += ", ";
      values += value;
    }
    if (detail.more) values += ", …";
    summary.details.emplace_back(detail.key, std::move(values));
  }
  noted_.erase(found);
  return summary;
}

// How many refusals its next line is about; 0: it has nothing to tell now.
std::uint64_t RefusalNotes::due(const Client& client, Instant now) {
  if (client.untold == 0 || client.told < kLinesOfClientMax)
    return std::min<std::uint64_t>(client.untold, 1);
  return now - client.since >= kMinute ? client.untold : 0;
}

ClientLine RefusalNotes::line_of(const ClientKey& key, Client& client, std::uint64_t count) {
  ClientLine line{.area = std::get<0>(key),
                  .kind = std::get<1>(key),
                  .client = client.address.to_string(),
                  .user = {},
                  .count = count};
  if (!client.users.empty()) {
    line.user = std::move(client.users.front());
    client.users.erase(client.users.begin());
  }
  client.untold -= count;
  ++client.told;
  return line;
}

// Beginning behind whoever was told last: nobody's many refusals keep those of others out.
void RefusalNotes::tell_in_turn(LineBudget::Purpose purpose, LineBudget& budget, Instant now,
                                std::vector<ClientLine>& lines) {
  const bool guesses = purpose == LineBudget::Purpose::kGuess;
  for (bool told = true; told;) {
    told = false;
    auto it = clients_.upper_bound(told_last_[purpose]);
    for (std::size_t left = clients_.size(); left > 0; --left, ++it) {
      if (it == clients_.end()) it = clients_.begin();
      auto& [key, client] = *it;
      const std::uint64_t count = due(client, now);
      if (count == 0 || is_guess(std::get<1>(key)) != guesses) continue;
      if (!budget.take(purpose, now)) return;
      lines.push_back(line_of(key, client, count));
      told_last_[purpose] = key;
      told = true;
    }
  }
}

std::vector<ClientLine> RefusalNotes::take_client_lines(LineBudget& budget, Instant now) {
  const std::lock_guard lock(mutex_);
  std::vector<ClientLine> lines;
  tell_in_turn(LineBudget::Purpose::kGuess, budget, now, lines);
  tell_in_turn(LineBudget::Purpose::kClient, budget, now, lines);
  // Its next one begins a new minute. What has waited for a place for long is in the counts.
  std::erase_if(clients_, [&](const auto& known) {
    const Client& client = known.second;
    return (now - client.since >= kMinute && client.untold == 0) || now - client.since >= kPatience;
  });
  return lines;
}

std::vector<RefusalNotes::Total> RefusalNotes::totals() const {
  const std::lock_guard lock(mutex_);
  std::vector<Total> all;
  all.reserve(totals_.size());
  for (const auto& [key, count] : totals_) {
    all.push_back(
        {.area = key.first.first, .kind = key.first.second, .from = key.second, .count = count});
  }
  return all;
}

}  // namespace visavis::ops
