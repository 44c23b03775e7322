// Runs the signaling hub on loop 0: feeds it what the WebSockets of all loops receive, carries its
// commands back, arms its timer.
//
// Other loops exchange batches with loop 0, one per round and direction; with one loop there is no
// hop.
//
// The hub works in rounds of at most Limits::hub_round_max, so that the sockets and timers of loop
// 0 never wait for longer. Within a round input is applied as it comes. What is left then waits in
// a FairQueue, is served by shares in the next rounds, and whoever sent it is not read until it has
// been: TCP makes them wait, and nobody else.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/signaling/hub.h"
#include "server/net/counters.h"
#include "server/net/loop_timer.h"
#include "server/net/mailbox.h"
#include "server/net/server.h"
#include "server/net/websocket_handler.h"
#include "server/services/fair_queue.h"
#include "server/services/input_account.h"

namespace visavis::services {

class SignalingService : public net::WebSocketHandler {
 public:
  // Gets the hub's numbers on loop 0, soon after they have changed.
  using Publish = std::function<void(const signaling::Counters&, const signaling::Gauges&)>;
  // Is told on loop 0 which calls, and whose parts in them, the relay need not serve any more.
  using EndRelay = std::function<void(const signaling::EndRelay&)>;

  // Is told on loop 0 what the next life of the server must know of this one's rooms.
  using TellRooms = std::function<void(const signaling::RoomsWithRules&)>;

  // Output on its way from the hub to one other loop; beyond it no loop reads messages until that
  // one has caught up.
  static constexpr std::size_t kUndeliveredBytesMax = std::size_t{64} * 1024 * 1024;

  // To be made before server.run(), and to outlive it, as must `random`.
  SignalingService(net::Server& server, signaling::HubOptions options, Random& random,
                   Publish publish, EndRelay end_relay, TellRooms tell_rooms = {},
                   std::size_t undelivered_bytes_max = kUndeliveredBytesMax);
  ~SignalingService() override;

  // For the log; told on loop 0.
  struct Reports {
    std::function<void(const signaling::ClientRefused&, const IpAddress& client, net::Via via)>
        refused;
    std::function<void(const signaling::CallOver&)> call_over;
  };
  // Before server.run(). The hub tells nothing unless HubOptions::reports is set.
  void set_reports(Reports reports) { reports_ = std::move(reports); }

  // On loop 0: tells everybody to come back later, and closes their WebSockets.
  void drain();

  void on_open(net::WebSocketId id, const net::WebSocketOrigin& origin) override;
  void on_message(net::WebSocketId id, std::string_view text) override;
  void on_refused(net::WebSocketId id, net::MessageRefusal refusal) override;
  void on_closed(net::WebSocketId id, net::WebSocketEnd end) override;
  std::size_t input_bytes_max(net::WebSocketId id) override;

  // What the hub's rounds count, all of it from loop 0. Thread-safe.
  struct RoundCounters {
    net::Histogram rounds;       // how long the hub worked in one round
    net::Counter input_queued;   // messages that had to wait for another round
    net::Counter input_waiting;  // a gauge: those that wait now
  };
  const RoundCounters& round_counters() const { return round_counters_; }
  // WebSockets that were not read for a while because too much of theirs waited. Thread-safe.
  std::uint64_t inputs_paused() const;

 private:
  // Input waiting for the hub, of one loop; beyond it the loop stops reading.
  static constexpr std::size_t kBacklogBytesMax = std::size_t{8} * 1024 * 1024;
  // One WebSocket may have this part of what is left of it, so that many together never use it up,
  // between these bounds.
  static constexpr std::size_t kInputShare = 64;
  static constexpr std::size_t kInputBytesMin = 1'024;
  static constexpr std::size_t kInputBytesMax = 65'536;

  enum class EventKind : std::uint8_t { kOpen, kMessage, kRefused, kClosed };
  struct Event {
    EventKind kind;
    net::MessageRefusal refusal{};
    net::WebSocketEnd end{};
    bool over_tls = false;  // see net::WebSocketOrigin
  };
  // A WebSocket as the hub's loop knows it, until it is closed.
  struct Input {
    std::shared_ptr<InputAccount> account;
    IpAddress client;
    net::Via via = net::Via::kDirect;
  };
  struct Received {
    Event event;
    std::uint32_t text_bytes = 0;  // its part of the batch's text
    net::WebSocketId id;
  };
  // What one loop received in one round; the messages' texts stand one after the other.
  struct EventBatch {
    unsigned loop = 0;
    std::vector<Received> events;
    std::vector<Input> opened;  // one for each kOpen among the events
    std::string text;
  };
  // What the hub wants of one loop after one round.
  struct CommandBatch {
    std::vector<signaling::Command> commands;
    std::size_t bytes = 0;  // a frame that several receivers share counts for each
  };

  struct Loop {
    // Of that loop's thread.
    std::unordered_map<net::WebSocketId, std::shared_ptr<InputAccount>> inputs;
    EventBatch received;
    net::Counter inputs_paused;
    // Shared: all its input that waits for the hub.
    InputAccount backlog;
    std::atomic<std::size_t> undelivered{0};  // bytes of batches posted and not yet executed
    // Of loop 0's thread.
    CommandBatch wanted;
    std::unique_ptr<net::Mailbox<CommandBatch>> mailbox;  // none of loop 0 itself
  };

  void connect_loop(unsigned index);
  static std::size_t bytes_of(std::size_t text_bytes) { return sizeof(Received) + text_bytes; }
  void submit(net::WebSocketId id, const Event& event, std::string_view text);
  InputAccount* account_of(net::WebSocketId id);  // null for one that is closed
  void send_received(unsigned loop);

  // --- On loop 0.
  void take_batch(EventBatch& batch);
  bool may_apply_at_once() const;
  void enqueue(net::WebSocketId id, const Input& input, const Event& event, std::string_view text);
  void serve_queue();
  void count_handled(net::WebSocketId id, InputAccount& account, std::size_t bytes);
  void count_handled(unsigned loop, std::size_t bytes);
  void apply(net::WebSocketId id, const Event& event, std::string_view text, Instant now);
  // Lets the hub do `work(now)` and carries out what it wants. Returns when it was done, which was
  // charged to the round.
  template <typename Work>
  Instant run_hub(Instant start, Work work);
  void drain_commands();
  void tell(const signaling::Report& report);
  // Does it, or leaves it for the loop that it is for.
  void dispatch(signaling::Command command);
  void forget_input(net::WebSocketId id);
  void tell_wall_time();
  void end_hub_round();
  void on_timer();

  // --- On the loop of the batch.
  void deliver(unsigned loop, const CommandBatch& batch);
  void execute(unsigned loop, const signaling::Command& command);

  void resume_reading(unsigned loop);

  net::Server& server_;
  const Duration round_max_;
  signaling::Hub hub_;
  Publish publish_;
  EndRelay end_relay_;
  TellRooms tell_rooms_;
  Reports reports_;
  net::Mailbox<EventBatch> inbox_;
  std::vector<std::unique_ptr<Loop>> loops_;
  const std::size_t undelivered_bytes_max_;
  std::atomic<bool> congested_{false};  // a loop does not keep up with the hub

  // Of loop 0's thread.
  std::unordered_map<net::WebSocketId, Input> inputs_;
  FairQueue queue_;
  Duration round_used_{0};
  bool round_is_empty_ = true;
  bool serve_posted_ = false;
  bool hub_is_running_ = false;
  RoundCounters round_counters_;
  net::LoopTimer timer_;
  net::LoopTimer publish_timer_;
};

}  // namespace visavis::services
