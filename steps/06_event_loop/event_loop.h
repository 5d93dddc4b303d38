// One thread serves every client: it waits in epoll_wait(2) for whichever
// socket is ready, and never in a call on one of them.
//
// A turn is what one client gets before the next: at most one read of
// kTurnReadBytes, kTurnRequests requests and one write. Whoever has more to do
// waits in a queue for the next turn.
//
// Backpressure: while replies wait for a client to read them, the loop reads
// nothing more of that client, and the kernel in turn stops the client from
// sending. It goes on where it stopped once they are taken.
//
// Owner: one thread makes it, runs it and destroys it.
#ifndef STEPKV_STEPS_06_EVENT_LOOP_EVENT_LOOP_H_
#define STEPKV_STEPS_06_EVENT_LOOP_EVENT_LOOP_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "common/byte_buffer.h"
#include "common/limits.h"
#include "common/listener.h"
#include "common/options.h"
#include "common/request_parser.h"
#include "common/session.h"
#include "common/socket.h"
#include "steps/06_event_loop/connection.h"

namespace stepkv {

inline constexpr std::size_t kTurnReadBytes = 256 * kKiB;
inline constexpr std::size_t kTurnRequests = 1024;
inline constexpr int kTurnAccepts = 64;

class EventLoop {
 public:
  // Runs at most kTurnRequests requests of a client; see Session::Run.
  using RunRequests = std::function<Session::Progress(Session&, RequestParser&,
                                                      ByteBuffer& output)>;

  // `clients`: how many there are, in all loops that share it, against
  // --max-clients. Throws std::system_error.
  EventLoop(const Options& options, Listener& listener, RunRequests run,
            std::atomic<int>& clients);

  // Returns once a stop has been asked for and every client has been seen off.
  void Run();

 private:
  using Clock = std::chrono::steady_clock;

  // Events.
  void Dispatch(std::uint32_t events, void* source);
  void AcceptClients();
  void AddClient(Descriptor socket);
  void OnReady(Connection& client, std::uint32_t events);
  template <typename Work>
  void EndOnNoMemory(Connection& client, Work work);
  void RunQueued();
  void Stop();

  // One client's turn.
  bool Read(Connection& client);
  void Answer(Connection& client);
  bool Write(Connection& client);
  void LendBuffers(Connection& client);
  void TakeBuffersBack(Connection& client);

  // States.
  bool HasClients() const;
  void MoveTo(Connections& list, Connection& client);
  void Linger(Connection& client);
  void Discard(Connection& client);
  void Close(Connection& client);

  // epoll and time.
  void Watch(int descriptor, void* source);
  void SetInterest(Connection& client, std::uint32_t events);
  void PauseListener(bool pause);
  int MillisecondsToWait() const;
  void EndOverdue();

  const Options& options_;
  Listener& listener_;
  const RunRequests run_;
  std::atomic<int>& clients_;
  Descriptor epoll_;

  // Each client stands in one of these, longest without activity first.
  Connections serving_;    // waits for its socket
  Connections queued_;     // has requests to run: waits for its turn
  Connections lingering_;  // answered with an error; what it sends is dropped

  // What every turn borrows.
  RequestParser::Memory input_;
  ByteBuffer output_;

  bool stopping_ = false;
  bool listener_paused_ = false;  // the system was short of something
  Clock::time_point now_;         // read once for each wake-up
  Clock::time_point listener_resumes_;
};

}  // namespace stepkv

#endif  // STEPKV_STEPS_06_EVENT_LOOP_EVENT_LOOP_H_
