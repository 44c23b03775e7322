// Input that waits for the hub, and whose input is next: every client address has the same share of
// the hub's time, and within it every WebSocket. So neither a thousand messages of one WebSocket
// nor hundreds of WebSockets of one address hold up the one message of somebody else.
//
// A share is measured in the time that the hub took, as told by charge(): costly messages count for
// more. Input of one WebSocket keeps its order.
//
// Pure: no clock, no sockets. Not thread-safe. Keeps nothing of whoever has nothing waiting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/ip_address.h"
#include "core/base/time.h"
#include "server/net/websocket_handler.h"
#include "server/services/turns.h"

namespace visavis::services {

class FairQueue {
 public:
  struct Item {
    net::WebSocketId source;
    std::uint32_t tag = 0;  // the pusher's
    std::string_view text;  // valid until the next call
  };

  // What an address, or a WebSocket within its address, uses before the next one's turn: some fifty
  // messages.
  static constexpr Duration kQuantum = microseconds(250);

  // One item is charged for no more: what takes longer is the machine's doing.
  static constexpr Duration kChargeMax = 20 * kQuantum;

  // `client`: the address that pays for it. One source always has the same.
  void push(net::WebSocketId source, const IpAddress& client, std::uint32_t tag,
            std::string_view text);
  // Takes out what is next. Nothing where nothing waits; then all debts are forgotten, too: nobody
  // waits for anybody.
  std::optional<Item> take();
  // What the last item of `source` cost.
  void charge(net::WebSocketId source, const IpAddress& client, Duration cost);
  // Drops what waits of `source`. Returns how many items, and the bytes of their texts.
  struct Dropped {
    std::size_t items = 0;
    std::size_t text_bytes = 0;
  };
  Dropped forget(net::WebSocketId source, const IpAddress& client);

  bool empty() const { return items_ == 0; }

 private:
  // Items one after the other, each a header and its text: floods of tiny messages would cost ten
  // times their size as objects.
  class Waiting {
   public:
    void push(std::uint32_t tag, std::string_view text);
    // Precondition: items() > 0.
    Item pop();
    std::size_t items() const { return items_; }
    std::size_t text_bytes() const;

   private:
    struct Header {
      std::uint32_t tag;
      std::uint32_t text_bytes;
    };
    std::string bytes_;
    std::size_t begin_ = 0;  // what is before has been taken
    std::size_t items_ = 0;
  };

  struct Source : Turn {
    net::WebSocketId id;
    Waiting waiting;
    bool is_waiting() const { return waiting.items() > 0; }
  };
  struct Client : Turn {
    IpAddress key;
    std::size_t items = 0;
    Turns<Source> turns{kQuantum};
    bool is_waiting() const { return items > 0; }
  };

  void forget_debts();

  Turns<Client> turns_{kQuantum};
  std::unordered_map<IpAddress, Client> clients_;  // by limit_key(); nodes are stable
  std::unordered_map<net::WebSocketId, Source> sources_;
  std::size_t items_ = 0;
};

}  // namespace visavis::services
