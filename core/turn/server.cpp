#include "core/turn/server.h"

#include <algorithm>
#include <utility>

#include "core/stun/attributes/fingerprint.h"
#include "core/stun/binding.h"
#include "core/turn/ephemeral_credential.h"
#include "core/turn/local_ledger.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {
namespace {

bool has_wrong_fingerprint(const stun::Message& message) {
  const auto fingerprint = message.find(stun::AttributeType::kFingerprint);
  return fingerprint && !stun::verify_fingerprint(message, *fingerprint);
}

std::string_view username_of(const stun::Message& message) {
  const auto username = message.find(stun::AttributeType::kUsername);
  return username ? as_text(username->value) : std::string_view{};
}

bool is_turn_method(stun::Method method) {
  return method == stun::Method::kAllocate || method == stun::Method::kRefresh ||
         method == stun::Method::kCreatePermission || method == stun::Method::kChannelBind;
}

}  // namespace

// Each loop has ports of its own, so that what is remembered of them is the loop's, too: its part.
Server::Impl::Impl(ServerOptions options, Random& random, Ledger& ledger,
                   std::unique_ptr<Ledger> own)
    : options_(std::move(options)),
      random_(random),
      own_ledger_(std::move(own)),
      ledger_(ledger),
      credentials_(options_, ledger_),
      ports_(options_.loop, options_.loops),
      allocations_(options_.limits,
                   std::max<std::size_t>(options_.limits.ended_calls_max / options_.loops, 1)),
      reports_(options_.reports) {
  random_.fill(indication_id_);
}

Forward Server::Impl::on_client_packet(const FiveTuple& client, ByteView packet, const Clock& at) {
  // RFC 8656 section 12: the first two bits tell ChannelData from STUN.
  if (!packet.empty() && packet[0] >> 6U == 1) {
    if (options_.mode == Mode::kOff) return {};
    return on_channel_data(client, packet, at.now);
  }
  const auto message = stun::Message::parse(packet);
  if (!message) return drop(Refusal::kMalformed);
  if (message->message_class() == stun::Class::kRequest) {
    on_request(client, *message, at);
  } else if (message->message_class() == stun::Class::kIndication &&
             message->method() == stun::Method::kSend && options_.mode != Mode::kOff) {
    return on_send(client, *message, at.now);
  }
  return {};
}

void Server::Impl::on_request(const FiveTuple& client, const stun::Message& message,
                              const Clock& at) {
  if (has_wrong_fingerprint(message)) return count(Refusal::kMalformed);
  if (message.method() == stun::Method::kBinding) {
    ++counters_.bindings;
    std::vector<std::uint8_t> bytes;
    stun::answer_binding(message, client.client, bytes);
    return send(client, std::move(bytes));
  }
  // RFC 8489 section 6.3: a method that is not supported is not answered.
  if (options_.mode == Mode::kOff || !is_turn_method(message.method())) {
    return count(Refusal::kUnsupported);
  }
  Allocation* allocation = live(allocations_.find(client), at.now);
  auto who = credentials_.authenticate(message, client.client.address, allocation, at);
  if (!who) return refuse_unauthenticated(client, message, who.error(), at.now);
  Outcome outcome = answer({message, client, at, std::move(*who), allocation});
  if (outcome) {
    if (!outcome->bytes.empty()) send(client, std::move(outcome->bytes));
  } else {
    count(outcome.error().why);
    report_refused(client, outcome.error().why, username_of(message));
    send(client, outcome.error().bytes);
  }
}

Outcome Server::Impl::answer(const Request& request) {
  const auto unknown = unknown_attributes(request.message);
  if (!unknown.empty()) return Failure{unknown_attributes_error(request, unknown)};
  if (request.message.method() == stun::Method::kAllocate) return allocate(request);
  if (request.allocation == nullptr || request.allocation->is_pending()) {
    return refuse(request, stun::ErrorCode::kAllocationMismatch, Refusal::kMismatch);
  }
  // RFC 8656 section 5.
  if (request.allocation->username != request.who.as.username) {
    return refuse(request, stun::ErrorCode::kWrongCredentials, Refusal::kMismatch);
  }
  switch (request.message.method()) {
    case stun::Method::kRefresh:
      return refresh(request);
    case stun::Method::kCreatePermission:
      return create_permission(request);
    default:
      return channel_bind(request);
  }
}

void Server::Impl::send(const FiveTuple& client, std::vector<std::uint8_t> bytes) {
  commands_.emplace_back(SendToClient{client, std::move(bytes)});
}

Allocation* Server::Impl::live(Allocation* allocation, Instant now) {
  if (allocation == nullptr || now < allocation->expires) return allocation;
  end(*allocation, AllocationEnd::kExpired, now);
  return nullptr;
}

void Server::Impl::free(Allocation& allocation, Instant now) {
  close_relays(allocation);
  allocations_.erase(allocation, now);
  counters_.allocations = allocations_.size();
}

