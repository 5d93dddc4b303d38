// Two clients MSET three keys to one value, two clients MGET them. Does a
// reader ever see some keys from before and some from after?
#include <algorithm>
#include <string>
#include <vector>

#include "tests/experiments/experiment.h"
#include "tests/experiments/load.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kWriters = 2;
constexpr std::size_t kClients = 4;
constexpr std::size_t kRequests = 4000;  // of each client, in a round
// So long that the threads of several clients are at work at the same time.
constexpr std::size_t kBatch = 400;
constexpr std::size_t kRounds = 5;  // one with a torn answer is the last

constexpr char kRead[] = "MGET k1 k2 k3";

std::string Write(const std::string& value) {
  return "MSET k1 " + value + " k2 " + value + " k3 " + value;
}

std::vector<std::string> Requests(std::size_t round, std::size_t client) {
  if (client >= kWriters) return std::vector<std::string>(kRequests, kRead);
  std::vector<std::string> writes;
  for (std::size_t i = 0; i < kRequests; ++i) {
    writes.push_back(Write(
        Numbered(client == 0 ? "a" : "b", (round * kRequests + i) % 1000)));
  }
  return writes;
}

// Of the three values in `answer`, whether any differs from the first.
bool IsTorn(const std::string& answer) {
  std::string first = answer.substr(0, answer.find(' '));
  return answer != first + " " + first + " " + first;
}

// The torn answer, and what the writers were about meanwhile.
void Draw(const std::vector<Exchange>& exchanges, const Exchange& shown,
          Lanes& lanes) {
  lanes.Sent(shown.client, "MGET k1..k3");
  for (std::size_t writer = 0; writer < kWriters; ++writer) {
    auto first = std::ranges::find_if(exchanges, [&](const Exchange& each) {
      return each.client == writer && each.heard_at > shown.sent_at;
    });
    if (first == exchanges.end() || first->sent_at > shown.heard_at) continue;
    std::string value = first->request.substr(first->request.rfind(' ') + 1);
    lanes.Sent(writer, "MSET k1..k3 " + value + "...");
  }
  lanes.Received(shown.client, shown.answer);
}

const Exchange& LastRead(const std::vector<Exchange>& exchanges) {
  auto last = exchanges.end() - 1;
  while (last->client < kWriters) --last;
  return *last;
}

Outcome Judge(const Exchange* torn, std::size_t torn_count, std::size_t reads) {
  std::string evidence = std::to_string(torn_count) + " of " +
                         std::to_string(reads) + " MGETs torn";
  if (torn_count == 0) {
    return {{{"torn", Verdict::kOk, evidence}},
            0,
            "Every MGET saw all three keys as one MSET had left them: a "
            "command on several keys is one indivisible act here."};
  }
  return {{{"torn", Verdict::kRed, evidence + ", such as " + torn->answer}},
          1,
          "Every MSET writes one value to all three keys, so an MGET should "
          "see three equal values, whatever the order. This one saw:\n  " +
              torn->answer +
              "\nIt came to some keys before an MSET and to others after it."};
}

Outcome Run(Subject& subject, Lanes& lanes) {
  if (!subject.KnowsCommands()) {
    return {{{"torn", Verdict::kNoQuestion, "there is no data"}},
            2,
            "This server has no data that could be torn."};
  }
  lanes.SetNames({"A", "B", "C", "D"});
  ServerProcess server = subject.Start();
  TcpClient starter(server.port());
  starter.Send(Write("first") + "\n");
  starter.ReadLine();
  std::size_t reads = 0;
  std::size_t torn_count = 0;
  const Exchange* torn = nullptr;
  std::vector<Exchange> exchanges;
  for (std::size_t round = 0; round < subject.Tries(kRounds) && torn == nullptr;
       ++round) {
    exchanges = RunLoad(server, kClients, kBatch, [round](std::size_t client) {
      return Requests(round, client);
    });
    if (std::size_t lost = Unanswered(exchanges); lost > 0) {
      return {{{"torn", Verdict::kRed, Count(lost, "request") + " unanswered"}},
              1,
              "The server did not answer any more:\n" + server.Errors()};
    }
    for (const Exchange& each : exchanges) {
      if (each.client < kWriters) continue;
      ++reads;
      if (!IsTorn(each.answer)) continue;
      ++torn_count;
      if (torn == nullptr) torn = &each;
    }
  }
  Draw(exchanges, torn != nullptr ? *torn : LastRead(exchanges), lanes);
  return Judge(torn, torn_count, reads);
}

}  // namespace

const Experiment kTorn = {
    "torn",
    "05_sharded_store",
    {{"torn",
      "two clients MSET three keys to one value, two MGET them; RED: an "
      "answer mixes two MSETs"}},
    "A and B send MSET of three keys, each time with one value for all three; "
    "C "
    "and D send MGET of the three. Does an answer ever hold two values?",
    {"never", "yes", "there is no data"},
    Run};

}  // namespace stepkv::testing
