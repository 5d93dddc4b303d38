// One connection of the load generator. It sends requests and compares every
// byte that comes back with the reply that was due.
//
// Used by one thread at a time; owns its socket. A wrong byte, an early end or
// a socket error throws Failure: the run has failed.
#ifndef STEPKV_BENCH_COMPARE_CLIENT_H_
#define STEPKV_BENCH_COMPARE_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare/corpus.h"
#include "common/socket.h"

namespace stepkv::bench {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// CLOCK_MONOTONIC.
std::int64_t NowNanoseconds();

class Client {
 public:
  // Connects to 127.0.0.1:port, blocking. receive_bytes: SO_RCVBUF, 0 for the
  // kernel's own choice. `number` names the client in error messages.
  Client(int number, std::uint16_t port, int receive_bytes = 0);
  // Its end resets the connection: nothing is left in TIME_WAIT.
  Client(Client&&) noexcept = default;

  int fd() const { return socket_.get(); }
  void SetNonBlocking();

  // Queues a request; `since` is the time from which its latency counts.
  void Ask(const Exchange& exchange, std::int64_t since);

  // Sends what is queued; on a non-blocking socket, what the kernel takes.
  void Flush();
  bool HasUnsent() const { return !unsent_.empty(); }

  // One read of at most scratch.size() bytes. Calls answered(since) for each
  // reply that has come whole.
  template <typename Answered>
  void Receive(std::span<char> scratch, Answered&& answered) {
    std::string_view bytes = Read(scratch);
    while (!bytes.empty()) {
      if (awaited_.empty()) FailUnasked(bytes);
      bytes.remove_prefix(Match(bytes));
      if (matched_ == awaited_.front().reply.size()) {
        std::int64_t since = awaited_.front().since;
        awaited_.pop_front();
        matched_ = 0;
        answered(since);
      }
    }
  }

  // Blocks until every queued request has been answered.
  void Settle(std::span<char> scratch);

  std::size_t outstanding() const { return awaited_.size(); }

 private:
  struct Awaited {
    std::string_view reply;
    std::int64_t since;
  };

  std::string_view Read(std::span<char> scratch);
  std::size_t Match(std::string_view bytes);
  [[noreturn]] void FailUnasked(std::string_view bytes) const;
  [[noreturn]] void FailDifferent(std::string_view bytes) const;
  [[noreturn]] void FailSystem(const char* call) const;

  int number_;
  Descriptor socket_;
  std::vector<std::string_view> unsent_;
  std::deque<Awaited> awaited_;
  std::size_t matched_ = 0;  // bytes of awaited_.front() that have come
};

}  // namespace stepkv::bench

#endif  // STEPKV_BENCH_COMPARE_CLIENT_H_