void Server::Impl::end(Allocation& allocation, AllocationEnd why, Instant now) {
  if (reports_.is_on() && !allocation.is_pending()) {
    AllocationOver over{.client = *allocation.client,
                        .why = why,
                        .duration = now - allocation.began,
                        .bytes_from_client = allocation.bytes_from_client,
                        .bytes_to_client = allocation.bytes_to_client,
                        .call = {},
                        .user = {}};
    if (const auto name = parse_ephemeral_name(allocation.username); allocation.closed && name) {
      over.call = name->call;
    } else {
      over.user = allocation.user;
    }
    reports_.push(std::move(over));
  }
  free(allocation, now);
}

void Server::Impl::report_refused(const FiveTuple& client, Refusal why, std::string_view user) {
  if (!reports_.is_on()) return;
  reports_.push(RequestRefused{client, why, std::string(user)});
}

void Server::Impl::on_client_gone(const FiveTuple& client, Instant now) {
  if (Allocation* allocation = allocations_.find(client)) {
    end(*allocation, AllocationEnd::kClientGone, now);
  }
}

void Server::Impl::on_call_ended(std::string_view call, std::optional<std::string_view> participant,
                                 const Clock& at) {
  ledger_.end_call(call, participant, at.now);
  const CallKey key = call_key(call);
  const Call* found = allocations_.find(key);
  if (found == nullptr) return;
  for (const Call::Member& member : std::vector(found->members)) {
    Allocation& allocation = *member.allocation;
    if (participant && parse_ephemeral_name(allocation.username)->participant != *participant) {
      continue;
    }
    if (allocation.client->transport != Transport::kUdp) {
      commands_.emplace_back(CloseClient{*allocation.client});
    }
    end(allocation, AllocationEnd::kCallEnded, at.now);
  }
  if (!participant) allocations_.forget(key);
}

void Server::Impl::on_timeout(Instant now) {
  while (Allocation* allocation = allocations_.due(now)) {
    end(*allocation, AllocationEnd::kExpired, now);
  }
  if (reservations_due_ && *reservations_due_ <= now) expire_reservations(now);
}

std::optional<Instant> Server::Impl::next_timeout() const {
  auto next = allocations_.next_expiry();
  if (reservations_due_ && (!next || *reservations_due_ < *next)) next = reservations_due_;
  return next;
}

std::optional<Command> Server::Impl::poll_command() {
  std::optional<Command> next;
  if (commands_.empty()) return next;
  next.emplace(std::move(commands_.front()));
  commands_.pop_front();
  return next;
}

Server::Server(ServerOptions options, Random& random) {
  auto own = std::make_unique<LocalLedger>(options.limits, random);
  Ledger& ledger = *own;
  impl_ = std::make_unique<Impl>(std::move(options), random, ledger, std::move(own));
}
Server::Server(ServerOptions options, Random& random, Ledger& ledger)
    : impl_(std::make_unique<Impl>(std::move(options), random, ledger, nullptr)) {}
Server::~Server() = default;

Forward Server::on_client_packet(const FiveTuple& client, ByteView packet, const Clock& at) {
  return impl_->on_client_packet(client, packet, at);
}
void Server::on_client_gone(const FiveTuple& client, Instant now) {
  impl_->on_client_gone(client, now);
}
Forward Server::on_hairpin(const Hairpin& hairpin, Instant now) {
  return impl_->on_hairpin(hairpin, now);
}
Forward Server::on_peer_datagram(RelayId relay, const TransportAddress& peer, ByteView data,
                                 Instant now) {
  return impl_->on_peer_datagram(relay, peer, data, now);
}
void Server::on_peer_icmp(RelayId relay, const TransportAddress& peer, const IcmpError& error,
                          Instant now) {
  impl_->on_peer_icmp(relay, peer, error, now);
}
void Server::on_relay_bound(RelayId relay, const TransportAddress& relayed, Instant now) {
  impl_->on_relay_bound(relay, relayed, now);
}
void Server::on_relay_failed(RelayId relay, Instant now) { impl_->on_relay_failed(relay, now); }
void Server::on_call_ended(std::string_view call, std::optional<std::string_view> participant,
                           const Clock& at) {
  impl_->on_call_ended(call, participant, at);
}
void Server::on_timeout(Instant now) { impl_->on_timeout(now); }
std::optional<Instant> Server::next_timeout() const { return impl_->next_timeout(); }
std::optional<Command> Server::poll_command() { return impl_->poll_command(); }
std::optional<Report> Server::poll_report() { return impl_->poll_report(); }
bool Server::has_allocation(const FiveTuple& client) { return impl_->has_allocation(client); }
void Server::write_header(const ToClient& forward, MutableByteView out) {
  impl_->write_header(forward, out);
}
const Counters& Server::counters() const { return impl_->counters(); }

}  // namespace visavis::turn
