// Whether clients share data.
#include "tests/experiments/experiment.h"

namespace stepkv::testing {
namespace {

Outcome Run(Subject& subject, Lanes& lanes) {
  lanes.SetNames({"A", "B"});
  ServerProcess server = subject.Start();
  Client a(server, lanes, 0);
  a.Ask("SET greeting hello-from-A");
  Client b(server, lanes, 1);
  b.Say("GET greeting");
  if (!b.IsAnswered(server)) {
    return {{{"shared", Verdict::kNoQuestion, "there is no B while A is here"}},
            2,
            "This server serves one client at a time: while A is connected, "
            "nobody else is there to share anything with."};
  }
  std::string seen = b.Hear();
  if (seen == "hello-from-A") {
    return {{{"shared", Verdict::kOk, "B saw what A had set"}},
            0,
            "Both clients' commands reached the same table."};
  }
  return {{{"shared", Verdict::kRed, "B got back '" + seen + "'"}},
          1,
          "B was answered, and learned nothing of A: the threads that serve "
          "A and B have no data in common. This server only knows lines, and "
          "sends each one back."};
}

}  // namespace

const Experiment kShared = {
    "shared",
    "02_thread_per_client",
    {{"shared", "A sets a key and B gets it; RED: B does not see what A set"}},
    "A sends SET greeting hello-from-A. Then B sends GET greeting. What does "
    "B get?",
    {"hello-from-A", "something else", "nothing while A is connected"},
    Run};

}  // namespace stepkv::testing
