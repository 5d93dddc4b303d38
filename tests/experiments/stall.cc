// One command takes long. Who else has to wait for it?
#include <poll.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/experiments/experiment.h"
#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kA = 0;
constexpr std::size_t kKeys = 1;
constexpr std::size_t kPings = 2;

// So many, since some of them may share a shard or a loop with A.
constexpr std::size_t kClientsPerKind = 16;

// Long enough for the others to be served meanwhile; longer, if it was not.
constexpr std::size_t kSleepSeconds = 2;
constexpr std::size_t kMostSleepSeconds = 16;

// What the server wrote before it went to sleep is here at once.
constexpr std::chrono::milliseconds kAtOnce{1};

struct Waiting {
  std::size_t lane;
  TcpClient client;
  bool answered = false;
};

std::vector<Waiting> Crowd(const ServerProcess& server) {
  std::vector<Waiting> crowd;
  for (std::size_t i = 0; i < kClientsPerKind; ++i) {
    crowd.push_back({kKeys, TcpClient(server.port())});
    crowd.push_back({kPings, TcpClient(server.port())});
  }
  for (Waiting& waiting : crowd) {  // connected, accepted and served
    waiting.client.Send("PING\n");
    waiting.client.ReadLine();
  }
  return crowd;
}

// Returns once A sleeps inside the server, with what it holds. The server's
// own log says that it has A's command; then it comes to rest.
void StartToSleep(ServerProcess& server, Client& a, std::size_t seconds) {
  a.Say("DEBUG SLEEP " + std::to_string(seconds) + " slow");
  while (server.Running() &&
         server.Output().find("Received: DEBUG SLEEP") == std::string::npos) {
    ::poll(nullptr, 0, 1);
  }
  AwaitSleep(server);
}

// Takes the answers that are there once the server has dealt with all of the
// requests that it can deal with. False: A is awake by then.
bool HearWhileASleeps(ServerProcess& server, Client& a,
                      std::vector<Waiting>& crowd) {
  for (Waiting& waiting : crowd) AwaitDelivery(waiting.client);
  AwaitSleep(server);
  for (Waiting& waiting : crowd) {
    waiting.answered = waiting.client.Readable(kAtOnce);
    if (waiting.answered) waiting.client.ReadLine();
  }
  return !a.socket().Readable(kAtOnce);
}

std::size_t AnsweredIn(const std::vector<Waiting>& crowd, std::size_t lane) {
  std::size_t answered = 0;
  for (const Waiting& waiting : crowd) {
    answered += waiting.lane == lane && waiting.answered;
  }
  return answered;
}

Finding Judge(const char* row, std::size_t answered) {
  std::string evidence = std::to_string(answered) + " of " +
                         std::to_string(kClientsPerKind) +
                         " answered while A slept";
  // Some, but not all: those who shared something with A had to wait.
  if (answered > 0 && answered < kClientsPerKind) evidence += " (in part)";
  return {row, answered > 0 ? Verdict::kOk : Verdict::kRed, evidence};
}

std::string Explain(const Finding& key, const Finding& ping) {
  std::string text =
      "DEBUG SLEEP holds what a command on its key holds, and takes its time. ";
  if (ping.verdict == Verdict::kRed) {
    return text +
           "Here a single thread serves all clients, so everybody waited for "
           "it, those who wanted no data at all included.";
  }
  text += key.verdict == Verdict::kRed
              ? "The other keys' clients waited although they wanted nothing "
                "of A's: whoever runs commands here runs one at a time, "
                "whatever the key. "
              : "The other keys' clients went on: what A held is not what "
                "they needed. ";
  return text + "PING needs no data, and somebody was free to answer it.";
}

// A has its answer before those that are still missing.
void HearTheRest(Client& a, std::vector<Waiting>& crowd, Lanes& lanes) {
  a.Hear();
  std::size_t late[] = {0, 0, 0};
  for (Waiting& waiting : crowd) {
    if (waiting.answered) continue;
    late[waiting.lane] += !waiting.client.ReadLine().empty();
  }
  for (std::size_t lane : {kKeys, kPings}) {
    if (late[lane] > 0) lanes.Received(lane, Count(late[lane], "answer"));
  }
}

Outcome Conclude(Client& a, std::vector<Waiting>& crowd, Lanes& lanes) {
  std::size_t keys = AnsweredIn(crowd, kKeys);
  std::size_t pings = AnsweredIn(crowd, kPings);
  if (keys > 0) lanes.Received(kKeys, Count(keys, "answer"));
  if (pings > 0) lanes.Received(kPings, Count(pings, "answer"));
  if (keys + pings == crowd.size()) {
    lanes.Happened(kA, "is still asleep");
  } else {
    HearTheRest(a, crowd, lanes);
  }
  Finding key = Judge("stall-key", keys);
  Finding ping = Judge("stall-ping", pings);
  std::size_t choice = (key.verdict == Verdict::kRed ? 1u : 0u) +
                       (ping.verdict == Verdict::kRed ? 1u : 0u);
  return {{key, ping}, choice, Explain(key, ping)};
}

// nullopt: A awoke too soon.
std::optional<Outcome> Try(Subject& subject, Lanes& lanes,
                           std::size_t seconds) {
  std::vector<std::string> arguments{"--lab", "--verbose"};
  if (subject.HasOption("--threads"))
    arguments.insert(arguments.end(), {"--threads", "2"});
  ServerProcess server = subject.Start(arguments);
  Client a(server, lanes, kA);
  std::vector<Waiting> crowd = Crowd(server);
  StartToSleep(server, a, seconds);
  lanes.Happened(kA, "sleeps in the server");
  for (std::size_t i = 0; i < crowd.size(); ++i) {
    crowd[i].client.Send(
        crowd[i].lane == kPings ? "PING\n" : Numbered("GET other-", i) + "\n");
  }
  lanes.Sent(kKeys, "GET other-...");
  lanes.Sent(kPings, "PING");
  if (!HearWhileASleeps(server, a, crowd)) {
    lanes.Happened(kA, "awoke too soon: again");
    return std::nullopt;
  }
  return Conclude(a, crowd, lanes);
}

Outcome Run(Subject& subject, Lanes& lanes) {
  if (!subject.KnowsCommands()) {
    return {{{"stall-key", Verdict::kNoQuestion, "there are no commands"},
             {"stall-ping", Verdict::kNoQuestion, "there are no commands"}},
            3,
            "This server only echoes lines: none of them can take long."};
  }
  lanes.SetNames({"A", "16 clients, other keys", "16 clients, PING"});
  for (std::size_t seconds = kSleepSeconds; seconds <= kMostSleepSeconds;
       seconds *= 2) {
    if (std::optional<Outcome> outcome = Try(subject, lanes, seconds))
      return *outcome;
  }
  throw std::runtime_error("the server is too slow to be caught asleep");
}

}  // namespace

const Experiment kStall = {
    "stall",
    "04_mutex_store",
    {{"stall-key",
      "a slow command on one key, and clients that GET other "
      "keys; RED: they are answered only after it"},
     {"stall-ping",
      "a slow command, and clients that PING; RED: they are "
      "answered only after it"}},
    "A sends a command on the key 'slow' that takes two seconds. Meanwhile "
    "others GET other keys, and others PING. Who is answered before A?",
    {"both", "only those who PING", "nobody", "there is no slow command"},
    Run};

}  // namespace stepkv::testing
