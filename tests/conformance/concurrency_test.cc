// Many clients at once: nobody waits for another's silence, and every command
// is one indivisible act.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

using std::chrono::milliseconds;

// Runs `body(0) ... body(threads - 1)` at once, and waits for all.
void AtOnce(int threads, const std::function<void(int)>& body) {
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back(body, i);
  for (std::thread& thread : running) thread.join();
}

long IntegerOf(const std::string& reply) {
  return reply.empty() ? 0 : std::atol(reply.c_str() + 1);
}

// Step 01's flaw. Three facts in this order: the second client has asked; the
// first is served; and only then, with the first gone, the second.
CONFORMANCE(OneByOne, IdleClientStopsTheNextUntilItCloses, kOneByOne) {
  Client first = Connect();
  ExpectServed(first, "first");
  Client second = Connect();
  second.Send("second\n");
  second.AwaitDelivery();
  ExpectServed(first, "first-again");
  EXPECT_FALSE(second.Readable(milliseconds(0)))
      << "the second client is served beside the first";
  first.Close();
  second.Expect("second\n");
}

CONFORMANCE(Concurrent, IdleClientDoesNotStopTheNext, kConcurrent) {
  Client idle = Connect();
  ExpectServed(idle, "idle");
  Client silent = Connect();  // never says anything
  for (int i = 0; i < 20; ++i) {
    Client next = Connect();
    ExpectServed(next, "next-" + std::to_string(i));
  }
  ExpectServed(idle, "idle-again");
}

CONFORMANCE(Concurrent, HalfSentRequestDoesNotStopOthers, kConcurrent) {
  bool store = TheTarget().Has(kStore);
  Client half = Connect();
  half.Send(store ? "*2\r\n$4\r\nECHO\r\n$11\r\nhalf " : "half ");
  half.AwaitDelivery();
  Client other = Connect();
  for (int i = 0; i < 50; ++i) ExpectServed(other, std::to_string(i));
  half.Send(store ? "a word\r\n" : "a word\n");
  half.Expect(store ? Bulk("half a word") : "half a word\n");
}

// It sends until its own socket is full, so the server cannot have written all
// it owes; the other client has its answer after each piece.
CONFORMANCE(Concurrent, ClientThatNeverReadsDoesNotStopOthers, kConcurrent) {
  Client deaf = Connect();
  Client other = Connect();
  std::string piece = Repeat("deaf line of an echo step\n", 8000);
  if (TheTarget().Has(kStore)) {
    other.Exchange(Resp({"SET", "big", Pattern(1 << 20)}), "+OK\r\n");
    piece = Resp({"GET", "big"});
  }
  for (int i = 0; i < 64; ++i) {
    deaf.SendWithoutWaiting(piece);
    ExpectServed(other, "heard-" + std::to_string(i));
  }
}

CONFORMANCE(Concurrent, ClientsThatResetHarmNobody, kConcurrent) {
  Client witness = Connect();
  for (int i = 0; i < 50; ++i) {
    Client idle = Connect();
    idle.Reset();
    Client half = Connect();
    half.Send("*2\r\n$4\r\nEC");
    half.Reset();
    Client unread = Connect();  // its replies meet a reset: EPIPE, SIGPIPE
    unread.Send(Repeat("PING\r\n", 1000));
    unread.Reset();
    ExpectServed(witness, "still-here-" + std::to_string(i));
  }
}

CONFORMANCE(Concurrent, TwoHundredInterleavedClientsKeepTheirOwnData,
            kConcurrent) {
  std::vector<Client> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(Connect());
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      SendWord(clients[i], "client-" + std::to_string(i));
    }
    for (std::size_t i = clients.size(); i-- > 0;) {
      ExpectWord(clients[i], "client-" + std::to_string(i));
    }
  }
}

CONFORMANCE(Concurrent, TwoHundredClientsReadWhatTheySet,
            kStore | kConcurrent) {
  std::vector<Client> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(Connect());
  for (std::size_t i = 0; i < clients.size(); ++i) {
    std::string key = "key-" + std::to_string(i);
    clients[i].Send(Resp({"SET", key, "value of " + key}));
  }
  for (std::size_t i = clients.size(); i-- > 0;) {
    clients[i].Send(Resp({"GET", "key-" + std::to_string(i)}));
  }
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i].Expect("+OK\r\n" + Bulk("value of key-" + std::to_string(i)));
  }
}

