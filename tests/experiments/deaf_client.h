// A client that asks for a lot and never reads.
#ifndef STEPKV_TESTS_EXPERIMENTS_DEAF_CLIENT_H_
#define STEPKV_TESTS_EXPERIMENTS_DEAF_CLIENT_H_

#include <cstddef>

#include "tests/experiments/subject.h"
#include "tests/support/server_process.h"
#include "tests/support/tcp_client.h"

namespace stepkv::testing {

class DeafClient {
 public:
  // Connects. What knows commands gets a value of kValueBytes to send back.
  DeafClient(ServerProcess& server, bool knows_commands);

  // Asks for kReplies times the value; of what echoes, for as many bytes as
  // it takes. Returns when the server has come to rest, or is gone.
  void Ask();

  // Reads after all. Whether every answer is there, whole.
  bool HearsAll();

  std::size_t owed_bytes() const { return owed_bytes_; }

  static constexpr std::size_t kValueBytes = 1 << 20;
  static constexpr std::size_t kReplies = 64;

 private:
  void AskForEchoes();

  ServerProcess& server_;
  const bool knows_commands_;
  TcpClient socket_;
  std::size_t owed_bytes_ = 0;  // of whole answers
};

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_EXPERIMENTS_DEAF_CLIENT_H_
