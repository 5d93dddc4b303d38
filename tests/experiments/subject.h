// The server that an experiment is about, and clients whose doings are drawn.
#ifndef STEPKV_TESTS_EXPERIMENTS_SUBJECT_H_
#define STEPKV_TESTS_EXPERIMENTS_SUBJECT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/experiments/lanes.h"
#include "tests/support/server_process.h"
#include "tests/support/tcp_client.h"

namespace stepkv::testing {

// A server's binary. What it can do is found out by asking it.
class Subject {
 public:
  explicit Subject(std::string path);

  const std::string& name() const { return name_; }  // "03_store_thread"

  // How often to try to catch it. A lab is known to be wrong, and on a busy
  // machine its threads may not meet for a long time.
  std::size_t Tries(std::size_t for_a_step) const;

  // Whether it knows commands; the first steps echo lines.
  bool KnowsCommands();
  // Whether it serves a client while another one is connected.
  bool ServesSeveral();
  // Whether --help names the option.
  bool HasOption(const std::string& option);

  // With `address_space_bytes` the server may have no more addresses than that
  // (0: any number), and its malloc reserves none for each thread.
  ServerProcess Start(std::vector<std::string> arguments = {},
                      std::uint64_t address_space_bytes = 0);

 private:
  std::string path_;
  std::string name_;
  std::optional<bool> knows_commands_;
  std::optional<bool> serves_several_;
  std::optional<std::string> help_;
};

// A client in a lane of its own. One thread at a time.
class Client {
 public:
  Client(const ServerProcess& server, Lanes& lanes, std::size_t lane);

  // One line out, one line back. What echoes and what runs commands give the
  // same answer to SayTag and HearsTag: each client sends text of its own, so
  // that a reply to the wrong client shows.
  void Say(std::string_view line);
  std::string Hear();
  std::string Ask(std::string_view line);

  void SayTag(std::string_view tag) { Say("ECHO " + std::string(tag)); }
  bool HearsTag(std::string_view tag) { return Hear().ends_with(tag); }
  bool AsksTag(std::string_view tag) {
    SayTag(tag);
    return HearsTag(tag);
  }

  // Is answered, or will not be (see Answered in process_state.h).
  bool IsAnswered(ServerProcess& server);

  void Leave();

  TcpClient& socket() { return socket_; }

 private:
  TcpClient socket_;
  Lanes& lanes_;
  std::size_t lane_;
};

// A RESP request.
std::string Resp(const std::vector<std::string>& words);

// "1 client", "2 clients".
std::string Count(std::size_t number, std::string_view noun);

// "p7", of "p" and 7.
std::string Numbered(std::string_view prefix, std::size_t number);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_EXPERIMENTS_SUBJECT_H_