CONFORMANCE(Concurrent, ClosedClientsLeaveNothingBehind,
            kConcurrent | kProcess) {
  ServerProcess server = StartServer();
  auto entries = [&server](const char* folder) {
    auto path = "/proc/" + std::to_string(server.pid()) + folder;
    return std::distance(std::filesystem::directory_iterator(path), {});
  };
  {
    Client warm = ConnectTo(server);
    ExpectServed(warm, "warm");
  }
  auto descriptors = entries("/fd");
  for (int i = 0; i < 300; ++i) {
    Client passing = ConnectTo(server);
    if (i % 3 != 0) ExpectServed(passing, "passing");
    if (i % 2 != 0) passing.Reset();
  }
  EXPECT_TRUE(Eventually([&] { return entries("/fd") <= descriptors; }));
  EXPECT_TRUE(Eventually([&] { return entries("/task") < 64; }));
}

// --- Atomic commands. Each client keeps several requests under way. ---

constexpr int kClients = 8;

CONFORMANCE(Atomic, IncrFromManyClientsAddsUp, kStore | kConcurrent) {
  constexpr int kRounds = 25;
  constexpr int kBatch = 40;
  std::vector<std::vector<long>> seen(kClients);
  AtOnce(kClients, [&](int me) {
    Client client = Connect();
    for (int round = 0; round < kRounds; ++round) {
      client.Send(Repeat("INCR n\r\n", kBatch));
      for (int i = 0; i < kBatch; ++i) {
        seen[static_cast<std::size_t>(me)].push_back(
            IntegerOf(client.ReadReply()));
      }
    }
  });
  std::set<long> all;
  for (const auto& mine : seen) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  constexpr long kTotal = long{kClients} * kRounds * kBatch;
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kTotal));
  EXPECT_EQ(*all.rbegin(), kTotal);
}

CONFORMANCE(Atomic, AppendFromManyClientsLosesNothing, kStore | kConcurrent) {
  constexpr int kAppends = 250;
  AtOnce(kClients, [&](int me) {
    Client client = Connect();
    std::string digit(1, static_cast<char>('0' + me));
    for (int i = 0; i < kAppends; ++i) client.Ask(Resp({"APPEND", "k", digit}));
  });
  std::string value = client().Ask("GET k\r\n");
  for (int me = 0; me < kClients; ++me) {
    auto digit = static_cast<char>('0' + me);
    value.erase(0, value.find("\r\n") == 5 ? 7 : 0);  // the length, once
    EXPECT_EQ(std::count(value.begin(), value.end(), digit), kAppends);
  }
}

// Writers set all keys to one value; a reader that sees two values has seen
// the middle of a write. The keys are many, so they fall into many shards.
CONFORMANCE(Atomic, MSetIsNeverSeenHalfDone, kStore | kConcurrent) {
  constexpr int kRounds = 150;
  constexpr int kKeys = 16;
  auto all_to = [](const std::string& value, bool reverse) {
    std::vector<std::string> words{"MSET"};
    for (int i = 0; i < kKeys; ++i) {
      int key = reverse ? kKeys - 1 - i : i;  // for locks in argument order
      words.insert(words.end(), {"key" + std::to_string(key), value});
    }
    return Resp(words);
  };
  std::vector<std::string> mget{"MGET"};
  for (int i = 0; i < kKeys; ++i) mget.push_back("key" + std::to_string(i));
  client().Exchange(all_to("start", false), "+OK\r\n");
  AtOnce(kClients, [&](int me) {
    Client client = Connect();
    for (int round = 0; round < kRounds; ++round) {
      if (me % 2 == 0) {
        std::string value = std::to_string(me * 1000 + round);
        EXPECT_EQ(client.Ask(all_to(value, me % 4 == 0)), "+OK\r\n");
        continue;
      }
      std::string reply = client.Ask(Resp(mget));
      std::string_view values = std::string_view(reply).substr(5);
      std::string first(values.substr(0, values.size() / kKeys));
      EXPECT_EQ(reply, "*16\r\n" + Repeat(first, kKeys)) << "torn";
    }
  });
}

