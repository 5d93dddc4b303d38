#include "tests/linearizability/load.h"

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <random>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "tests/support/tcp_client.h"

namespace stepkv::testing {
namespace {

using Words = std::vector<std::string>;

std::int64_t NowNs() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

std::string KeyName(int key) {
  return std::string(1, static_cast<char>('a' + key));
}

std::string Encoded(const Words& words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) {
    text += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return text;
}

// The requests of one client, in an order that its seed decides. Every value
// that it writes is a number that no other request writes, so that a reader
// shows whose value it saw; and a number, so that INCR can add to it.
class Requests {
 public:
  Requests(const Load& load, int client)
      : load_(load),
        next_value_(client),
        random_(load.seed * 1'000'003 + static_cast<std::uint64_t>(client)) {}

  Words Next() { return load_.mix == Mix::kSingle ? Single() : Multi(); }

  int Below(int n) {
    return static_cast<int>(random_() % static_cast<std::uint64_t>(n));
  }

 private:
  // `%` stands for a new value. Repeated forms are more frequent.
  Words Single() {
    static constexpr std::string_view kForms[] = {
        "GET",  "GET",    "GET",    "GET",      "SET %",   "SET %",    "INCR",
        "INCR", "INCR",   "INCR",   "APPEND %", "SETNX %", "GETSET %", "GETDEL",
        "DEL",  "EXISTS", "STRLEN", "DECRBY %", "GET",     "INCR",
    };
    std::string_view form = kForms[Below(std::size(kForms))];
    Words words{std::string(form.substr(0, form.find(' '))),
                KeyName(Below(load_.keys))};
    if (form.ends_with('%')) words.push_back(NewValue());
    return words;
  }

  // Commands on several keys; MSET writes one value under all of its keys.
  Words Multi() {
    static constexpr std::string_view kNames[] = {
        "MGET",   "MGET", "MGET", "MGET",   "MGET", "MSET", "MSET", "MSET",
        "MSETNX", "DEL",  "DEL",  "EXISTS", "GET",  "SET",  "INCR"};
    static constexpr std::string_view kTableNames[] = {"DBSIZE", "DBSIZE",
                                                       "FLUSHALL"};
    if (load_.mix == Mix::kTable && Below(4) == 0) {
      return {std::string(kTableNames[Below(std::size(kTableNames))])};
    }
    std::string_view name = kNames[Below(std::size(kNames))];
    bool several = name.starts_with('M') || name == "DEL" || name == "EXISTS";
    bool writes = name.find("SET") != std::string_view::npos;
    Words words{std::string(name)};
    std::string value = NewValue();
    for (int key : Keys(several ? 2 + Below(3) : 1)) {
      words.push_back(KeyName(key));
      if (writes) words.push_back(value);
    }
    return words;
  }

  // Different keys in any order, so that lock orders are put to the test.
  std::vector<int> Keys(int count) {
    std::vector<int> keys;
    for (int key = 0; key < load_.keys; ++key) keys.push_back(key);
    std::ranges::shuffle(keys, random_);
    keys.resize(static_cast<std::size_t>(std::min(count, load_.keys)));
    return keys;
  }

  std::string NewValue() {
    next_value_ += load_.clients;
    return std::to_string(next_value_);
  }

  const Load& load_;
  int next_value_;
  std::mt19937_64 random_;
};

// One connection, and what was said on it.
class Client {
 public:
  Client(const Load& load, int number)
      : load_(load),
        number_(number),
        requests_(load, number),
        connection_(load.port, load.host) {}

  void Run() {
    while (static_cast<int>(operations_.size()) < load_.operations) {
      int left = load_.operations - static_cast<int>(operations_.size());
      if (!Exchange(std::min(left, 1 + requests_.Below(load_.depth)))) return;
    }
  }

  History operations() && { return std::move(operations_); }
  const std::string& trouble() const { return trouble_; }

 private:
  // Sends `count` requests at once and reads their replies.
  bool Exchange(int count) {
    std::size_t first = operations_.size();
    std::string bytes;
    for (int i = 0; i < count; ++i) {
      operations_.push_back({.client = number_,
                             .words = requests_.Next(),
                             .invoked_ns = 0,
                             .responded_ns = kNeverNs,
                             .reply = {}});
      bytes += Encoded(operations_.back().words);
    }
    std::int64_t now = NowNs();  // not later: a reply may overtake us
    for (std::size_t i = first; i < operations_.size(); ++i) {
      operations_[i].invoked_ns = now;
    }
    connection_.Send(bytes);  // a failure shows when no reply comes
    return std::all_of(operations_.begin() + static_cast<std::ptrdiff_t>(first),
                       operations_.end(),
                       [this](Operation& o) { return Await(o); });
  }

  bool Await(Operation& operation) {
    std::string reply;
    bool silent = !connection_.Readable(load_.patience);
    if (!silent) reply = connection_.ReadReply();
    if (!reply.ends_with("\r\n")) {
      trouble_ = "client " + std::to_string(number_) +
                 (silent ? " still waits for the reply to"
                         : ": the server hung up instead of answering");
      for (const std::string& word : operation.words) trouble_ += " " + word;
      return false;
    }
    operation.responded_ns = NowNs();
    operation.reply = std::move(reply);
    return true;
  }

  const Load& load_;
  const int number_;
  Requests requests_;
  TcpClient connection_;
  History operations_;
  std::string trouble_;
};

void EmptyTheTable(const Load& load) {
  Words words{"FLUSHALL"};
  if (load.mix != Mix::kTable) {
    words = {"DEL"};
    for (int key = 0; key < load.keys; ++key) words.push_back(KeyName(key));
  }
  TcpClient connection(load.port, load.host);
  connection.Send(Encoded(words));
  std::string reply = connection.ReadReply();
  if (reply.empty() || reply[0] == '-') {
    throw std::runtime_error(words[0] + " was answered with '" + reply + "'");
  }
}

}  // namespace

std::string NameOf(Mix mix) {
  switch (mix) {
    case Mix::kSingle:
      return "single";
    case Mix::kMulti:
      return "multi";
    default:
      return "table";
  }
}

Recording Run(const Load& load) {
  EmptyTheTable(load);
  std::vector<Client> clients;
  clients.reserve(static_cast<std::size_t>(load.clients));
  for (int i = 0; i < load.clients; ++i) clients.emplace_back(load, i + 1);
  std::barrier start(load.clients);
  std::vector<std::thread> threads;
  for (Client& client : clients) {
    threads.emplace_back([&client, &start] {
      start.arrive_and_wait();
      client.Run();
    });
  }
  for (std::thread& thread : threads) thread.join();
  Recording recording;
  for (Client& client : clients) {
    if (!client.trouble().empty()) {
      recording.troubles.push_back(client.trouble());
    }
    History operations = std::move(client).operations();
    std::ranges::move(operations, std::back_inserter(recording.history));
  }
  return recording;
}

}  // namespace stepkv::testing
