#include "common/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "tests/support/tcp_client.h"

namespace stepkv::testing {
namespace {

using Outcome = Listener::Outcome;

constexpr char kRefusal[] = "-ERR max number of clients reached\r\n";

class ListenerTest : public ::testing::Test {
 protected:
  TcpClient Connect() { return TcpClient(LocalPort(listener_.get())); }
  Listener listener_{Listen("127.0.0.1", 0)};
};

// As long as it lives, this process can open no further descriptor.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &old_), 0);
    rlimit few = old_;
    few.rlim_cur = 64;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) taken_.emplace_back(fd);
    EXPECT_FALSE(taken_.empty());
  }
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &old_); }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;

  void GiveBackOne() { taken_.pop_back(); }

 private:
  rlimit old_{};
  std::vector<Descriptor> taken_;
};

TEST_F(ListenerTest, NobodyIsThereUntilSomebodyConnects) {
  Descriptor socket;
  EXPECT_EQ(listener_.TryAccept(0, &socket), Outcome::kNobody);
  EXPECT_FALSE(socket.valid());
  TcpClient client = Connect();
  EXPECT_EQ(listener_.TryAccept(0, &socket), Outcome::kAccepted);
  EXPECT_TRUE(socket.valid());
  EXPECT_EQ(listener_.TryAccept(0, &socket), Outcome::kNobody);
}

TEST_F(ListenerTest, AcceptsBlockingSocketsThatSendAtOnceAndAreNotInherited) {
  TcpClient client = Connect();
  std::optional<Descriptor> socket = listener_.Accept();
  ASSERT_TRUE(socket);
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  EXPECT_EQ(
      ::getsockopt(socket->get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size),
      0);
  EXPECT_NE(no_delay, 0);
  EXPECT_EQ(::fcntl(socket->get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(socket->get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(ListenerTest, TakesTheFlagsOfAccept4) {
  TcpClient client = Connect();
  Descriptor socket;
  EXPECT_EQ(listener_.TryAccept(SOCK_NONBLOCK, &socket), Outcome::kAccepted);
  EXPECT_NE(::fcntl(socket.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(ListenerTest, RefusesWithAReplyThatIsNotLostToUnreadBytes) {
  TcpClient client = Connect();
  ASSERT_TRUE(client.Send("PING\r\n"));
  listener_.Refuse(std::move(*listener_.Accept()), "a test");
  EXPECT_EQ(client.ReadToEnd(), kRefusal);
}

TEST_F(ListenerTest, OutOfDescriptorsEveryClientIsToldAndNoneIsLeftWaiting) {
  TcpClient first = Connect();
  TcpClient second = Connect();
  TcpClient third = Connect();
  NoDescriptorsLeft shortage;
  Descriptor socket;
  EXPECT_EQ(listener_.TryAccept(0, &socket), Outcome::kNobody);
  EXPECT_EQ(first.ReadToEnd(), kRefusal);
  EXPECT_EQ(listener_.TryAccept(0, &socket), Outcome::kNobody);
  EXPECT_EQ(second.ReadToEnd(), kRefusal);
  shortage.GiveBackOne();
  EXPECT_EQ(listener_.TryAccept(0, &socket), Outcome::kAccepted);
  EXPECT_TRUE(third.Send("x"));
}

}  // namespace
}  // namespace stepkv::testing
