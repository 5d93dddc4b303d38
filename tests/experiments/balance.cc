// What SO_REUSEPORT balances: connections are dealt out when they are made,
// whatever they do afterwards.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/experiments/experiment.h"
#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kConnections = 32;
constexpr std::size_t kRequests = 200;  // of each busy connection

using Switches = std::map<pid_t, std::uint64_t>;

Switches Now(ServerProcess& server) {
  AwaitSleep(server);
  Switches switches;
  for (const ThreadState& thread : ThreadStates(server.pid())) {
    switches[thread.id] = thread.switches;
  }
  return switches;
}

// The thread that went to sleep most often since `before`.
pid_t BusiestSince(ServerProcess& server, Switches before) {
  Switches now = Now(server);
  return std::ranges::max_element(now, {},
                                  [&](const auto& entry) {
                                    return entry.second - before[entry.first];
                                  })
      ->first;
}

void Ping(TcpClient& client, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    client.Send("PING\n");
    client.ReadLine();
  }
}

// Which thread serves each connection: the one that wakes when it asks.
std::map<pid_t, std::vector<std::size_t>> Deal(
    ServerProcess& server, std::vector<TcpClient>& connections) {
  constexpr std::size_t kEnough = 10;
  std::map<pid_t, std::vector<std::size_t>> dealt;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    Switches before = Now(server);
    Ping(connections[i], kEnough);
    dealt[BusiestSince(server, before)].push_back(i);
  }
  return dealt;
}

Outcome Run(Subject& subject, Lanes& lanes) {
  if (!subject.HasOption("--threads")) {
    return {{{"balance", Verdict::kNoQuestion, "there are no loops to choose"}},
            2,
            "This server has no several loops among which connections could "
            "be dealt out."};
  }
  ServerProcess server = subject.Start({"--threads", "2"});
  std::vector<TcpClient> connections;
  for (std::size_t i = 0; i < kConnections; ++i) {
    connections.emplace_back(server.port());
    Ping(connections.back(), 1);
  }
  auto dealt = Deal(server, connections);
  std::vector<std::string> names;
  std::string split;
  for (const auto& [thread, own] : dealt) {
    names.push_back("thread " + std::to_string(names.size() + 1));
    split += (split.empty() ? "" : " and ") + std::to_string(own.size());
  }
  lanes.SetNames(names);
  std::size_t lane = 0;
  for (const auto& [thread, own] : dealt) {
    lanes.Happened(lane++, Count(own.size(), "connection"));
  }
  // The clients of one thread get busy; the others stay connected, idle.
  const std::vector<std::size_t>& busy = dealt.begin()->second;
  Switches before = Now(server);
  for (std::size_t connection : busy) Ping(connections[connection], kRequests);
  Switches after = Now(server);
  lane = 0;
  std::uint64_t elsewhere = 0;
  for (const auto& [thread, own] : dealt) {
    std::uint64_t woken = after[thread] - before[thread];
    lanes.Happened(lane++, "woken " + std::to_string(woken) + " times");
    if (thread != dealt.begin()->first) elsewhere += woken;
  }
  std::uint64_t all = busy.size() * kRequests;
  std::string evidence = Count(kConnections, "connection") + " dealt out as " +
                         split + "; of " + std::to_string(all) +
                         " requests the idle loops took " +
                         std::to_string(elsewhere);
  bool moved = elsewhere > all / 10;
  return {{{"balance", moved ? Verdict::kOk : Verdict::kRed, evidence}},
          moved ? std::size_t{0} : std::size_t{1},
          "The kernel chooses a loop for each connection from a hash of its "
          "addresses and ports, when it is made, and never again. It deals "
          "out connections, about evenly if there are many; it knows nothing "
          "of the load that they will bring. Here the busy clients were all "
          "on one loop, and the other one slept."};
}

}  // namespace

const Experiment kBalance = {
    "balance",
    "07_loop_per_core",
    {{"balance",
      "32 connections, of which those on one loop get busy; RED: "
      "the other loops do not take a share of the work"}},
    "32 clients connect to a server with two loops. Then those that happen to "
    "be on one of the loops get busy, and the others stay idle. Who does the "
    "work?",
    {"both loops share it", "the one loop alone", "there are no loops"},
    Run};

}  // namespace stepkv::testing