CONFORMANCE(Atomic, MSetNxHasOneWinnerForEachRound, kStore | kConcurrent) {
  constexpr int kRounds = 100;
  std::vector<int> wins(kClients);
  AtOnce(kClients, [&](int me) {
    Client client = Connect();
    for (int round = 0; round < kRounds; ++round) {
      std::string a = "a" + std::to_string(round);
      std::string b = "b" + std::to_string(round);
      std::string own = std::to_string(me);
      // Half of them name the keys in the other order.
      if (me % 2 == 0) a.swap(b);
      wins[static_cast<std::size_t>(me)] +=
          client.Ask(Resp({"MSETNX", a, own, b, own})) == ":1\r\n";
    }
  });
  int total = 0;
  for (int mine : wins) total += mine;
  EXPECT_EQ(total, kRounds);
  for (int round = 0; round < kRounds; ++round) {
    std::string number = std::to_string(round);
    EXPECT_EQ(client().Ask("GET a" + number + "\r\n"),
              client().Ask("GET b" + number + "\r\n"));
  }
}

CONFORMANCE(Atomic, SetNxAndDelMakeALock, kStore | kConcurrent) {
  std::atomic<int> inside{0};
  std::atomic<int> entered{0};
  AtOnce(kClients, [&](int) {
    Client client = Connect();
    for (int i = 0; i < 200; ++i) {
      if (client.Ask("SET lock me NX\r\n") != "+OK\r\n") continue;
      EXPECT_EQ(++inside, 1) << "two clients hold the lock";
      ++entered;
      --inside;
      EXPECT_EQ(client.Ask("DEL lock\r\n"), ":1\r\n");
    }
  });
  EXPECT_GT(entered, 0);
}

CONFORMANCE(Atomic, GetSetHandsEveryValueOnExactlyOnce, kStore | kConcurrent) {
  constexpr int kRounds = 250;
  std::vector<std::vector<std::string>> got(kClients);
  AtOnce(kClients, [&](int me) {
    Client client = Connect();
    for (int i = 0; i < kRounds; ++i) {
      std::string value = std::to_string(me * 10000 + i);
      got[static_cast<std::size_t>(me)].push_back(
          client.Ask("GETSET k " + value + "\r\n"));
    }
  });
  std::set<std::string> values{client().Ask("GET k\r\n")};
  for (const auto& mine : got) values.insert(mine.begin(), mine.end());
  // All that were put in, and the null that the first one met.
  EXPECT_EQ(values.size(), std::size_t{kClients} * kRounds + 1);
}

CONFORMANCE(Atomic, GetDelTakesEveryValueOnce, kStore | kConcurrent) {
  constexpr int kKeys = 400;
  for (int i = 0; i < kKeys; ++i) {
    client().Ask("SET k" + std::to_string(i) + " v\r\n");
  }
  std::atomic<int> taken{0};
  AtOnce(kClients, [&](int) {
    Client client = Connect();
    for (int i = 0; i < kKeys; ++i) {
      taken += client.Ask("GETDEL k" + std::to_string(i) + "\r\n") != "$-1\r\n";
    }
  });
  EXPECT_EQ(taken, kKeys);
  EXPECT_EQ(client().Ask("DBSIZE\r\n"), ":0\r\n");
}

// Two keys move together, so a count over both is 0 or 2, never 1.
CONFORMANCE(Atomic, DelExistsAndDbSizeSeeWholeCommands, kStore | kConcurrent) {
  AtOnce(4, [&](int me) {
    Client client = Connect();
    for (int i = 0; i < 300; ++i) {
      std::string reply;
      if (me == 0) client.Ask("MSET left 1 right 1\r\n");
      if (me == 1) reply = client.Ask("DEL right left\r\n");
      if (me == 2) reply = client.Ask("EXISTS left right\r\n");
      if (me == 3) reply = client.Ask(i % 9 ? "DBSIZE\r\n" : "FLUSHALL\r\n");
      EXPECT_NE(reply, ":1\r\n") << "client " << me << " saw one key of two";
    }
  });
}

}  // namespace
}  // namespace stepkv::testing
