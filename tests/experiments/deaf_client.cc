#include "tests/experiments/deaf_client.h"

#include <string>

#include "tests/experiments/process_state.h"

namespace stepkv::testing {
namespace {

constexpr std::size_t kLineBytes = 1024;  // its line break included
constexpr std::size_t kMostEchoBytes =
    DeafClient::kValueBytes * DeafClient::kReplies;

}  // namespace

DeafClient::DeafClient(ServerProcess& server, bool knows_commands)
    : server_(server), knows_commands_(knows_commands), socket_(server.port()) {
  if (!knows_commands_) return;
  socket_.Send(Resp({"SET", "deaf", std::string(kValueBytes, 'd')}));
  socket_.ReadLine();
}

void DeafClient::Ask() {
  if (!knows_commands_) return AskForEchoes();
  for (std::size_t i = 0; i < kReplies; ++i) {
    socket_.Send(Resp({"GET", "deaf"}));
    owed_bytes_ += kValueBytes + std::string("$1048576\r\n\r\n").size();
  }
  AwaitSleep(server_);
}

void DeafClient::AskForEchoes() {
  std::string line = std::string(kLineBytes - 1, 'd') + '\n';
  std::string lines;
  for (int i = 0; i < 64; ++i) lines += line;
  std::size_t sent = 0;
  std::size_t taken = 0;
  do {  // until the kernel takes nothing although the server is at rest
    AwaitSleep(server_);
    taken = 0;
    while (std::size_t more = socket_.SendWithoutWaiting(
               std::string_view(lines).substr(sent % kLineBytes))) {
      taken += more;
      sent += more;
      if (sent >= kMostEchoBytes) break;
    }
  } while (taken > 0 && sent < kMostEchoBytes);
  owed_bytes_ = sent / kLineBytes * kLineBytes;
}

bool DeafClient::HearsAll() {
  socket_.HalfClose();
  std::size_t heard = 0;
  for (;;) {
    std::size_t count = socket_.ReadSome(1 << 20).size();
    if (count == 0) return heard >= owed_bytes_;
    heard += count;
  }
}

}  // namespace stepkv::testing
