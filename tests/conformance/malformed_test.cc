// Bytes that are no request: good requests ahead of them are answered, then
// comes one error, and what follows is not looked at.
#include <random>

#include "tests/conformance/fixture.h"

namespace stepkv::testing {
namespace {

struct Row {
  std::string bytes;
  const char* error;
};

constexpr char kCount[] = "invalid multibulk length";
constexpr char kLength[] = "invalid bulk length";
constexpr char kQuotes[] = "unbalanced quotes in request";

std::vector<Row> MalformedRequests() {
  std::vector<Row> rows;
  for (const char* count : {"abc", "", "+1", "01", " 1", "1 ", "-", "-0", "1.0",
                            "0x1", "1\n", "9999999999", "2147483648",
                            "9223372036854775808", "-9223372036854775809"}) {
    rows.push_back({"*"s + count + "\r\n", kCount});
  }
  for (const char* length : {"abc", "", "+4", "04", " 4", "4 ", "-1", "-0",
                             "4.0", "536870913", "9223372036854775808"}) {
    rows.push_back({"*1\r\n$"s + length + "\r\nPING\r\n", kLength});
    rows.push_back({"*2\r\n$4\r\nPING\r\n$"s + length + "\r\n", kLength});
  }
  rows.insert(rows.end(),
              {{"*1\r\nPING\r\n", "expected '$', got 'P'"},
               {"*1\r\n+PING\r\n", "expected '$', got '+'"},
               {"*1\r\n*1\r\n", "expected '$', got '*'"},
               {"*1\r\n \r\n", "expected '$', got ' '"},
               {"*2\r\n$4\r\nECHO\r\n:1\r\n", "expected '$', got ':'"},
               {"*1\r\n\r\nPING\r\n", "expected '$', got ' '"},  // of a CR
               {"*1\r\n\n\r\n", "expected '$', got ' '"},        // of an LF
               {"SET \"k v\r\n", kQuotes},
               {"SET 'k v\r\n", kQuotes},
               {"SET \"k\"v w\r\n", kQuotes},
               {"SET 'k'v w\r\n", kQuotes},
               {"SET k\" v\r\n", kQuotes},
               {"SET k \"v\\\"\r\n", kQuotes},
               {"\"\r\n", kQuotes}});
  return rows;
}

CONFORMANCE(Malformed, IsAnsweredOnceAfterGoodRequestsAndBeforeNone, kStore) {
  for (const Row& row : MalformedRequests()) {
    SCOPED_TRACE(Shown(row.bytes));
    Client peer = Connect();
    peer.Send(Resp({"ECHO", "before"}) + row.bytes + Resp({"SET", "k", "v"}));
    peer.Expect(Bulk("before") + "-ERR Protocol error: " + row.error + "\r\n");
    peer.ExpectClosed();
  }
  Send("EXISTS k\r\n");
  Expect(":0\r\n");
}

CONFORMANCE(Malformed, IsAnsweredHoweverItArrives, kStore) {
  for (const Row& row : MalformedRequests()) {
    SCOPED_TRACE(Shown(row.bytes));
    Client peer = Connect();
    for (char byte : row.bytes) peer.Send({&byte, 1});
    peer.Expect("-ERR Protocol error: "s + row.error + "\r\n");
    peer.ExpectClosed();
  }
}

CONFORMANCE(Malformed, IsAnsweredInTheDialectOfTheLine, kStore | kOurs) {
  Send("PING\nSET \"k v\nPING\n");
  Expect("PONG\nERR Protocol error: unbalanced quotes in request\n");
  ExpectClosed();
}

CONFORMANCE(Malformed, ErrorIsNotLostWhenMoreBytesFollow, kStore | kOurs) {
  const std::string more = Pattern(4 * 1024 * 1024);
  client().Exchange("*x\r\n" + more,
                    "-ERR Protocol error: invalid multibulk length\r\n");
}

CONFORMANCE(Malformed, RandomBytesHarmNobodyElse, kStore | kConcurrent) {
  std::mt19937 random(20261124);  // fixed: the same bytes in every run
  Client witness = Connect();
  for (int i = 0; i < 50; ++i) {
    std::string garbage;
    for (int j = 0; j < 300; ++j) garbage += static_cast<char>(random());
    garbage.insert(0, i % 2 == 0 ? "*" : "");
    Client peer = Connect();
    peer.Send(garbage);
    peer.HalfClose();
    peer.ReadToEnd();
    ExpectServed(witness, "still-here");
  }
}

}  // namespace
}  // namespace stepkv::testing
