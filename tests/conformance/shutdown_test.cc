// SIGTERM and SIGINT: whatever the clients do, every request that was received
// is answered, the process ends with 0 and the port is free.
#include <signal.h>

#include <atomic>
#include <thread>

#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

// `count` requests and their replies, for whatever server it is. Each client
// has its own data.
struct Batch {
  std::string requests;
  std::string replies;
};

Batch MakeBatch(int client, int count) {
  Batch batch;
  bool store = TheTarget().Has(kStore);
  std::string key = "client" + std::to_string(client);
  for (int i = 1; i <= count; ++i) {
    std::string line = key + " line " + std::to_string(i) + "\n";
    batch.requests += store ? Resp({"INCR", key}) : line;
    batch.replies += store ? ":" + std::to_string(i) + "\r\n" : line;
  }
  return batch;
}

void ExpectExit(ServerProcess& server, int code) {
  EXPECT_EQ(server.Wait().value_or(-1), code) << "(-1: it still runs)\n"
                                              << server.Errors();
}

CONFORMANCE(Shutdown, SignalEndsAnUnusedServerWithZero, kProcess) {
  for (int signal : {SIGTERM, SIGINT}) {
    ServerProcess server = StartServer();
    server.Signal(signal);
    ExpectExit(server, 0);
    EXPECT_EQ(server.Errors(), "");
  }
}

CONFORMANCE(Shutdown, IdleClientsAreClosed, kProcess) {
  ServerProcess server = StartServer();
  Client used = ConnectTo(server);
  ExpectServed(used, "used");
  Client silent = ConnectTo(server);
  server.Signal(SIGTERM);
  used.ExpectClosed();
  silent.ExpectClosed();
  ExpectExit(server, 0);
}

CONFORMANCE(Shutdown, HalfSentRequestIsNotAwaited, kProcess) {
  ServerProcess server = StartServer();
  Client half = ConnectTo(server);
  ExpectServed(half, "whole");
  half.Send("GET ha");
  half.AwaitDelivery();
  server.Signal(SIGTERM);
  half.ExpectClosed();
  ExpectExit(server, 0);
}

// The batches lie in the server's socket buffers, unread or half read, when
// the signal comes.
CONFORMANCE(Shutdown, EveryRequestThatWasReceivedIsAnswered,
            kConcurrent | kProcess) {
  constexpr int kClients = 8;
  ServerProcess server = StartServer();
  std::vector<Client> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(ConnectTo(server));
    ExpectServed(clients.back(), "connected");
  }
  for (int i = 0; i < kClients; ++i) {
    auto& client = clients[static_cast<std::size_t>(i)];
    client.Send(MakeBatch(i, 400).requests);
    client.AwaitDelivery();
  }
  server.Signal(SIGTERM);
  for (int i = 0; i < kClients; ++i) {
    auto& client = clients[static_cast<std::size_t>(i)];
    client.Expect(MakeBatch(i, 400).replies);
    client.ExpectClosed();
  }
  ExpectExit(server, 0);
}

CONFORMANCE(Shutdown, EveryLineOfTheOneClientIsAnswered, kOneByOne | kProcess) {
  ServerProcess server = StartServer();
  Client client = ConnectTo(server);
  ExpectServed(client, "connected");
  Batch batch = MakeBatch(0, 400);
  client.Send(batch.requests);
  client.AwaitDelivery();
  server.Signal(SIGTERM);
  client.Expect(batch.replies);
  client.ExpectClosed();
  ExpectExit(server, 0);
}

// Clients that keep asking are cut off between two replies, not inside one.
CONFORMANCE(Shutdown, UnderLoadEveryReplyIsWholeAndTheServerEnds,
            kConcurrent | kProcess) {
  ServerProcess server = StartServer();
  std::atomic<int> busy{0};
  std::vector<std::thread> threads;
  for (int me = 0; me < 4; ++me) {
    threads.emplace_back([&, me] {
      Client client = ConnectTo(server);
      std::string own = "client-" + std::to_string(me);
      bool store = TheTarget().Has(kStore);
      for (int i = 0;; ++i) {
        if (i == 10) ++busy;
        client.Send(store ? "ECHO " + own + "\n" : own + "\n");
        std::string line = client.ReadLine();
        if (line.empty()) break;
        EXPECT_EQ(line, own + "\n");
      }
    });
  }
  EXPECT_TRUE(Eventually([&] { return busy == 4; }));
  server.Signal(SIGTERM);
  for (std::thread& thread : threads) thread.join();
  ExpectExit(server, 0);
}

