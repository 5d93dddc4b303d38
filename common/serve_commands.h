// Serves one client of a server whose threads wait for their client, from
// connect to close: read, run every request that is complete, write, again.
#ifndef STEPKV_COMMON_SERVE_COMMANDS_H_
#define STEPKV_COMMON_SERVE_COMMANDS_H_

#include "common/blocking_client.h"
#include "common/session.h"
#include "common/store.h"

namespace stepkv {

template <Store S>
void ServeCommands(BlockingClient& client, S& store) {
  Session session(client.options());
  for (;;) {
    switch (session.Run(client.parser, store, client.output)) {
      case Session::Progress::kNeedsInput:
        if (!client.Flush() || !client.Fill()) return;
        break;
      case Session::Progress::kOutputFull:
      case Session::Progress::kPaused:
        if (!client.Flush()) return;
        break;
      case Session::Progress::kClosing:
        if (client.Flush()) client.Linger();
        return;
    }
  }
}

}  // namespace stepkv

#endif  // STEPKV_COMMON_SERVE_COMMANDS_H_
