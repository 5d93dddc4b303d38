// Accepts clients, whatever the kernel is short of.
//
// Owner: one thread at a time.
// Errors: a client that is gone before it is accepted is skipped. When
// descriptors have run out (accept(2): EMFILE, ENFILE) the client that waits
// is told so and closed, with the help of a descriptor held in reserve: left
// in the queue, it would keep the listener readable for ever.
#ifndef STEPKV_COMMON_LISTENER_H_
#define STEPKV_COMMON_LISTENER_H_

#include <optional>
#include <string>

#include "common/socket.h"

namespace stepkv {

class Listener {
 public:
  explicit Listener(Descriptor socket);

  // Waits for a client; its socket blocks. nullopt once a stop has been asked
  // for.
  std::optional<Descriptor> Accept();

  // For those who wait themselves. nullopt: no client now, or kExhausted.
  // `flags` as for accept4(2), SOCK_CLOEXEC apart, which is always set.
  enum class Outcome { kAccepted, kNobody, kExhausted };
  Outcome TryAccept(int flags, Descriptor* client);

  // After kExhausted, wait this long before the next try: memory or the
  // descriptors of the whole system are short, and the queue stays readable.
  static constexpr int kExhaustedWaitMs = 20;

  // Answers `-ERR max number of clients reached` and closes; the first time in
  // the life of the process, logs why.
  void Refuse(Descriptor client, const std::string& why);

  // No more clients: those who still wait are turned away by the kernel.
  void Close() { socket_.Close(); }

  int get() const { return socket_.get(); }

 private:
  void RefuseWithReserve();

  Descriptor socket_;
  Descriptor reserve_;
};

}  // namespace stepkv

#endif  // STEPKV_COMMON_LISTENER_H_
