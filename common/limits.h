// Every limit of the servers, once, with its unit in its name. What a flag can
// change says so. `docs/limits.md` lists them for readers.
#ifndef STEPKV_COMMON_LIMITS_H_
#define STEPKV_COMMON_LIMITS_H_

#include <chrono>
#include <cstddef>

namespace stepkv {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;
inline constexpr std::size_t kGiB = 1024 * kMiB;

// What one request may hold. The defaults are Redis's.
struct RequestLimits {
  // A line of either dialect, counted up to its LF; also the line that holds
  // a RESP count or length.
  std::size_t line_bytes = 64 * kKiB;
  // Arguments of one request, the command's name included.
  std::size_t arguments = 1024 * 1024;
  // One RESP bulk string (an argument), and one value in the table.
  std::size_t bulk_bytes = 512 * kMiB;
  // One whole request as it arrives; its memory grows with what has arrived.
  std::size_t request_bytes = kGiB;
};

inline constexpr RequestLimits kDefaultRequestLimits;

// The largest value: what APPEND may grow a value to.
inline constexpr std::size_t kMaxValueBytes = kDefaultRequestLimits.bulk_bytes;

// What one read(2) asks for at least, and at most.
inline constexpr std::size_t kReadBytes = 16 * kKiB;
inline constexpr std::size_t kMaxReadBytes = kMiB;

// Replies gathered for one client before they must be written: no further
// request of that client is run while more than this waits. A client that does
// not read therefore holds at most this and one reply.
inline constexpr std::size_t kMaxPendingReplyBytes = 64 * kKiB;

// One reply (an MGET can ask for the same large value many times).
inline constexpr std::size_t kMaxReplyBytes = kGiB;

// Clients served at once (--max-clients).
inline constexpr int kDefaultMaxClients = 10000;

// Connections that wait to be accepted; the kernel caps it at
// net.core.somaxconn.
inline constexpr int kListenBacklog = 511;

// From the first SIGTERM or SIGINT to the end, for clients that do not read.
inline constexpr std::chrono::milliseconds kShutdownGrace{3000};

// After a protocol error: how long, and for how many bytes, we go on reading
// what we throw away, so that the error message is not lost to a reset.
inline constexpr std::chrono::milliseconds kLingerTime{1000};
inline constexpr std::size_t kMaxLingerBytes = 16 * kMiB;

}  // namespace stepkv

#endif  // STEPKV_COMMON_LIMITS_H_
