// Lab 03: INCR as a GET and a SET
// Mistake:   the client's thread sends the owner of the table two operations:
//            one that reads the number, and one that stores the sum.
// Watch:     no data race, and nothing for a sanitizer to find: one thread
//            alone touches the table. But another client's operation can come
//            between the two, and its update is lost. A channel makes its
//            operations atomic, and no more than those.
// Caught by: the experiment `incr`; the linearizability checker.
// Try:       ./run experiment incr 03 --lab incr_as_get_then_set
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/byte_buffer.h"
#include "common/integer.h"
#include "common/serve_commands.h"
#include "common/server_main.h"
#include "steps/02_thread_per_client/thread_per_client.h"
#include "steps/03_store_thread/store_thread.h"

namespace stepkv {
namespace {

class GetThenSet {
 public:
  void Execute(const Command& command, ReplyWriter& replies) {
    if (command.id() != CommandId::kIncr)
      return store_.Execute(command, replies);
    std::string old =
        Ask(std::array<std::string_view, 2>{"get", command.key(0)});
    std::optional<std::int64_t> number =
        old.empty() ? 0 : ParseInteger(old);  // a missing key is empty
    if (!number)
      return replies.Error("ERR value is not an integer or out of range");
    // Here another client's operation may be run.
    std::string sum = std::to_string(*number + 1);
    Ask(std::array<std::string_view, 3>{"set", command.key(0), sum});
    replies.Integer(*number + 1);
  }

 private:
  // The store's answer to a command of our own, as one line.
  std::string Ask(Arguments words) {
    ByteBuffer answer;
    ReplyWriter replies(answer, Dialect::kLine);
    store_.Execute(Command{FindCommand(words[0]), words}, replies);
    return std::string(answer.View().substr(0, answer.size() - 1));
  }

  StoreThread store_;
};

}  // namespace
}  // namespace stepkv

int main(int argc, char** argv) {
  using namespace stepkv;
  return ServerMain(argc, argv, {.name = "lab_03_incr_as_get_then_set"},
                    [](Server& server) {
                      GetThenSet store;
                      ThreadPerClient(server, [&](BlockingClient& client) {
                        ServeCommands(client, store);
                      }).Run();
                    });
}
