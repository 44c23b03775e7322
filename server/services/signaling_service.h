// Runs the signaling hub on loop 0: feeds it what the WebSockets of all loops receive, carries its
// commands back, arms its timer.
//
// Other loops exchange batches with loop 0, one per round and direction; with one loop there is no
// hop.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/signaling/hub.h"
#include "server/net/loop_timer.h"
#include "server/net/mailbox.h"
#include "server/net/server.h"
#include "server/net/websocket_handler.h"

namespace visavis::services {

class SignalingService : public net::WebSocketHandler {
 public:
  // Gets the hub's numbers on loop 0, soon after they have changed.
  using Publish = std::function<void(const signaling::Counters&, const signaling::Gauges&)>;
  // Is told on loop 0 which calls, and whose parts in them, the relay need not serve any more.
  using EndRelay = std::function<void(const signaling::EndRelay&)>;

  // Output on its way from the hub to one other loop; beyond it no loop reads messages until that
  // one has caught up.
  static constexpr std::size_t kUndeliveredBytesMax = std::size_t{64} * 1024 * 1024;

  // To be made before server.run(), and to outlive it, as must `random`.
  SignalingService(net::Server& server, signaling::HubOptions options, Random& random,
                   Publish publish, EndRelay end_relay,
                   std::size_t undelivered_bytes_max = kUndeliveredBytesMax);
  ~SignalingService() override;

  // On loop 0: tells everybody to come back later, and closes their WebSockets.
  void drain();

  void on_open(net::WebSocketId id, const net::WebSocketOrigin& origin) override;
  void on_message(net::WebSocketId id, std::string_view text) override;
  void on_refused(net::WebSocketId id, net::MessageRefusal refusal) override;
  void on_closed(net::WebSocketId id, net::WebSocketEnd end) override;
  bool accepts_input(unsigned loop) override;

 private:
  // Input waiting for the hub, of one loop; beyond it the loop stops reading.
  static constexpr std::size_t kBacklogBytesMax = std::size_t{8} * 1024 * 1024;

  enum class EventKind : std::uint8_t { kOpen, kMessage, kRefused, kClosed };
  struct Event {
    EventKind kind;
    net::MessageRefusal refusal{};
    net::WebSocketEnd end{};
    bool over_tls = false;         // see net::WebSocketOrigin
    std::uint32_t text_bytes = 0;  // its part of the batch's text
    net::WebSocketId id;
    IpAddress client;
  };
  // What one loop received in one round; the messages' texts stand one after the other.
  struct EventBatch {
    unsigned loop = 0;
    std::vector<Event> events;
    std::string text;
    std::size_t bytes() const { return events.size() * sizeof(Event) + text.size(); }
  };
  // What the hub wants of one loop after one round.
  struct CommandBatch {
    std::vector<signaling::Command> commands;
    std::size_t bytes = 0;  // a frame that several receivers share counts for each
  };

  // One of the loops other than 0.
  struct RemoteLoop {
    EventBatch received;                  // of that loop's thread
    std::atomic<std::size_t> backlog{0};  // bytes received and not yet handled by the hub
    std::atomic<bool> paused{false};
    CommandBatch wanted;                      // of loop 0's thread
    std::atomic<std::size_t> undelivered{0};  // bytes of batches posted and not yet executed
    std::unique_ptr<net::Mailbox<CommandBatch>> mailbox;
  };

  void connect_remote_loop(unsigned index);
  void submit(const Event& event, std::string_view text);
  void send_received(unsigned loop);
  void take_batch(EventBatch& batch);
  void apply(const Event& event, std::string_view text, Instant now);
  void drain_commands();
  // On loop 0: does it, or leaves it for the loop that it is for.
  void dispatch(signaling::Command command);
  void deliver(unsigned loop, const CommandBatch& batch);
  void resume_reading(unsigned loop);
  void execute(net::Worker& worker, const signaling::Command& command);
  void tell_wall_time();
  void end_hub_round();
  void on_timer();

  net::Server& server_;
  signaling::Hub hub_;
  Publish publish_;
  EndRelay end_relay_;
  net::Mailbox<EventBatch> inbox_;
  std::vector<std::unique_ptr<RemoteLoop>> remote_loops_;  // by index; none at 0
  const std::size_t undelivered_bytes_max_;
  std::atomic<bool> congested_{false};  // a loop does not keep up with the hub
  bool draining_commands_ = false;
  net::LoopTimer timer_;
  net::LoopTimer publish_timer_;
};

}  // namespace visavis::services
