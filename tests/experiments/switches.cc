// How often the server's threads go to sleep for one request: once for the
// socket, which PING costs as well, and whatever the store adds.
#include <cstdio>

#include "tests/experiments/experiment.h"
#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kRounds = 4;
constexpr std::size_t kRequestsPerRound = 250;
constexpr std::size_t kRequests = kRounds * kRequestsPerRound;

// A request is either handed over or it is not: half of one is noise.
constexpr double kHandOver = 0.5;

std::string PerRequest(std::uint64_t switches) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f",
                static_cast<double>(switches) / kRequests);
  return text;
}

// The switches of `kRequestsPerRound` requests, one at a time.
std::uint64_t Round(ServerProcess& server, Client& client,
                    const std::string& request, Lanes& lanes) {
  AwaitSleep(server);
  lanes.Sent(0, request + ", " + std::to_string(kRequestsPerRound) +
                    " times, one by one");
  std::uint64_t before = VoluntarySwitches(server.pid());
  for (std::size_t i = 0; i < kRequestsPerRound; ++i) {
    client.socket().Send(request + "\n");
    client.socket().ReadLine();
  }
  AwaitSleep(server);
  std::uint64_t switches = VoluntarySwitches(server.pid()) - before;
  lanes.Happened(1, std::to_string(switches) + " switches");
  lanes.Received(0, "all answered");
  return switches;
}

Outcome Judge(std::uint64_t ping, std::uint64_t get) {
  std::string evidence = PerRequest(get) + " switches for a GET, " +
                         PerRequest(ping) + " for a PING";
  double beyond = (static_cast<double>(get) - static_cast<double>(ping)) /
                  static_cast<double>(kRequests);
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
  std::uint64_t ping = 0;
  std::uint64_t get = 0;
  for (std::size_t round = 0; round < kRounds; ++round) {
    ping += Round(server, a, "PING", lanes);
    get += Round(server, a, "GET key", lanes);
  }
  return Judge(ping, get);
}

}  // namespace

const Experiment kSwitches = {
    "switches",
    "03_store_thread",
    {{"switches",
      "voluntary context switches of all the server's threads, for "
      "a GET and for a PING, which needs no data; RED: a GET needs "
      "more of them"}},
    "One client sends 1000 PINGs, each after the answer to the one before, "
    "then 1000 GETs. For which do the server's threads go to sleep, and have "
    "to be woken, more often?",
    {"both the same: once for each request", "a GET costs more switches",
     "there is nobody to switch to"},
    Run};

}  // namespace stepkv::testing
