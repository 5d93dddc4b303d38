// SIGTERM, while clients are idle, in the middle of a request, deaf, and
// waiting for many answers.
#include <csignal>
#include <optional>

#include "tests/experiments/deaf_client.h"
#include "tests/experiments/experiment.h"
#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kIdleLane = 0;
constexpr std::size_t kHalfLane = 1;
constexpr std::size_t kDeafLane = 2;
constexpr std::size_t kPipelineLane = 3;

constexpr std::size_t kPipelined = 2000;

// What each of them found.
struct Ends {
  std::size_t answered = 0;  // of the kPipelined requests, in order
  bool idle_closed = true;
  bool half_closed = true;
  std::optional<int> exit_code;
};

std::string Tag(std::size_t i) { return Numbered("p", i); }

void SendPipeline(TcpClient& client) {
  std::string requests;
  for (std::size_t i = 0; i < kPipelined; ++i) {
    requests += "ECHO " + Tag(i) + "\n";
  }
  client.Send(requests);
  AwaitDelivery(client);  // every one of them is at the server
}

std::size_t HearPipeline(TcpClient& client) {
  std::size_t answered = 0;
  while (answered < kPipelined &&
         client.ReadLine().ends_with(Tag(answered) + "\n")) {
    ++answered;
  }
  return answered;
}

// Which of the four clients are there.
struct Cast {
  bool idle;
  bool half;
  bool deaf;
  bool pipeline;
};

void Stop(Subject& subject, Lanes& lanes, Cast cast, Ends& ends) {
  bool knows_commands = subject.KnowsCommands();
  ServerProcess server = subject.Start();
  std::optional<Client> idle, half, pipeline;
  std::optional<DeafClient> deaf;
  if (cast.idle) {
    idle.emplace(server, lanes, kIdleLane);
    idle->AsksTag("hello");
  }
  if (cast.half) {
    half.emplace(server, lanes, kHalfLane);
    half->AsksTag("hello");
    lanes.Sent(kHalfLane, "ECHO hal");
    half->socket().Send("ECHO hal");
    AwaitDelivery(half->socket());
  }
  if (cast.deaf) {
    deaf.emplace(server, knows_commands);
    deaf->Ask();
    lanes.Sent(kDeafLane, "a lot, reads not");
  }
  if (cast.pipeline) {
    pipeline.emplace(server, lanes, kPipelineLane);
    pipeline->AsksTag("hello");
    SendPipeline(pipeline->socket());
    lanes.Sent(kPipelineLane, std::to_string(kPipelined) + " ECHOs");
  }
  server.Signal(SIGTERM);
  for (std::size_t lane = kIdleLane; lane <= kPipelineLane; ++lane) {
    lanes.Happened(lane, "SIGTERM");
  }
  if (pipeline) {
    ends.answered = HearPipeline(pipeline->socket());
    lanes.Received(kPipelineLane, Count(ends.answered, "answer"));
  }
  if (idle) {
    ends.idle_closed = idle->socket().ClosedByServer();
    lanes.Received(kIdleLane, ends.idle_closed ? "closed" : "not closed");
  }
  if (half) {
    ends.half_closed = half->socket().ReadToEnd().empty();
    lanes.Received(kHalfLane, ends.half_closed ? "closed" : "not closed");
  }
  std::optional<int> exit_code = server.Wait();
  if (!ends.exit_code || *ends.exit_code == 0) ends.exit_code = exit_code;
  if (cast.deaf) lanes.Received(kDeafLane, "closed");
}

Outcome Judge(const Ends& ends) {
  bool orderly = ends.exit_code == 0 && ends.answered == kPipelined &&
                 ends.idle_closed && ends.half_closed;
  std::string evidence =
      std::to_string(ends.answered) + " of " + std::to_string(kPipelined) +
      " answered, " +
      (ends.exit_code ? "exit code " + std::to_string(*ends.exit_code)
                      : "it never ended");
  if (orderly) {
    return {{{"stop", Verdict::kOk, evidence}},
            0,
            "The server stopped accepting, answered every request that had "
            "reached it whole, closed the clients that asked for nothing, and "
            "ended by itself. The deaf client could hold it up no longer than "
            "the grace time."};
  }
  return {{{"stop", Verdict::kRed, evidence}},
          ends.exit_code ? std::size_t{1} : std::size_t{2},
          "An orderly stop answers what has been received, closes every "
          "client, and ends with exit code 0."};
}

Outcome Run(Subject& subject, Lanes& lanes) {
  lanes.SetNames({"idle", "half a request", "deaf", "pipelining"});
  Ends ends;
  if (subject.ServesSeveral()) {
    Stop(subject, lanes, {true, true, true, true}, ends);
    return Judge(ends);
  }
  // One client at a time: each gets a server of its own.
  Stop(subject, lanes, {true, false, false, false}, ends);
  Stop(subject, lanes, {false, true, false, false}, ends);
  Stop(subject, lanes, {false, false, true, false}, ends);
  Stop(subject, lanes, {false, false, false, true}, ends);
  return Judge(ends);
}

}  // namespace

const Experiment kStop = {
    "stop",
    "02_thread_per_client",
    {{"stop",
      "SIGTERM while clients are idle, in the middle of a request, "
      "deaf, and waiting for 2000 answers; RED: an answer is missing, "
      "or the server does not end in order"}},
    "A client is idle, one has sent half a request, one never reads, and one "
    "has just sent 2000 requests at once. Then the server gets SIGTERM. What "
    "happens?",
    {"all 2000 are answered, then the server ends",
     "it ends, and some answers are missing", "it waits for the deaf client"},
    Run};

}  // namespace stepkv::testing
