// Many clients add one to the same number. Do they add up?
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <system_error>
#include <vector>

#include "tests/experiments/experiment.h"
#include "tests/experiments/load.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kClients = 4;
constexpr std::size_t kIncrements = 5000;  // of each client, in a round
// So long that the threads of several clients are at work at the same time.
constexpr std::size_t kBatch = 500;
constexpr std::size_t kRounds = 5;  // one that loses something is the last

// Two clients that were told the same number: one of the updates is lost.
struct Twins {
  const Exchange* first = nullptr;
  const Exchange* second = nullptr;
};

Twins FindTwins(const std::vector<Exchange>& exchanges) {
  std::map<std::string, const Exchange*> told;
  for (const Exchange& each : exchanges) {
    auto [earlier, fresh] = told.emplace(each.answer, &each);
    if (!fresh && !each.answer.empty()) return {earlier->second, &each};
  }
  return {};
}

void DrawTwins(const Twins& twins, Lanes& lanes) {
  bool first_asked = twins.first->sent_at < twins.second->sent_at;
  const Exchange* asked = first_asked ? twins.first : twins.second;
  const Exchange* then = first_asked ? twins.second : twins.first;
  bool overlap = then->sent_at < twins.first->heard_at;
  lanes.Happened(asked->client, "...");
  lanes.Sent(asked->client, "INCR n");
  if (overlap) lanes.Sent(then->client, "INCR n");
  lanes.Received(twins.first->client, twins.first->answer);
  if (!overlap) lanes.Sent(then->client, "INCR n");
  lanes.Received(twins.second->client, twins.second->answer);
}

void DrawFirst(const std::vector<Exchange>& exchanges, Lanes& lanes) {
  // From where the clients take turns.
  std::size_t begin = 0;
  while (begin + 9 < exchanges.size() &&
         exchanges[begin].client == exchanges[begin + 1].client) {
    ++begin;
  }
  for (std::size_t i = begin; i < begin + 8 && i < exchanges.size(); ++i) {
    lanes.Sent(exchanges[i].client, "INCR n");
    lanes.Received(exchanges[i].client, exchanges[i].answer);
  }
  for (std::size_t lane = 0; lane < kClients; ++lane) {
    lanes.Happened(lane, "... and so on");
  }
}

Outcome Died(ServerProcess& server) {
  bool ended = server.Wait(std::chrono::seconds(5)).has_value();
  return {
      {{"incr", Verdict::kRed, ended ? "the server died" : "the server hangs"}},
      2,
      "The server did not survive its clients. What it said:\n" +
          server.Errors()};
}

Outcome Judge(std::size_t expected, std::int64_t found) {
  std::int64_t lost = static_cast<std::int64_t>(expected) - found;
  std::string evidence = std::to_string(lost) + " of " +
                         std::to_string(expected) + " updates lost";
  if (lost == 0) {
    return {{{"incr", Verdict::kOk, evidence}},
            0,
            "Each INCR read the number, added one and stored the sum with "
            "nobody in between: no two clients were told the same number, and "
            "the sum is right."};
  }
  return {{{"incr", Verdict::kRed, evidence}},
          1,
          "INCR reads a number and stores another. Between the two a second "
          "client read the same number; both stored the same sum, and both "
          "were told so: two updates, and the number grew by one."};
}

// What the number has become; 0 when it is none any more.
std::int64_t FinalNumber(const ServerProcess& server) {
  TcpClient client(server.port());
  client.Send("GET n\n");
  return std::atoll(client.ReadLine().c_str());
}

Outcome Run(Subject& subject, Lanes& lanes) {
  if (!subject.KnowsCommands()) {
    return {{{"incr", Verdict::kNoQuestion, "there is no data"}},
            3,
            "This server has no data that could be lost."};
  }
  lanes.SetNames({"A", "B", "C", "D"});
  ServerProcess server = subject.Start();
  std::size_t expected = 0;
  std::int64_t found = 0;
  std::vector<Exchange> exchanges;
  try {
    for (std::size_t round = 0; round < subject.Tries(kRounds); ++round) {
      exchanges = RunLoad(server, kClients, kBatch, [](std::size_t) {
        return std::vector<std::string>(kIncrements, "INCR n");
      });
      if (Unanswered(exchanges) > 0) return Died(server);
      expected += kClients * kIncrements;
      found = FinalNumber(server);
      if (found != static_cast<std::int64_t>(expected)) break;
    }
  } catch (const std::system_error&) {  // connect: nobody is there any more
    return Died(server);
  }
  Twins twins = FindTwins(exchanges);
  twins.second != nullptr ? DrawTwins(twins, lanes)
                          : DrawFirst(exchanges, lanes);
  return Judge(expected, found);
}

}  // namespace

const Experiment kIncr = {
    "incr",
    "03_store_thread",
    {{"incr",
      "four clients INCR one key, thousands of times each; RED: the "
      "sum is too small"}},
    "Four clients send INCR n, thousands of times each, all at once. Is the "
    "number that they end with the number of INCRs that they sent?",
    {"yes", "no, it is smaller", "the server does not survive it",
     "there is no number"},
    Run};

}  // namespace stepkv::testing
