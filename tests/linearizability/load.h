// Concurrent clients that record what they asked and what they were told.
#ifndef STEPKV_TESTS_LINEARIZABILITY_LOAD_H_
#define STEPKV_TESTS_LINEARIZABILITY_LOAD_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/linearizability/history.h"

namespace stepkv::testing {

// Which commands the clients send.
enum class Mix {
  kSingle,  // one key each: each key's history is checked by itself
  kMulti,   // many keys: MSET MGET MSETNX DEL EXISTS
  kTable,   // the same, and DBSIZE and FLUSHALL, which touch every key
};

std::string NameOf(Mix mix);

inline constexpr int kMaxKeys = 26;  // they are named a to z

struct Load {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  Mix mix = Mix::kSingle;
  int clients = 8;
  int operations = 500;  // of each client
  int keys = 3;
  int depth = 3;  // requests that a client sends, at most, before it reads
  std::uint64_t seed = 1;
  std::chrono::milliseconds patience{20'000};  // for one reply
};

struct Recording {
  History history;
  // Clients whose reply did not come: the connection ended, or patience did.
  // Their operations without one are pending in the history.
  std::vector<std::string> troubles;
};

// Deletes the keys (the whole table, for Mix::kTable), connects the clients and
// lets all of them go at once, a thread each. Returns when all have finished.
// Throws std::system_error when a connection is refused, std::runtime_error
// when the server does not let the keys be deleted.
Recording Run(const Load& load);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_LINEARIZABILITY_LOAD_H_
