// The process contract: command line, exit codes, what is written where, and
// what happens when clients or descriptors are too many.
#include <filesystem>

#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

constexpr char kTooManyClients[] = "-ERR max number of clients reached\r\n";

// timeout(1) ends, with 124, a server that starts though it should not.
CommandResult RunStep(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"timeout", "20", TheTarget().path()});
  return RunCommand(arguments);
}

std::string StepName() {
  return std::filesystem::path(TheTarget().path()).filename();
}

CONFORMANCE(Process, NoPortIsAUsageError, kProcess) {
  CommandResult result = RunStep({});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("Please provide a port number!\n"));
  EXPECT_THAT(result.err, HasSubstr("usage: " + StepName()));
  EXPECT_EQ(result.out, "");
}

CONFORMANCE(Process, BadCommandLinesAreUsageErrorsThatSayWhatIsBad, kProcess) {
  struct Row {
    std::vector<std::string> arguments;
    const char* shown;
  };
  const Row table[] = {
      {{"abc"}, "abc"},
      {{"65536"}, "65536"},
      {{"3000x"}, "3000x"},
      {{"-1"}, "-1"},
      {{""}, "port"},
      {{"--port", "70000"}, "70000"},
      {{"--port"}, "--port"},
      {{"0", "extra"}, "extra"},
      {{"--port", "0", "--no-such-option"}, "--no-such-option"},
      {{"--port", "0", "-x"}, "-x"},
      {{"--port", "0", "--max-clients", "0"}, "max-clients"},
      {{"--port", "0", "--max-clients", "many"}, "many"},
      {{"--port", "0", "--idle-timeout", "-1"}, "idle-timeout"},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.arguments.back());
    CommandResult result = RunStep(row.arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr(row.shown));
    EXPECT_THAT(result.err, HasSubstr("usage: "));
    EXPECT_EQ(result.out, "");
  }
}

// A step that has the option says so in its help; one that has not refuses it.
CONFORMANCE(Process, ShardsAndThreadsAreForStepsThatHaveThem, kProcess) {
  std::string help = RunStep({"--help"}).out;
  for (const char* option : {"--shards", "--threads"}) {
    SCOPED_TRACE(option);
    EXPECT_EQ(RunStep({"--port", "0", option, "0"}).exit_code, 2);
    if (help.find(option) == std::string::npos) {
      EXPECT_EQ(RunStep({"--port", "0", option, "2"}).exit_code, 2);
      continue;
    }
    for (const char* number : {"1", "3"}) {
      ServerProcess server = StartServer({option, number});
      Client client = ConnectTo(server);
      ExpectServed(client, "word");
    }
  }
}

CONFORMANCE(Process, HelpAndVersionEndWithZero, kProcess) {
  CommandResult help = RunStep({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, StartsWith("usage: " + StepName()));
  for (const char* option : {"--port", "--bind", "--max-clients",
                             "--idle-timeout", "--verbose", "--lab"}) {
    EXPECT_THAT(help.out, HasSubstr(option));
  }
  CommandResult version = RunStep({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, MatchesRegex(StepName() + " [0-9.]+\n"));
  EXPECT_EQ(help.err + version.err, "");
}

CONFORMANCE(Process, PortInUseIsAnErrorThatNamesTheAddress, kProcess) {
  ServerProcess holder = StartServer();
  std::string port = std::to_string(holder.port());
  for (const auto& arguments :
       {std::vector<std::string>{port}, {"--port", port}}) {
    CommandResult result = RunStep(arguments);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.err, StepName() + ": bind 127.0.0.1:" + port +
                              ": Address already in use\n");
    EXPECT_EQ(result.out, "");
  }
}

CONFORMANCE(Process, AnAddressThatIsNotOursIsAnError, kProcess) {
  for (const char* address : {"192.0.2.1", "nonsense"}) {
    CommandResult result = RunStep({"--port", "0", "--bind", address});
    EXPECT_THAT(result.exit_code, ::testing::AnyOf(1, 2));
    EXPECT_THAT(result.err, HasSubstr(address));
  }
}

CONFORMANCE(Process, TheServingLineIsAllThatIsWritten, kProcess) {
  ServerProcess server = StartServer();
  {
    Client client = ConnectTo(server);
    ExpectServed(client, "word");
  }
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait().value_or(-1), 0);
  EXPECT_EQ(server.Output(),
            "Serving 127.0.0.1:" + std::to_string(server.port()) + "\n");
  EXPECT_EQ(server.Errors(), "");
}

CONFORMANCE(Process, BindChoosesTheAddress, kProcess) {
  ServerProcess server = StartServer({"--bind", "127.0.0.2"});
  EXPECT_THAT(server.Output(), StartsWith("Serving 127.0.0.2:"));
  Client client(server.port(), "127.0.0.2");
  ExpectServed(client, "there");
  EXPECT_THROW(Client(server.port(), "127.0.0.1"), std::system_error);
}

