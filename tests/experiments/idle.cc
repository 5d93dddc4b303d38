// A silent client, and another one who wants something.
#include "tests/experiments/experiment.h"

namespace stepkv::testing {
namespace {

Outcome Run(Subject& subject, Lanes& lanes) {
  lanes.SetNames({"A", "B"});
  ServerProcess server = subject.Start();
  Client a(server, lanes, 0);
  a.AsksTag("first-of-A");
  Client b(server, lanes, 1);
  b.SayTag("first-of-B");
  bool served = b.IsAnswered(server);
  if (served) b.HearsTag("first-of-B");
  a.AsksTag("second-of-A");
  a.Leave();
  if (!served) b.HearsTag("first-of-B");
  if (served) {
    return {{{"idle", Verdict::kOk, "B was answered while A was connected"}},
            0,
            "A was connected and silent, and B was served all the same: the "
            "server waits for both of them at once."};
  }
  return {{{"idle", Verdict::kRed, "B was answered only after A had left"}},
          1,
          "While A was connected, the server's one thread was waiting for "
          "A's next line, in read(2). B's connection was made by the kernel, "
          "and its bytes had arrived: they lay in the socket until somebody "
          "came to read them. A single client that says nothing stops this "
          "server for all others."};
}

}  // namespace

const Experiment kIdle = {
    "idle",
    "01_echo",
    {{"idle",
      "A is connected and silent; RED: B is not answered until A "
      "leaves"}},
    "A connects, asks for something and then stays connected, silent. B "
    "connects and asks. When is B answered?",
    {"at once", "when A leaves", "never: B's connection is refused"},
    Run};

}  // namespace stepkv::testing