CONFORMANCE(Shutdown, ClientThatDoesNotReadDoesNotHoldTheEnd, kProcess) {
  ServerProcess server = StartServer();
  Client deaf = ConnectTo(server);
  std::string piece = Pattern(60000) + "\n";
  if (TheTarget().Has(kStore)) {
    deaf.Exchange(Resp({"SET", "big", Pattern(1 << 20)}), "+OK\r\n");
    piece = Repeat(Resp({"GET", "big"}), 64);
  }
  ExpectServed(deaf, "connected");
  for (int i = 0; i < 200; ++i) deaf.SendWithoutWaiting(piece);
  server.Signal(SIGTERM);
  ExpectExit(server, 0);
}

CONFORMANCE(Shutdown, IdleHalfSentDeafAndPipeliningClientsTogether,
            kConcurrent | kProcess) {
  ServerProcess server = StartServer();
  Client idle = ConnectTo(server);
  Client half = ConnectTo(server);
  Client deaf = ConnectTo(server);
  Client busy = ConnectTo(server);
  for (Client* client : {&idle, &half, &deaf, &busy}) {
    ExpectServed(*client, "connected");
  }
  half.Send("GET ha");
  for (int i = 0; i < 200; ++i) {
    deaf.SendWithoutWaiting(Repeat("ECHO a-line-nobody-reads\r\n", 1000));
  }
  Batch batch = MakeBatch(0, 400);
  busy.Send(batch.requests);
  busy.AwaitDelivery();
  server.Signal(SIGTERM);
  busy.Expect(batch.replies);
  for (Client* client : {&busy, &idle, &half}) client->ExpectClosed();
  ExpectExit(server, 0);
}

// A client that asks for far more than it reads, so that the server has
// something left to write until its grace time is over.
Client Deaf(const ServerProcess& server) {
  Client deaf(server.port());
  deaf.Exchange(Resp({"SET", "big", Pattern(1 << 20)}), "+OK\r\n");
  deaf.Send(Repeat(Resp({"GET", "big"}), 64));
  EXPECT_TRUE(deaf.Readable(kPatience));
  return deaf;
}

// An idle client that is closed shows that the first signal has been dealt
// with. The grace time would have ended with 0.
CONFORMANCE(Shutdown, SecondSignalEndsAtOnce, kStore | kConcurrent | kProcess) {
  ServerProcess server = StartServer();
  Client deaf = Deaf(server);
  Client idle = ConnectTo(server);
  ExpectServed(idle, "idle");
  server.Signal(SIGTERM);
  idle.ExpectClosed();
  server.Signal(SIGTERM);
  ExpectExit(server, 1);
}

CONFORMANCE(Shutdown, NobodyIsServedAfterTheSignal,
            kStore | kConcurrent | kProcess) {
  ServerProcess server = StartServer();
  Client deaf = Deaf(server);
  Client idle = ConnectTo(server);
  ExpectServed(idle, "idle");
  server.Signal(SIGTERM);
  idle.ExpectClosed();
  try {
    Client late = ConnectTo(server);
    late.Send("PING\r\n");
    EXPECT_EQ(late.ReadToEnd(), "");
  } catch (const std::system_error&) {
    // Refused: as good.
  }
  ExpectExit(server, 0);
}

CONFORMANCE(Shutdown, PortIsFreeAtOnce, kProcess) {
  ServerProcess first = StartServer();
  Client client = ConnectTo(first);
  ExpectServed(client, "first");
  first.Signal(SIGTERM);
  client.ExpectClosed();
  ExpectExit(first, 0);
  std::string port = std::to_string(first.port());
  ServerProcess second = StartServer({"--port", port});
  EXPECT_EQ(second.port(), first.port());
  Client next = ConnectTo(second);
  ExpectServed(next, "second");
}

}  // namespace
}  // namespace stepkv::testing
