// Every limit, at and one past. "Declared" cases do not send what they declare:
// they end the stream, and a refusal would stand before its end.
#include <fstream>

#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kMaxLineBytes = 64 * 1024;  // up to its LF
constexpr std::size_t kMaxArguments = 1024 * 1024;
constexpr char kTooBigLine[] = "ERR Protocol error: too big inline request";

// A request line of `size` bytes before its LF, `end` among them.
std::string LongLine(std::size_t size, std::string_view end) {
  std::string line = "ECHO ";
  line.append(size - line.size() - end.size(), 'x');
  return line.append(end);
}

CONFORMANCE(Limits, InlineOf64KiBIsServed, kStore) {
  std::string line = LongLine(kMaxLineBytes, "\r");
  client().Exchange(line + "\nPING\r\n",
                    Bulk(line.substr(5, line.size() - 6)) + "+PONG\r\n");
}

CONFORMANCE(Limits, InlineOneByteLongerIsRefusedBeforeItEnds, kStore) {
  Send("PING\r\n" + LongLine(kMaxLineBytes + 1, ""));
  Expect("+PONG\r\n-"s + kTooBigLine + "\r\n");
  ExpectClosed();
}

CONFORMANCE(Limits, InlineOneByteLongerIsRefusedAlsoWithItsEnd,
            kStore | kOurs) {
  Send("PING\r\n" + LongLine(kMaxLineBytes + 1, "\r") + "\nSET k v\r\n");
  Expect("+PONG\r\n-"s + kTooBigLine + "\r\n");
  ExpectClosed();
}

CONFORMANCE(Limits, LineOf64KiBIsServed, kStore | kOurs) {
  std::string line = LongLine(kMaxLineBytes, "");
  client().Exchange(line + "\nPING\n", line.substr(5) + "\nPONG\n");
}

// There is no end yet to tell the dialect by: it is that of the request before.
CONFORMANCE(Limits, LineOneByteLongerIsRefusedInTheDialectBefore,
            kStore | kOurs) {
  for (const char* end : {"", "\nSET k v\n"}) {
    Client peer = Connect();
    peer.Send("PING\n" + LongLine(kMaxLineBytes + 1, "") + end);
    peer.Expect("PONG\n"s + kTooBigLine + "\n");
    peer.ExpectClosed();
  }
  Send(LongLine(kMaxLineBytes + 1, ""));
  Expect("-"s + kTooBigLine + "\r\n");
  ExpectClosed();
}

CONFORMANCE(Limits, CountOrLengthOf64KiBWithoutAnEndIsRefused, kStore) {
  const std::string digits(kMaxLineBytes, '1');
  Send("*" + digits);  // with the `*` one byte past
  Expect("-ERR Protocol error: too big mbulk count string\r\n");
  ExpectClosed();
  Client other = Connect();
  other.Send("*1\r\n$" + digits);
  other.Expect("-ERR Protocol error: too big bulk count string\r\n");
  other.ExpectClosed();
}

CONFORMANCE(Limits, CountOrLengthOneByteShorterIsStillAwaited, kStore) {
  const std::string digits(kMaxLineBytes - 1, '1');
  for (const std::string& part : {"*" + digits, "*1\r\n$" + digits}) {
    Client peer = Connect();
    peer.Send("PING\r\n" + part);
    peer.HalfClose();
    peer.Expect("+PONG\r\n");
    peer.ExpectClosed();
  }
}

CONFORMANCE(Limits, BulkOf512MiBIsAwaited, kStore) {
  Send(Resp({"PING"}) + "*2\r\n$4\r\nECHO\r\n$536870912\r\nfirst bytes");
  client().HalfClose();
  Expect("+PONG\r\n");
  ExpectClosed();
}

CONFORMANCE(Limits, BulkOneByteLongerIsRefused, kStore) {
  Send(Resp({"PING"}) + "*2\r\n$4\r\nECHO\r\n$536870913\r\nfirst bytes");
  Expect("+PONG\r\n-ERR Protocol error: invalid bulk length\r\n");
  ExpectClosed();
}

CONFORMANCE(Limits, RequestOf1048576ArgumentsIsServed, kStore) {
  std::string request = "*" + std::to_string(kMaxArguments) + "\r\n" +
                        Bulk("EXISTS") + Repeat(Bulk("k"), kMaxArguments - 1);
  Send("SET k v\r\n");
  Expect("+OK\r\n");
  client().Exchange(request + "PING\r\n",
                    ":" + std::to_string(kMaxArguments - 1) + "\r\n+PONG\r\n");
}

// Redis 7 allows more.
CONFORMANCE(Limits, OneArgumentMoreIsRefused, kStore | kOurs) {
  Send("PING\r\n*" + std::to_string(kMaxArguments + 1) + "\r\n$4\r\nPING\r\n");
  Expect("+PONG\r\n-ERR Protocol error: invalid multibulk length\r\n");
  ExpectClosed();
}

// A number of bytes from /proc/PID/status, such as VmSize.
std::uint64_t MemoryOf(const ServerProcess& server, const std::string& field) {
  std::ifstream status("/proc/" + std::to_string(server.pid()) + "/status");
  for (std::string word; status >> word;) {
    std::uint64_t kib = 0;
    if (word == field + ":" && status >> kib) return kib * 1024;
  }
  ADD_FAILURE() << "no " << field << " in /proc";
  return 0;
}

// 40 clients declare 20 GiB and send a few bytes of it.
CONFORMANCE(Limits, MemoryGrowsWithWhatArrivesNotWithWhatIsDeclared,
            kStore | kConcurrent | kProcess) {
  ServerProcess server = StartServer();
  std::uint64_t before = MemoryOf(server, "VmSize");
  std::vector<Client> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(ConnectTo(server));
    clients.back().Send("PING\r\n*1048576\r\n$3\r\nDEL\r\n$536870912\r\nbytes");
    clients.back().Expect("+PONG\r\n");
  }
  EXPECT_LT(MemoryOf(server, "VmSize"), before + (8ULL << 30U));
}

// 256 MiB of replies are asked for; another client is served meanwhile.
CONFORMANCE(Limits, RepliesToAClientThatDoesNotReadAreBounded,
            kStore | kConcurrent | kProcess) {
  ServerProcess server = StartServer();
  Client deaf = ConnectTo(server);
  Client other = ConnectTo(server);
  other.Exchange(Resp({"SET", "big", Pattern(1 << 20)}), "+OK\r\n");
  std::uint64_t before = MemoryOf(server, "VmRSS");
  deaf.Send(Repeat(Resp({"GET", "big"}), 256));
  deaf.AwaitDelivery();
  for (int i = 0; i < 300; ++i) ExpectServed(other, "still-here");
  EXPECT_LT(MemoryOf(server, "VmRSS"), before + (100ULL << 20U));
}

}  // namespace
}  // namespace stepkv::testing
