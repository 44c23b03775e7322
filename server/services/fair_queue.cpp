#include "server/services/fair_queue.h"

#include <algorithm>
#include <cstring>

namespace visavis::services {

void FairQueue::Waiting::push(std::uint32_t tag, std::string_view text) {
  if (begin_ > bytes_.size() / 2) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  const Header header{tag, static_cast<std::uint32_t>(text.size())};
  bytes_.append(reinterpret_cast<const char*>(&header), sizeof header);
  bytes_ += text;
  ++items_;
}

FairQueue::Item FairQueue::Waiting::pop() {
  Header header{};
  std::memcpy(&header, bytes_.data() + begin_, sizeof header);
  const Item item{
      .source = {},
      .tag = header.tag,
      .text = std::string_view(bytes_).substr(begin_ + sizeof header, header.text_bytes)};
  begin_ += sizeof header + header.text_bytes;
  --items_;
  return item;
}

std::size_t FairQueue::Waiting::text_bytes() const {
  return bytes_.size() - begin_ - items_ * sizeof(Header);
}

void FairQueue::push(net::WebSocketId source, const IpAddress& client, std::uint32_t tag,
                     std::string_view text) {
  if (items_ == 0) forget_debts();
  const IpAddress key = client.limit_key();
  Client& payer = clients_.try_emplace(key).first->second;
  payer.key = key;
  Source& waiting = sources_.try_emplace(source).first->second;
  waiting.id = source;
  waiting.waiting.push(tag, text);
  payer.turns.add(waiting);
  ++payer.items;
  turns_.add(payer);
  ++items_;
}

std::optional<FairQueue::Item> FairQueue::take() {
  if (items_ == 0) {
    forget_debts();
    return std::nullopt;
  }
  // Copies of the keys: they live in what is erased.
  const auto drop_source = [this](const Source& left) {
    const net::WebSocketId id = left.id;
    sources_.erase(id);
  };
  Client& client = *turns_.next([&](Client& left) {
    left.turns.clear(drop_source);
    const IpAddress key = left.key;
    clients_.erase(key);
  });
  Source& source = *client.turns.next(drop_source);
  Item item = source.waiting.pop();
  item.source = source.id;
  --client.items;
  --items_;
  return item;
}

void FairQueue::charge(net::WebSocketId source, const IpAddress& client, Duration cost) {
  cost = std::min(cost, kChargeMax);
  if (const auto found = sources_.find(source); found != sources_.end()) {
    found->second.credit -= cost;
  }
  if (const auto found = clients_.find(client.limit_key()); found != clients_.end()) {
    found->second.credit -= cost;
  }
}

FairQueue::Dropped FairQueue::forget(net::WebSocketId source, const IpAddress& client) {
  const auto found = sources_.find(source);
  if (found == sources_.end()) return {};
  const Waiting& waiting = found->second.waiting;
  const Dropped dropped{.items = waiting.items(), .text_bytes = waiting.text_bytes()};
  // The address stays as long as it owes something: a new WebSocket must not be a new share.
  Client& payer = clients_.at(client.limit_key());
  payer.turns.remove(found->second);
  payer.items -= dropped.items;
  items_ -= dropped.items;
  sources_.erase(found);
  return dropped;
}

void FairQueue::forget_debts() {
  if (clients_.empty()) return;
  turns_ = Turns<Client>(kQuantum);
  sources_.clear();
  clients_.clear();
}

}  // namespace visavis::services
