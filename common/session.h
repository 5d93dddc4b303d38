// A client's side of the protocol, without its socket: takes requests from the
// parser, answers what concerns the connection alone (PING, HELLO, QUIT, ...)
// and hands the rest to the store.
//
// Owner: one connection; one thread at a time.
// Limits: it stops once kMaxPendingReplyBytes of replies wait to be written;
// what is left in the parser is run by the next Run.
#ifndef STEPKV_COMMON_SESSION_H_
#define STEPKV_COMMON_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "common/byte_buffer.h"
#include "common/command.h"
#include "common/log.h"
#include "common/options.h"
#include "common/reply_writer.h"
#include "common/request_parser.h"
#include "common/store.h"

namespace stepkv {

class Session {
 public:
  // `options` must outlive the session.
  explicit Session(const Options& options);

  enum class Progress {
    kNeedsInput,  // every complete request has been answered
    kOutputFull,  // replies must be written before it can go on
    kPaused,      // `max_requests` have been run; there may be more
    kClosing,     // write the replies, then close: QUIT, or malformed bytes
  };

  // Answers the requests in `parser`, in order, at the end of `out`.
  template <Store S>
  Progress Run(
      RequestParser& parser, S& store, ByteBuffer& out,
      std::size_t max_requests = std::numeric_limits<std::size_t>::max());

 private:
  template <Store S>
  void Answer(const Request& request, S& store, ByteBuffer& out);
  void AnswerMalformed(const RequestParser& parser, ByteBuffer& out);

  // The commands with Access::kSession, and DEBUG where it is not allowed.
  bool IsOwn(const Command& command) const;
  void AnswerOwn(const Command& command, ByteBuffer& out, ReplyWriter& replies);
  void Quit(const Command& command, ReplyWriter& replies);
  void Hello(Arguments args, ByteBuffer& out, ReplyWriter& replies);
  bool ApplyHelloOptions(Arguments options, ReplyWriter& replies);
  void Client(Arguments args, ReplyWriter& replies);
  bool SetName(std::string_view name, ReplyWriter& replies);
  void Config(Arguments args, ReplyWriter& replies) const;
  void Info(Arguments args, ReplyWriter& replies) const;

  // Whether a browser made the request, on behalf of a page that must not
  // reach a server on its user's machine: closed without an answer, as by
  // Redis.
  static bool IsHttp(const Request& request);

  const Options& options_;
  const std::int64_t id_;
  std::string name_;
  bool resp3_ = false;
  bool closing_ = false;
};

template <Store S>
Session::Progress Session::Run(RequestParser& parser, S& store, ByteBuffer& out,
                               std::size_t max_requests) {
  for (std::size_t run = 0; !closing_; ++run) {
    if (out.size() >= options_.max_pending_reply_bytes)
      return Progress::kOutputFull;
    if (run == max_requests) return Progress::kPaused;
    Request request;
    switch (parser.Next(&request)) {
      case RequestParser::Status::kComplete:
        Answer(request, store, out);
        break;
      case RequestParser::Status::kIncomplete:
        return Progress::kNeedsInput;
      case RequestParser::Status::kMalformed:
        AnswerMalformed(parser, out);
        break;
    }
  }
  return Progress::kClosing;
}

template <Store S>
void Session::Answer(const Request& request, S& store, ByteBuffer& out) {
  if (options_.verbose) LogReceived(request.args);
  if (IsHttp(request)) {
    closing_ = true;
    return;
  }
  bool upgrade = resp3_ && request.dialect == Dialect::kResp2;
  ReplyWriter replies(out, upgrade ? Dialect::kResp3 : request.dialect);
  std::optional<Command> command = ResolveCommand(request, replies);
  if (!command) return;
  if (IsOwn(*command)) return AnswerOwn(*command, out, replies);
  store.Execute(*command, replies);
}

}  // namespace stepkv

#endif  // STEPKV_COMMON_SESSION_H_
