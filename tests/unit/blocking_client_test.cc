#include "common/blocking_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <thread>

#include "common/limits.h"
#include "steps/01_echo/echo.h"
#include "tests/unit/parsing.h"

namespace stepkv::testing {
namespace {

class BlockingClients : public ::testing::Test {
 protected:
  BlockingClients() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    ours_ = Descriptor(fds[0]);
    peer_ = Descriptor(fds[1]);
  }

  BlockingClient Serve() {
    return BlockingClient(std::move(ours_), options_,
                          BlockingClient::StopBy::kShutdown);
  }

  void PeerSends(std::string_view bytes) {
    while (!bytes.empty()) {
      IoResult sent = Send(peer_.get(), bytes, 0);
      ASSERT_EQ(sent.status, IoResult::Status::kDone);
      bytes.remove_prefix(sent.bytes);
    }
  }

  std::string PeerReads(std::size_t count) {
    std::string bytes(count, '\0');
    std::size_t have = 0;
    while (have < count) {
      IoResult got = Receive(peer_.get(), std::span(bytes).subspan(have), 0);
      if (got.status != IoResult::Status::kDone) break;
      have += got.bytes;
    }
    return bytes.substr(0, have);
  }

  Options options_;
  Descriptor ours_, peer_;
};

TEST_F(BlockingClients, FillTheParserUntilTheEnd) {
  BlockingClient client = Serve();
  Request request;
  PeerSends("GET a\nGET");
  EXPECT_TRUE(client.Fill());
  EXPECT_EQ(client.parser.Next(&request), RequestParser::Status::kComplete);
  EXPECT_EQ(request.args[1], "a");
  peer_.Close();
  EXPECT_FALSE(client.Fill());
}

TEST_F(BlockingClients, FlushWaitsForAPeerThatReadsSlowly) {
  BlockingClient client = Serve();
  std::string large(8 * kMiB, 'x');
  client.output.Append(large);
  std::thread reader([&] { EXPECT_EQ(PeerReads(large.size()), large); });
  EXPECT_TRUE(client.Flush());
  EXPECT_TRUE(client.output.empty());
  reader.join();
}

TEST_F(BlockingClients, FlushToAPeerThatIsGoneSaysSo) {
  BlockingClient client = Serve();
  peer_.Close();
  client.output.Append("late");
  EXPECT_FALSE(client.Flush());
}

TEST_F(BlockingClients, DoNotKeepTheMemoryOfALargeRequest) {
  BlockingClient client = Serve();
  std::string request = Resp({"SET", "k", std::string(4 * kMiB, 'x')});
  std::thread sender([&] { PeerSends(request + "PING\n"); });
  Request got;
  while (client.parser.Next(&got) != RequestParser::Status::kComplete) {
    ASSERT_TRUE(client.Fill());
  }
  client.output.Append(std::string(4 * kMiB, 'y'));
  client.output.Clear();
  sender.join();
  while (client.parser.Next(&got) != RequestParser::Status::kComplete) {
    ASSERT_TRUE(client.Fill());
  }
  PeerSends("PING\n");
  EXPECT_TRUE(client.Fill());
  EXPECT_LE(client.parser.capacity(), 256 * kKiB);
  EXPECT_EQ(client.output.capacity(), 0u);
}

TEST_F(BlockingClients, SilentOnesAreGivenUpAfterTheIdleTimeout) {
  options_.idle_timeout = std::chrono::seconds(1);
  BlockingClient client = Serve();
  EXPECT_FALSE(client.Fill());
}

TEST_F(BlockingClients, LingerReadsWhatIsStillUnderWay) {
  BlockingClient client = Serve();
  PeerSends(std::string(100000, 'x'));
  ::shutdown(peer_.get(), SHUT_WR);
  client.Linger();
  std::array<char, 1> byte{};
  EXPECT_EQ(Receive(client.socket(), byte, MSG_DONTWAIT).status,
            IoResult::Status::kEnd);
  EXPECT_EQ(PeerReads(1), "");
}

TEST_F(BlockingClients, EchoTrimsLines) {
  BlockingClient client = Serve();
  PeerSends("  a b \r\n\nlast, without an end");
  ::shutdown(peer_.get(), SHUT_WR);
  ServeEcho(client);
  ::shutdown(client.socket(), SHUT_WR);
  EXPECT_EQ(PeerReads(100), "a b\n\n");
}

TEST_F(BlockingClients, EchoEndsWithALineThatIsTooLong) {
  BlockingClient client = Serve();
  std::thread sender([&] {
    PeerSends("short\n" + std::string(64 * kKiB + 1, 'x'));
    ::shutdown(peer_.get(), SHUT_WR);
  });
  ServeEcho(client);
  sender.join();
  EXPECT_EQ(PeerReads(1000),
            "short\nERR Protocol error: too big inline request\n");
}

}  // namespace
}  // namespace stepkv::testing
