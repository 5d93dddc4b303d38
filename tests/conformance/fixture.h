// What every conformance case is written with: a Client with the verbs Send,
// Expect and ExpectClosed, a Case that connects it to the server under test,
// and CONFORMANCE, which registers a case together with what it needs.
#ifndef STEPKV_TESTS_CONFORMANCE_FIXTURE_H_
#define STEPKV_TESTS_CONFORMANCE_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conformance/target.h"
#include "tests/support/server_process.h"
#include "tests/support/tcp_client.h"

namespace stepkv::testing {

using namespace std::string_literals;       // "a\0b"s holds its NUL
using namespace std::string_view_literals;  // so does "a\0b"sv

// A client whose expectations fail the running case. After its first failure
// it expects nothing more, so that one wrong reply is reported once. One
// thread at a time.
class Client : public TcpClient {
 public:
  using TcpClient::TcpClient;

  // The next bytes from the server are exactly these.
  void Expect(std::string_view expected, const char* file = __builtin_FILE(),
              int line = __builtin_LINE());

  // The server closes, and sends nothing before it does.
  void ExpectClosed(const char* file = __builtin_FILE(),
                    int line = __builtin_LINE());

  // Sends and expects at once, so that neither side has to buffer it all.
  void Exchange(const std::string& request, std::string_view replies,
                const char* file = __builtin_FILE(),
                int line = __builtin_LINE());

  // Sends a request and returns its reply, RESP as it came.
  std::string Ask(std::string_view request);

  // Waits until the server's kernel has every byte sent so far.
  void AwaitDelivery();

  bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

// A case: starts on a server that runs and holds no keys, and leaves one that
// still runs. The verbs without a client are those of `client()`.
class Case : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  Client Connect();
  Client ConnectTo(const ServerProcess& server);

  Client& client();
  void Send(std::string_view bytes) { client().Send(bytes); }
  void Expect(std::string_view bytes, const char* file = __builtin_FILE(),
              int line = __builtin_LINE()) {
    client().Expect(bytes, file, line);
  }
  void ExpectClosed(const char* file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
    client().ExpectClosed(file, line);
  }

  // A request whose reply holds `word`, whatever the server is, and that
  // reply; both together prove that a client is served.
  void SendWord(Client& to, std::string_view word);
  void ExpectWord(Client& from, std::string_view word,
                  const char* file = __builtin_FILE(),
                  int line = __builtin_LINE());
  void ExpectServed(Client& served, std::string_view word,
                    const char* file = __builtin_FILE(),
                    int line = __builtin_LINE()) {
    SendWord(served, word);
    ExpectWord(served, word, file, line);
  }

  // A fresh process of the step under test, with options.
  ServerProcess StartServer(std::vector<std::string> arguments = {},
                            std::uint64_t descriptors = 0);

 private:
  std::optional<Client> client_;
};

// Asks until `holds` is true; false when it is not within kPatience. For what
// a server does in its own time, such as noticing that a client has gone.
bool Eventually(const std::function<bool()>& holds);

// Text with control bytes escaped, cut short near `focus`.
std::string Shown(std::string_view bytes, std::size_t focus = 0);

// --- What goes over the wire ---

// RESP of an array of bulk strings, and of one bulk string.
std::string Resp(const std::vector<std::string>& words);
std::string Bulk(std::string_view value);

// `text` repeated; for long values and pipelines.
std::string Repeat(std::string_view text, std::size_t times);

// `size` printable bytes without a period that a buffer size could hide in.
std::string Pattern(std::size_t size);

// A way to ask and to be answered. `encode` makes a request from words
// separated by one blank (`""` is an empty word), `render` a reply of this
// dialect from the RESP reply.
struct Dialect {
  const char* name;
  std::string (*encode)(std::string_view words);
  std::string (*render)(std::string_view resp_reply);
};

// The dialects that the server under test answers in: RESP, inline commands
// and, on our servers, lines.
const std::vector<Dialect>& Dialects();

// --- Registration ---

struct CaseEntry {
  const char* suite;
  const char* name;
  Needs needs;
  const char* file;
  int line;
  Case* (*make)();
};

bool AddCase(const CaseEntry& entry);
const std::vector<CaseEntry>& AllCases();

}  // namespace stepkv::testing

// CONFORMANCE(Suite, Fact, needs) { body }: a case that runs when the server
// under test has all features in `needs`.
#define CONFORMANCE(suite, name, needs)                                       \
  class suite##_##name : public ::stepkv::testing::Case {                     \
    void TestBody() override;                                                 \
  };                                                                          \
  [[maybe_unused]] const bool suite##_##name##_added =                        \
      ::stepkv::testing::AddCase(                                             \
          {#suite, #name, needs, __FILE__, __LINE__,                          \
           []() -> ::stepkv::testing::Case* { return new suite##_##name; }}); \
  void suite##_##name::TestBody()

#endif  // STEPKV_TESTS_CONFORMANCE_FIXTURE_H_
