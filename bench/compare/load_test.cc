// The load generator's parts: what they measure must be right before any
// server is measured with them.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "bench/compare/client.h"
#include "bench/compare/corpus.h"
#include "bench/compare/histogram.h"
#include "bench/compare/key_picker.h"
#include "bench/compare/load_generator.h"
#include "common/socket.h"

namespace stepkv::bench {
namespace {

TEST(Histogram, QuantilesAreAtMostOnePartIn128TooHigh) {
  Histogram histogram;
  std::vector<std::uint64_t> times;
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    times.push_back(random.Next() >> (24 + random.NextBelow(40)));
    histogram.Record(times.back());
  }
  std::sort(times.begin(), times.end());
  for (double share : {0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    double rank = std::ceil(share * static_cast<double>(times.size()));
    auto exact = static_cast<double>(times[static_cast<std::size_t>(rank) - 1]);
    auto found = static_cast<double>(histogram.Quantile(share));
    EXPECT_GE(found, exact) << share;
    EXPECT_LE(found, exact * (1 + 1.0 / 128)) << share;
  }
}

TEST(Histogram, TimesBeyondTheLargestAreCountedThere) {
  Histogram histogram;
  EXPECT_EQ(histogram.Quantile(0.5), 0U);
  histogram.Record(~std::uint64_t{0});
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.Quantile(1), Histogram::kLargest);
}

TEST(Histogram, MergeCountsBoth) {
  Histogram one, other;
  for (std::uint64_t i = 0; i < 100; ++i) one.Record(10);
  for (std::uint64_t i = 0; i < 100; ++i) other.Record(100);
  one.Merge(other);
  EXPECT_EQ(one.count(), 200U);
  EXPECT_EQ(one.Quantile(0.5), 10U);
  EXPECT_EQ(one.Quantile(0.51), 100U);
}

TEST(KeyPicker, UniformAsksForEachKeyAlike) {
  std::vector<int> seen(100);
  KeyPicker keys(100, 0, 1);
  for (int i = 0; i < 100'000; ++i) ++seen[keys.Next()];
  for (int count : seen) EXPECT_NEAR(count, 1000, 200);
}

TEST(KeyPicker, ZipfAsksForTheKthKeyAKthAsOften) {
  std::vector<double> seen(1000);
  KeyPicker keys(1000, 1.0, 1);
  for (int i = 0; i < 1'000'000; ++i) ++seen[keys.Next()];
  for (std::size_t k : {2U, 5U, 10U, 50U}) {
    EXPECT_NEAR(seen[0] / seen[k - 1], static_cast<double>(k),
                0.15 * static_cast<double>(k));
  }
}

TEST(Corpus, EveryKeyHasItsOwnValue) {
  Corpus corpus(Protocol::kLine, 1000, 16);
  for (std::size_t key = 1; key < corpus.keys(); ++key) {
    EXPECT_NE(corpus.Get(key).reply, corpus.Get(key - 1).reply);
  }
}

TEST(Corpus, SpeaksEachProtocol) {
  std::string v = ValueOf(0, 4);
  EXPECT_EQ(Corpus(Protocol::kLine, 1, 4).Set(0).request,
            "SET key:00000000 " + v + "\n");
  EXPECT_EQ(Corpus(Protocol::kEcho, 1, 4).Get(0).reply, "GET key:00000000\n");
  EXPECT_EQ(Corpus(Protocol::kResp, 1, 4).Set(0).request,
            "*3\r\n$3\r\nSET\r\n$12\r\nkey:00000000\r\n$4\r\n" + v + "\r\n");
  EXPECT_EQ(Corpus(Protocol::kResp, 1, 4).Get(0).reply, "$4\r\n" + v + "\r\n");
  EXPECT_EQ(Corpus(Protocol::kMemcached, 1, 4).Get(0).reply,
            "VALUE key:00000000 0 4\r\n" + v + "\r\nEND\r\n");
}

// A server of one thread that answers each connection's first bytes with what
// it is told to, then closes.
class Scripted {
 public:
  explicit Scripted(std::vector<std::string> replies)
      : listener_(Listen("127.0.0.1", 0)),
        thread_([this, replies = std::move(replies)] { Serve(replies); }) {}
  ~Scripted() { thread_.join(); }
  std::uint16_t port() const { return LocalPort(listener_.get()); }

 private:
  void Serve(const std::vector<std::string>& replies) {
    for (const std::string& reply : replies) {
      pollfd ready{listener_.get(), POLLIN, 0};
      ::poll(&ready, 1, -1);
      Descriptor client(::accept(listener_.get(), nullptr, nullptr));
      char byte[256];
      Receive(client.get(), byte, 0);
      Send(client.get(), reply, 0);
    }
  }

  Descriptor listener_;
  std::thread thread_;
};

std::string FailureOf(std::uint16_t port, const Corpus& corpus) {
  std::vector<char> scratch(4096);
  Client client(1, port);
  client.Ask(corpus.Get(0), 0);
  try {
    client.Settle(scratch);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "";
}

TEST(Client, AWrongByteAnywhereIsAFailure) {
  Corpus corpus(Protocol::kResp, 1, 8);
  std::string right(corpus.Get(0).reply);
  std::vector<std::string> replies{right};
  for (std::size_t i = 0; i < right.size(); ++i) {
    replies.push_back(right);
    replies.back()[i] ^= 1;
  }
  Scripted server(replies);
  EXPECT_EQ(FailureOf(server.port(), corpus), "");
  for (std::size_t i = 0; i < right.size(); ++i) {
    EXPECT_NE(FailureOf(server.port(), corpus)
                  .find("byte " + std::to_string(i) + " of"),
              std::string::npos);
  }
}

TEST(Client, ABytePastTheReplyIsAFailure) {
  Corpus corpus(Protocol::kResp, 1, 8);
  Scripted server({std::string(corpus.Get(0).reply) + "x"});
  EXPECT_NE(FailureOf(server.port(), corpus).find("nothing was due"),
            std::string::npos);
}

TEST(Client, AnEarlyEndIsAFailure) {
  Corpus corpus(Protocol::kResp, 1, 8);
  Scripted server({std::string(corpus.Get(0).reply).substr(0, 5)});
  EXPECT_NE(FailureOf(server.port(), corpus), "");
}

}  // namespace
}  // namespace stepkv::bench
