#include "tests/conformance/fixture.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <thread>
#include <utility>

namespace stepkv::testing {
namespace {

constexpr std::size_t kShownBytes = 160;

// Splits on single blanks; `""` stands for an empty word.
std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    std::size_t end = std::min(text.find(' '), text.size());
    std::string word(text.substr(0, end));
    words.push_back(word == "\"\"" ? "" : word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string_view TakeLine(std::string_view* text) {
  std::size_t end = text->find("\r\n");
  std::string_view line = text->substr(0, end);
  text->remove_prefix(end + 2);
  return line;
}

// One RESP value of plain text as the line dialect shows it: enough for the
// command tables. Quoting has cases of its own, spelt out by hand.
std::string LineOf(std::string_view* resp, bool in_list) {
  std::string_view head = TakeLine(resp);
  long count = std::atol(std::string(head.substr(1)).c_str());
  bool missing = head[0] == '_' || (count < 0 && head[0] != ':');
  if (missing) return in_list ? "(nil)" : "";
  if (head[0] == '$') {
    auto size = static_cast<std::size_t>(count);
    std::string value(resp->substr(0, size));
    resp->remove_prefix(size + 2);
    return value.empty() ? "\"\"" : value;
  }
  if (head[0] != '*') return std::string(head.substr(1));
  std::string list;
  for (long i = 0; i < count; ++i) {
    if (i > 0) list += ' ';
    list += LineOf(resp, true);
  }
  return list;
}

std::string Unchanged(std::string_view resp_reply) {
  return std::string(resp_reply);
}

bool HasSanitizerReport(const std::string& errors) {
  return errors.find("Sanitizer") != std::string::npos ||
         errors.find("runtime error:") != std::string::npos;
}

}  // namespace

// --- Client ---

void Client::Expect(std::string_view expected, const char* file, int line) {
  if (failed_) return;
  std::string got;
  while (got.size() < expected.size()) {
    std::string more = ReadSome(expected.size() - got.size());
    bool differs = expected.compare(got.size(), more.size(), more) != 0;
    got += more;
    if (differs || more.empty()) break;
  }
  if (got == expected) return;
  failed_ = true;
  auto difference = static_cast<std::size_t>(
      std::mismatch(got.begin(), got.end(), expected.begin(), expected.end())
          .first -
      got.begin());
  // The rest of a wrong reply helps whoever reads the failure.
  while (got.size() < difference + kShownBytes &&
         Readable(std::chrono::milliseconds(100))) {
    std::string more = ReadSome(kShownBytes);
    if (more.empty()) break;
    got += more;
  }
  ADD_FAILURE_AT(file, line) << "reply differs at byte " << difference
                             << "\n  expected " << Shown(expected, difference)
                             << "\n  got      " << Shown(got, difference);
}

void Client::ExpectClosed(const char* file, int line) {
  if (failed_ || ClosedByServer()) return;
  failed_ = true;
  std::string got = Readable(std::chrono::milliseconds(100))
                        ? ReadSome(kShownBytes)
                        : std::string();
  ADD_FAILURE_AT(file, line)
      << "the server should close here; it "
      << (got.empty() ? "does not" : "sends first: " + Shown(got));
}

void Client::Exchange(const std::string& request, std::string_view replies,
                      const char* file, int line) {
  auto sent = std::async(std::launch::async, [&] { return Send(request); });
  Expect(replies, file, line);
  if (!sent.get() && !failed_) {
    failed_ = true;
    ADD_FAILURE_AT(file, line) << "the server did not take the whole request";
  }
}

std::string Client::Ask(std::string_view request) {
  Send(request);
  return ReadReply();
}

void Client::AwaitDelivery() {
  bool delivered = Eventually([this] {
    int pending = 0;
    return ::ioctl(fd(), SIOCOUTQ, &pending) == 0 && pending == 0;
  });
  EXPECT_TRUE(delivered) << "the server's kernel did not take the bytes";
}

// --- Case ---

void Case::SetUp() {
  // Started here, so that a server that does not start fails the case.
  TheTarget().SharedPort();
  if (!TheTarget().Has(kStore)) return;
  Client cleaner = Connect();
  cleaner.Send("FLUSHALL\r\n");
  cleaner.Expect("+OK\r\n");
}

void Case::TearDown() {
  client_.reset();
  ServerProcess* shared = TheTarget().shared();
  if (shared == nullptr) return;
  if (!shared->Running()) {
    ADD_FAILURE() << "the server ended in this case: exit code "
                  << shared->Wait().value_or(-1) << "\n"
                  << shared->Errors();
    TheTarget().ForgetShared();
  } else if (HasFailure() && HasSanitizerReport(shared->Errors())) {
    ADD_FAILURE() << shared->Errors();
  }
}

Client Case::Connect() {
  return Client(TheTarget().SharedPort(), TheTarget().host());
}

Client Case::ConnectTo(const ServerProcess& server) {
  return Client(server.port());
}

Client& Case::client() {
  if (!client_) client_.emplace(Connect());
  return *client_;
}

void Case::SendWord(Client& to, std::string_view word) {
  std::string text(word);
  to.Send(TheTarget().Has(kStore) ? "ECHO " + text + "\r\n" : text + "\n");
}

void Case::ExpectWord(Client& from, std::string_view word, const char* file,
                      int line) {
  bool store = TheTarget().Has(kStore);
  from.Expect(store ? Bulk(word) : std::string(word) + "\n", file, line);
}

ServerProcess Case::StartServer(std::vector<std::string> arguments,
                                std::uint64_t descriptors) {
  ServerProcess::Config config;
  config.path = TheTarget().path();
  config.arguments = std::move(arguments);
  config.descriptors = descriptors;
  return ServerProcess::StartStep(config);
}

bool Eventually(const std::function<bool()>& holds) {
  auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

std::string Shown(std::string_view bytes, std::size_t focus) {
  std::size_t start = focus > kShownBytes / 2 ? focus - kShownBytes / 2 : 0;
  std::string_view part = bytes.substr(std::min(start, bytes.size()));
  std::string text = start > 0 ? "...\"" : "\"";
  for (char c : part.substr(0, kShownBytes)) {
    auto byte = static_cast<unsigned char>(c);
    char escaped[8];
    if (byte == '\r' || byte == '\n') {
      text += byte == '\r' ? "\\r" : "\\n";
    } else if (byte < 0x20 || byte > 0x7e) {
      std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
      text += escaped;
    } else {
      text += static_cast<char>(byte);
    }
  }
  text += part.size() > kShownBytes ? "\"..." : "\"";
  return text + " (" + std::to_string(bytes.size()) + " bytes)";
}

// --- What goes over the wire ---

std::string Bulk(std::string_view value) {
  std::string bulk = "$" + std::to_string(value.size()) + "\r\n";
  bulk += value;
  return bulk + "\r\n";
}

std::string Resp(const std::vector<std::string>& words) {
  std::string request = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) request += Bulk(word);
  return request;
}

std::string Repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

std::string Pattern(std::size_t size) {
  std::string bytes(size, ' ');
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<char>('!' + (i * i + i / 89) % 89);
  }
  return bytes;
}

const std::vector<Dialect>& Dialects() {
  static const std::vector<Dialect> dialects = [] {
    std::vector<Dialect> made{
        {"RESP", [](std::string_view words) { return Resp(Words(words)); },
         Unchanged},
        {"inline",
         [](std::string_view words) { return std::string(words) + "\r\n"; },
         Unchanged}};
    if (TheTarget().Has(kOurs)) {
      made.push_back(
          {"line",
           [](std::string_view words) { return std::string(words) + "\n"; },
           [](std::string_view reply) {
             return LineOf(&reply, false) + "\n";
           }});
    }
    return made;
  }();
  return dialects;
}

// --- Registration ---

namespace {
std::vector<CaseEntry>& Registry() {
  static std::vector<CaseEntry> registry;
  return registry;
}
}  // namespace

bool AddCase(const CaseEntry& entry) {
  Registry().push_back(entry);
  return true;
}

const std::vector<CaseEntry>& AllCases() { return Registry(); }

}  // namespace stepkv::testing
