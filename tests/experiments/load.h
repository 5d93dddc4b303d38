// Several clients at once, each in a thread of its own, each noting what it
// sent and heard and in which order among all of them.
#ifndef STEPKV_TESTS_EXPERIMENTS_LOAD_H_
#define STEPKV_TESTS_EXPERIMENTS_LOAD_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/server_process.h"
#include "tests/support/tcp_client.h"

namespace stepkv::testing {

// One request and its answer, as its client saw them.
struct Exchange {
  std::size_t client = 0;
  std::uint64_t sent_at = 0;  // places in the order of all events
  std::uint64_t heard_at = 0;
  std::string request;
  std::string answer;  // empty: none came
};

// Sends what `requests(client)` returns for each of `clients` clients, in
// batches of `batch` without waiting, all clients at the same time. Returns all
// exchanges in the order of their answers.
std::vector<Exchange> RunLoad(
    ServerProcess& server, std::size_t clients, std::size_t batch,
    const std::function<std::vector<std::string>(std::size_t)>& requests);

// How many of them were not answered.
std::size_t Unanswered(const std::vector<Exchange>& exchanges);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_EXPERIMENTS_LOAD_H_
