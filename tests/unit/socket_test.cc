#include "common/socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace stepkv::testing {
namespace {

using Status = IoResult::Status;

bool IsOpen(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

struct Pair {
  Pair() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    a = Descriptor(fds[0]);
    b = Descriptor(fds[1]);
  }
  Descriptor a, b;
};

TEST(Descriptor, ClosesOnceWhenItsOwnerEnds) {
  int fd = -1;
  {
    Descriptor first(::dup(0));
    fd = first.get();
    Descriptor second(std::move(first));
    EXPECT_FALSE(first.valid());
    EXPECT_EQ(second.get(), fd);
    EXPECT_TRUE(IsOpen(fd));
  }
  EXPECT_FALSE(IsOpen(fd));
}

TEST(Descriptor, AssignmentClosesTheOldOne) {
  Descriptor kept(::dup(0));
  int old = kept.get();
  kept = Descriptor(::dup(0));
  EXPECT_FALSE(IsOpen(old));
  EXPECT_TRUE(IsOpen(kept.get()));
  kept.Close();
  kept.Close();
  EXPECT_FALSE(kept.valid());
}

TEST(Io, MovesBytesAndSeesTheEnd) {
  Pair pair;
  std::array<char, 16> bytes{};
  EXPECT_EQ(Receive(pair.b.get(), bytes, MSG_DONTWAIT).status,
            Status::kWouldBlock);
  IoResult sent = Send(pair.a.get(), "hello", 0);
  EXPECT_EQ(sent.status, Status::kDone);
  EXPECT_EQ(sent.bytes, 5u);
  IoResult got = Receive(pair.b.get(), bytes, 0);
  EXPECT_EQ(got.status, Status::kDone);
  EXPECT_EQ(std::string(bytes.data(), got.bytes), "hello");
  pair.a.Close();
  EXPECT_EQ(Receive(pair.b.get(), bytes, 0).status, Status::kEnd);
}

TEST(Io, APeerThatIsGoneIsAValueAndNoSignal) {
  Pair pair;
  pair.b.Close();
  EXPECT_EQ(Send(pair.a.get(), "hello", 0).status, Status::kFailed);
}

TEST(Io, AFullSocketWouldBlock) {
  Pair pair;
  std::string bytes(1 << 20, 'x');
  IoResult sent{Status::kDone};
  while (sent.status == Status::kDone) {
    sent = Send(pair.a.get(), bytes, MSG_DONTWAIT);
  }
  EXPECT_EQ(sent.status, Status::kWouldBlock);
}

TEST(Listen, PicksAFreePortAndSaysWhich) {
  Descriptor v4 = Listen("127.0.0.1", 0);
  std::uint16_t port = LocalPort(v4.get());
  EXPECT_GT(port, 0);
  EXPECT_EQ(LocalAddress(v4.get()), "127.0.0.1:" + std::to_string(port));
}

TEST(Listen, TakesIpv6AddressesWhereThereAreAny) {
  try {
    Descriptor v6 = Listen("::1", 0);
    EXPECT_TRUE(LocalAddress(v6.get()).starts_with("[::1]:"));
  } catch (const std::system_error& error) {
    // A system without IPv6, and only that.
    EXPECT_TRUE(error.code().value() == EADDRNOTAVAIL ||
                error.code().value() == EAFNOSUPPORT)
        << error.what();
  }
}

TEST(Listen, APortInUseIsNamed) {
  Descriptor first = Listen("127.0.0.1", 0);
  std::uint16_t port = LocalPort(first.get());
  try {
    Listen("127.0.0.1", port);
    ADD_FAILURE() << "it is taken";
  } catch (const std::system_error& error) {
    EXPECT_EQ(
        std::string(error.what()),
        "bind 127.0.0.1:" + std::to_string(port) + ": Address already in use");
  }
}

TEST(Listen, ASharedPortIsTakenTwice) {
  Descriptor first = Listen("127.0.0.1", 0, SharedPort::kYes);
  std::uint16_t port = LocalPort(first.get());
  Descriptor second = Listen("127.0.0.1", port, SharedPort::kYes);
  EXPECT_EQ(LocalPort(second.get()), port);
}

TEST(Listen, NamesAreNotAddresses) {
  EXPECT_THROW(Listen("localhost.invalid", 0), std::system_error);
  EXPECT_THROW(Listen("127.0.0.1.5", 0), std::system_error);
}

}  // namespace
}  // namespace stepkv::testing
