// Clients that MSET the same keys in opposite orders. Do they end, and with
// one of the two values everywhere?
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/experiments/experiment.h"
#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kClients = 2;
constexpr std::size_t kRequests = 2000;  // of each client, in a round
constexpr std::size_t kRounds = 20;

// A sets x, then y; B sets y, then x.
std::string Request(std::size_t client, const std::string& value) {
  return client == 0 ? "MSET x " + value + " y " + value
                     : "MSET y " + value + " x " + value;
}

void SendAll(TcpClient& socket, std::size_t client, std::size_t round) {
  std::string requests;
  for (std::size_t i = 0; i < kRequests; ++i) {
    std::string value =
        Numbered(client == 0 ? "a" : "b", round * kRequests + i);
    requests += Request(client, value) + "\n";
  }
  socket.Send(requests);
}

// How many of its answers arrive before the server sleeps.
std::size_t HearAll(ServerProcess& server, TcpClient& socket) {
  std::size_t heard = 0;
  while (heard < kRequests && Answered(server, socket) &&
         socket.ReadLine() == "OK\n") {
    ++heard;
  }
  return heard;
}

std::string SaidByServer(const ServerProcess& server) {
  std::string text = server.Errors();
  return text.empty() ? "The server itself did not notice.\n"
                      : "The server said:\n" + text;
}

Outcome Stuck(const ServerProcess& server, std::size_t missing) {
  return {{{"crossed", Verdict::kRed,
            "deadlock, " + Count(missing, "request") + " unanswered"}},
          1,
          "A holds what B waits for and B holds what A waits for: neither "
          "will ever move, and whoever needs one of the two keys waits with "
          "them. " +
              SaidByServer(server)};
}

Outcome Judge(const std::string& last) {
  if (last.substr(0, last.find(' ')) == last.substr(last.find(' ') + 1)) {
    return {{{"crossed", Verdict::kOk, "all answered, and x equals y"}},
            0,
            "Each MSET had both keys to itself, whatever the order in which "
            "it named them; the last one is what both keys hold."};
  }
  return {{{"crossed", Verdict::kRed, "x and y ended as " + last}},
          2,
          "Every MSET wrote one value to both keys, and yet they differ: two "
          "MSETs went past each other, and each won one key."};
}

Outcome Run(Subject& subject, Lanes& lanes) {
  if (!subject.KnowsCommands()) {
    return {{{"crossed", Verdict::kNoQuestion, "there is no data"}},
            3,
            "This server has no keys."};
  }
  lanes.SetNames({"A", "B"});
  ServerProcess server = subject.Start();
  std::vector<TcpClient> clients;
  for (std::size_t i = 0; i < kClients; ++i)
    clients.emplace_back(server.port());
  std::string last = "? ?";
  for (std::size_t round = 0; round < subject.Tries(kRounds); ++round) {
    for (std::size_t i = 0; i < kClients; ++i) SendAll(clients[i], i, round);
    std::size_t heard[kClients];
    for (std::size_t i = 0; i < kClients; ++i) {
      heard[i] = HearAll(server, clients[i]);
    }
    bool stuck = heard[0] + heard[1] < kClients * kRequests;
    if (stuck || round == 0) {
      lanes.Sent(0, "MSET x a.. y a.., 2000 times");
      lanes.Sent(1, "MSET y b.. x b.., 2000 times");
      for (std::size_t i = 0; i < kClients; ++i) {
        lanes.Received(i, Count(heard[i], "answer"));
        if (heard[i] < kRequests) lanes.Sent(i, "no answer; the server sleeps");
      }
    }
    if (stuck) return Stuck(server, kClients * kRequests - heard[0] - heard[1]);
    clients[0].Send("MGET x y\n");
    last = clients[0].ReadLine();
    last.pop_back();
    if (Judge(last).findings[0].verdict == Verdict::kRed) break;
  }
  lanes.Sent(0, "MGET x y");
  lanes.Received(0, last);
  return Judge(last);
}

}  // namespace

const Experiment kCrossed = {
    "crossed",
    "05_sharded_store",
    {{"crossed",
      "A sends MSET x y and B sends MSET y x, thousands of times; "
      "RED: they wait for each other, or end with two values"}},
    "A sends MSET x .. y .., and B sends MSET y .. x .., thousands of times, "
    "at the same time. How does it end?",
    {"all are answered, and x equals y at the end",
     "A and B wait for each other for ever",
     "all are answered, and x and y differ", "there is no data"},
    Run};

}  // namespace stepkv::testing
