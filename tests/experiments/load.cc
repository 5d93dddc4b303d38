#include "tests/experiments/load.h"

#include <algorithm>
#include <latch>
#include <thread>
#include <utility>

namespace stepkv::testing {
namespace {

std::atomic<std::uint64_t> now{0};

// One batch: sends exchanges [begin, end) and hears them. False: the server is
// gone, or silent.
bool Converse(TcpClient& client, std::vector<Exchange>& exchanges,
              std::size_t begin, std::size_t end) {
  std::string lines;
  for (std::size_t i = begin; i < end; ++i) {
    exchanges[i].sent_at = ++now;
    lines += exchanges[i].request + "\n";
  }
  if (!client.Send(lines)) return false;
  for (std::size_t i = begin; i < end; ++i) {
    std::string answer = client.ReadLine();
    exchanges[i].heard_at = ++now;
    if (!answer.ends_with('\n')) return false;
    answer.pop_back();
    exchanges[i].answer = std::move(answer);
  }
  return true;
}

}  // namespace

std::vector<Exchange> RunLoad(
    ServerProcess& server, std::size_t clients, std::size_t batch,
    const std::function<std::vector<std::string>(std::size_t)>& requests) {
  std::vector<std::vector<Exchange>> per_client(clients);
  std::vector<TcpClient> sockets;
  for (std::size_t client = 0; client < clients; ++client) {
    for (std::string& request : requests(client)) {
      per_client[client].push_back({client, 0, 0, std::move(request), ""});
    }
    sockets.emplace_back(server.port());
  }
  std::latch start(static_cast<std::ptrdiff_t>(clients));
  std::vector<std::thread> threads;
  for (std::size_t client = 0; client < clients; ++client) {
    threads.emplace_back([&, client] {
      std::vector<Exchange>& own = per_client[client];
      start.arrive_and_wait();
      for (std::size_t i = 0; i < own.size(); i += batch) {
        if (!Converse(sockets[client], own, i, std::min(i + batch, own.size())))
          return;
      }
    });
  }
  std::vector<Exchange> all;
  for (std::size_t client = 0; client < clients; ++client) {
    threads[client].join();
    all.insert(all.end(), per_client[client].begin(), per_client[client].end());
  }
  std::ranges::stable_sort(all, {}, &Exchange::heard_at);
  return all;
}

std::size_t Unanswered(const std::vector<Exchange>& exchanges) {
  return static_cast<std::size_t>(std::ranges::count_if(
      exchanges, [](const Exchange& each) { return each.answer.empty(); }));
}

}  // namespace stepkv::testing
