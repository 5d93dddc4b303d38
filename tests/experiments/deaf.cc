// A client that asks for a lot and never reads: what it costs the others, and
// the server's memory.
#include "tests/experiments/deaf_client.h"
#include "tests/experiments/experiment.h"
#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kDeaf = 0;
constexpr std::size_t kB = 1;

// More than the deaf client's share of buffers, far less than it is owed.
constexpr std::size_t kAllowedMiB = 24;

std::string MiB(std::size_t bytes) {
  return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

Outcome Red(const std::string& evidence, std::size_t choice,
            const std::string& explanation) {
  return {{{"deaf", Verdict::kRed, evidence}}, choice, explanation};
}

Outcome Run(Subject& subject, Lanes& lanes) {
  bool knows_commands = subject.KnowsCommands();
  lanes.SetNames({"deaf", "B"});
  ServerProcess server = subject.Start();
  DeafClient deaf(server, knows_commands);
  lanes.Happened(kDeaf, "connects");
  AwaitSleep(server);
  std::size_t before = PeakMemoryBytes(server.pid());
  deaf.Ask();
  std::size_t grown = PeakMemoryBytes(server.pid()) - before;
  lanes.Sent(kDeaf, "asks for " + MiB(deaf.owed_bytes()) + ", reads nothing");
  lanes.Happened(kDeaf, "server's memory: +" + MiB(grown));
  if (!server.Running()) return Red("the server died", 2, server.Errors());
  Client b(server, lanes, kB);
  b.SayTag("hello-from-B");
  if (!b.IsAnswered(server)) {
    bool all = deaf.HearsAll();
    lanes.Received(kDeaf, all ? "reads it all, leaves" : "answers missing");
    b.HearsTag("hello-from-B");
    return Red("B was answered only after the deaf client had read", 1,
               "The server was writing to the deaf client, and write(2) waits "
               "for room that only the reader makes. Nobody else was served "
               "meanwhile.");
  }
  b.HearsTag("hello-from-B");
  bool all = deaf.HearsAll();
  lanes.Received(kDeaf, all ? "reads it all at last" : "answers missing");
  std::string evidence = "B answered; memory +" + MiB(grown) + " for " +
                         MiB(deaf.owed_bytes()) + " owed";
  if (grown > kAllowedMiB << 20)
    return Red(evidence, 2,
               "The server kept every answer in memory for a client that may "
               "never read one: a few hundred bytes of requests cost it all "
               "that they ask for.");
  if (!all)
    return Red("answers were lost", 3,
               "B was served, but the deaf client did not find all of its "
               "answers when it read at last.");
  return {{{"deaf", Verdict::kOk, evidence}},
          0,
          "The server stopped running the deaf client's requests once some "
          "answers were waiting: backpressure. The rest of the requests lay "
          "unread in the socket, and none was lost: when the client read at "
          "last, every answer was there."};
}

}  // namespace

const Experiment kDeaf = {
    "deaf",
    "01_echo",
    {{"deaf",
      "a client asks for up to 64 MiB and never reads; RED: others are "
      "not answered, or the server's memory grows with what it owes"}},
    "A client asks for far more than the kernel's buffers hold, and reads "
    "none of it. Then B asks for something small. What happens?",
    {"B is answered, and the server's memory stays small",
     "B waits until the deaf client reads",
     "B is answered, and the server keeps all those answers in memory",
     "the deaf client loses answers"},
    Run};

}  // namespace stepkv::testing
