#include "bench/turn/company.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace visavis::bench {
namespace {

constexpr std::uint16_t kFirstChannel = 0x4000;
constexpr int kEventsAtOnce = 64;

// A port whose last owner's allocation the server has not forgotten yet is answered with 437: then
// another port is to be tried (RFC 8656 section 7.4).
constexpr int kPortsTried = 20;
constexpr std::uint16_t kAllocationMismatch = 437;

}  // namespace

std::unique_ptr<TurnClient> open_client(const Setting& setting, const Credential& credential) {
  std::vector<std::unique_ptr<TurnClient>>
      in_vain;  // open, so that their ports are not taken again
  for (;;) {
    auto link = open_link(setting.port, setting.leg, setting.sender);
    auto client = std::make_unique<TurnClient>(std::move(link), credential);
    try {
      client->allocate();
      return client;
    } catch (const Refused& refused) {
      if (refused.code() != kAllocationMismatch || in_vain.size() == kPortsTried) throw;
      in_vain.push_back(std::move(client));
    }
  }
}

Company::Company(const Setting& setting, const Accounts& accounts)
    : setting_(setting), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  for (std::size_t i = 0; i < setting_.clients; ++i)
    clients_.push_back(open_client(setting_, accounts.of(i)));
  if (setting_.route == Route::kBothOnRelay) {
    pair_up();
  } else {
    give_peers();
  }
}

// The servers stay up for many runs: what this one had is given back.
Company::~Company() {
  for (const auto& client : clients_) {
    try {
      client->release();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "an allocation was not released: %s\n", error.what());
    }
  }
  close(epoll_);
}

void Company::pair_up() {
  for (std::size_t i = 0; i < clients_.size(); ++i)
    connect_to(*clients_[i], clients_[i ^ 1]->relayed());
  for (const auto& client : clients_) watch(client->link());
}

void Company::give_peers() {
  for (const auto& client : clients_) {
    TransportAddress address;
    peers_.push_back(open_peer(address));
    connect_to(*client, address);
    watch(*peers_.back());
  }
}

void Company::connect_to(TurnClient& client, const TransportAddress& peer) {
  std::uint16_t channel = 0;
  if (setting_.form == Form::kChannelData) {
    channel = kFirstChannel;
    client.bind_channel(channel, peer);
  } else {
    client.permit(peer);
  }
  const auto message = data_message(channel, peer, setting_.payload_bytes);
  stride_ = message.size();
  Flow& flow = flows_.emplace_back();
  flow.sender = &client.link();
  for (std::size_t i = 0; i < setting_.burst; ++i)
    flow.messages.insert(flow.messages.end(), message.begin(), message.end());
}

void Company::watch(Link& link) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &link;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, link.descriptor(), &event) != 0)
    throw std::runtime_error("epoll_ctl");
}

void Company::send(const Stamp& stamp) {
  Flow& flow = flows_[stamp.flow];
  for (std::size_t end = stride_; end <= flow.messages.size(); end += stride_)
    std::memcpy(&flow.messages[end - setting_.payload_bytes], &stamp, sizeof stamp);
  flow.sender->send(flow.messages, stride_);
}

void Company::receive(std::chrono::milliseconds wait, const OnArrival& on_arrival) {
  const Link::OnMessage on_message = [&](ByteView message) {
    const ByteView payload = setting_.route == Route::kToPeer ? message : payload_of(message);
    if (payload.size() != setting_.payload_bytes) return;
    Stamp stamp;
    std::memcpy(&stamp, payload.data(), sizeof stamp);
    on_arrival(stamp);
  };
  std::array<epoll_event, kEventsAtOnce> events{};
  const int count =
      epoll_wait(epoll_, events.data(), kEventsAtOnce, static_cast<int>(wait.count()));
  for (int i = 0; i < count; ++i)
    static_cast<Link*>(events[static_cast<std::size_t>(i)].data.ptr)->receive(on_message);
}

}  // namespace visavis::bench
