// A concurrent history: what every client asked, when, and what it was told.
#ifndef STEPKV_TESTS_LINEARIZABILITY_HISTORY_H_
#define STEPKV_TESTS_LINEARIZABILITY_HISTORY_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace stepkv::testing {

// The response time of an operation whose reply never came.
inline constexpr std::int64_t kNeverNs =
    std::numeric_limits<std::int64_t>::max();

// One request and its reply. It took effect, if it did, at some moment from
// `invoked_ns` to `responded_ns`, both included; all times of a history are of
// one clock. An operation that is pending may have taken effect or not.
struct Operation {
  int client = 0;
  std::vector<std::string> words;        // the request
  std::int64_t invoked_ns = 0;           // before its first byte was sent
  std::int64_t responded_ns = kNeverNs;  // after its reply was read
  std::string reply;                     // raw RESP2; empty while pending

  bool pending() const { return responded_ns == kNeverNs; }
};

// In any order between clients; the operations of one client stand in the
// order in which it sent them. A client may send before it has read (it may
// pipeline); it is served in the order in which it sent.
using History = std::vector<Operation>;

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_HISTORY_H_