CONFORMANCE(Process, VerboseTellsOfEachClient, kProcess) {
  ServerProcess server = StartServer({"--verbose"});
  {
    Client client = ConnectTo(server);
    ExpectServed(client, "some-word");
  }
  auto told = [&server](const std::string& text) {
    return Eventually(
        [&] { return server.Output().find(text) != std::string::npos; });
  };
  EXPECT_TRUE(told("\nClosing 127.0.0.1:")) << server.Output();
  std::string echo = TheTarget().Has(kStore) ? "ECHO " : "";
  EXPECT_THAT(server.Output(), MatchesRegex("Serving 127.0.0.1:[0-9]+\n"
                                            "Serving 127.0.0.1:[0-9]+\n"
                                            "Received: " +
                                            echo +
                                            "some-word\n"
                                            "Closing 127.0.0.1:[0-9]+\n"));
}

CONFORMANCE(Process, VerboseCannotBeMadeToForgeALine, kProcess) {
  ServerProcess server = StartServer({"--verbose"});
  {
    Client client = ConnectTo(server);
    client.Send("ECHO \"\\nClosing 1.2.3.4:5 \x1b[2J\"\n");
    client.ReadLine();
    ExpectServed(client, "done");
  }
  EXPECT_THAT(server.Output(), Not(HasSubstr("\nClosing 1.2.3.4:5")));
  EXPECT_THAT(server.Output(), Not(HasSubstr("\x1b")));
}

// Connects until one is served: a place is free when the server has noticed
// that its client has gone.
bool ServedInTheEnd(const ServerProcess& server) {
  return Eventually([&server] {
    Client late(server.port());
    late.Send("late\n");
    std::string line = late.ReadLine();
    return !line.empty() && line[0] != '-';
  });
}

CONFORMANCE(Process, MaxClientsAreServedAndOneMoreIsTold,
            kConcurrent | kProcess) {
  ServerProcess server = StartServer({"--max-clients", "3"});
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(ConnectTo(server));
    ExpectServed(clients.back(), "client-" + std::to_string(i));
  }
  for (int i = 0; i < 5; ++i) {
    Client refused = ConnectTo(server);
    refused.Expect(kTooManyClients);
    refused.ExpectClosed();
  }
  for (Client& client : clients) ExpectServed(client, "still-here");
  clients.pop_back();
  EXPECT_TRUE(ServedInTheEnd(server));
}

CONFORMANCE(Process, RefusalsAreLoggedOnce, kConcurrent | kProcess) {
  ServerProcess server = StartServer({"--max-clients", "1"});
  Client only = ConnectTo(server);
  ExpectServed(only, "only");
  for (int i = 0; i < 10; ++i) ConnectTo(server).ReadToEnd();
  std::string errors = server.Errors();
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
}

CONFORMANCE(Process, RunningOutOfDescriptorsEndsNobodyElse,
            kConcurrent | kProcess) {
  ServerProcess server = StartServer({}, 32);
  std::vector<Client> clients;
  for (int i = 0; i < 64; ++i) clients.push_back(ConnectTo(server));
  int served = 0;
  int refused = 0;
  for (Client& client : clients) {
    client.Send("word\n");
    std::string line = client.ReadLine();
    bool no = line.empty() || line == kTooManyClients;
    ++(no ? refused : served);
  }
  EXPECT_GT(served, 8);
  EXPECT_GT(refused, 30);
  clients.clear();
  EXPECT_TRUE(server.Running()) << server.Errors();
  EXPECT_TRUE(ServedInTheEnd(server));
}

// The busy client asks until the silent one has been closed.
CONFORMANCE(Process, IdleTimeoutClosesTheSilentClientAlone,
            kConcurrent | kProcess) {
  ServerProcess server = StartServer({"--idle-timeout", "1"});
  Client silent = ConnectTo(server);
  Client busy = ConnectTo(server);
  ExpectServed(silent, "then-silent");
  bool closed = Eventually([&] {
    ExpectServed(busy, "busy");
    return silent.Readable(std::chrono::milliseconds(0));
  });
  EXPECT_TRUE(closed);
  silent.ExpectClosed();
  ExpectServed(busy, "still-here");
}

CONFORMANCE(Process, IdleTimeoutAlsoEndsAHalfSentRequest, kProcess) {
  ServerProcess server = StartServer({"--idle-timeout", "1"});
  Client half = ConnectTo(server);
  half.Send("GET ha");
  half.ExpectClosed();
  Client next = ConnectTo(server);
  ExpectServed(next, "next");
}

}  // namespace
}  // namespace stepkv::testing
