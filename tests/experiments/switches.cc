// How often the server's threads are switched for one request: once for the
// socket, which PING costs as well, and whatever the store adds.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/experiments/experiment.h"
#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kRounds = 9;
constexpr std::size_t kRequestsPerRound = 200;

// A request is either handed over or it is not: half of one is noise.
constexpr double kHandOver = 0.5;

std::string PerRequest(double switches) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", switches);
  return text;
}

// The switches of a request, over `kRequestsPerRound` of them, one at a time.
double Round(ServerProcess& server, Client& client, const std::string& request,
             Lanes& lanes) {
  AwaitSleep(server);
  lanes.Sent(0, request + ", " + std::to_string(kRequestsPerRound) +
                    " times, one by one");
  std::uint64_t before = ContextSwitches(server.pid());
  for (std::size_t i = 0; i < kRequestsPerRound; ++i) {
    client.socket().Send(request + "\n");
    client.socket().ReadLine();
  }
  AwaitSleep(server);
  std::uint64_t switches = ContextSwitches(server.pid()) - before;
  lanes.Happened(1, std::to_string(switches) + " switches");
  lanes.Received(0, "all answered");
  return static_cast<double>(switches) / kRequestsPerRound;
}

// The middle one: a round in which the machine was busy elsewhere is not it.
double Median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

Outcome Judge(double ping, double get) {
  double beyond = get - ping;
  std::string evidence = PerRequest(get) + " switches for a GET, " +
                         PerRequest(ping) + " for a PING";
  if (beyond < kHandOver) {
    return {{{"switches", Verdict::kOk, evidence}},
            0,
            "The thread that reads a request also runs it. It goes to sleep "
            "once for each request, to wait for the next, and would do so "
            "without any data: PING costs the same."};
  }
  return {{{"switches", Verdict::kRed, evidence}},
          1,
          "PING is answered by the thread that read it; the one switch is "
          "its wait for the next request. A GET goes to another thread, which "
          "has to be woken for it and goes to sleep after it, while the "
          "client's own thread sleeps until the answer is there. That is what "
          "a hand-over costs, each way."};
}

Outcome Run(Subject& subject, Lanes& lanes) {
  if (!subject.ServesSeveral()) {
    return {{{"switches", Verdict::kNoQuestion, "there is one thread"}},
            2,
            "This server has one thread and nobody to hand a request to."};
  }
  lanes.SetNames({"A", "the server's threads"});
  ServerProcess server = subject.Start();
  Client a(server, lanes, 0);
  a.Ask("PING");
  a.Ask("GET key");
  std::vector<double> ping;
  std::vector<double> get;
  for (std::size_t round = 0; round < kRounds; ++round) {
    ping.push_back(Round(server, a, "PING", lanes));
    get.push_back(Round(server, a, "GET key", lanes));
  }
  return Judge(Median(ping), Median(get));
}

}  // namespace

const Experiment kSwitches = {
    "switches",
    "03_store_thread",
    {{"switches",
      "context switches of all the server's threads, for "
      "a GET and for a PING, which needs no data; RED: a GET needs "
      "more of them"}},
    "One client sends 200 PINGs, each after the answer to the one before, "
    "then 200 GETs, and so on. For which of them does the processor have to "
    "switch between the server's threads more often?",
    {"both the same: once for each request", "a GET costs more switches",
     "there is nobody to switch to"},
    Run};

}  // namespace stepkv::testing
