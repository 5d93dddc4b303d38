// Echoes a client's lines until it leaves: each is trimmed of white space and
// sent back with a '\n', as in the Go original. A line past the limit is
// answered with an error and ends the connection.
#ifndef STEPKV_STEPS_01_ECHO_ECHO_H_
#define STEPKV_STEPS_01_ECHO_ECHO_H_

#include <string_view>

#include "common/blocking_client.h"
#include "common/log.h"
#include "common/reply_writer.h"

namespace stepkv {

// Echoes every whole line that has been read. False: the connection is over.
inline bool EchoLines(BlockingClient& client) {
  std::string_view line;
  while (client.output.size() < client.options().max_pending_reply_bytes) {
    switch (client.parser.NextLine(&line)) {
      case RequestParser::Status::kComplete:
        if (client.options().verbose) LogReceived({&line, 1});
        client.output.Append(line);
        client.output.Append("\n");
        break;
      case RequestParser::Status::kIncomplete:
        return client.Flush() && client.Fill();
      case RequestParser::Status::kMalformed:
        ReplyWriter(client.output, Dialect::kLine)
            .Error("ERR " + std::string(client.parser.error()));
        if (client.Flush()) client.Linger();
        return false;
    }
  }
  return client.Flush();  // enough replies for now
}

inline void ServeEcho(BlockingClient& client) {
  while (EchoLines(client)) {
  }
}

}  // namespace stepkv

#endif  // STEPKV_STEPS_01_ECHO_ECHO_H_
