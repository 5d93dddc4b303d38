// One client of a server whose threads wait for their client: a socket that
// blocks, the bytes read from it and the replies to be written.
//
// Owner: the thread that serves the client; nobody else touches it, but any
// thread may call shutdown(2) on its socket to end the waiting.
// Errors: every call says by its result whether the client is still there.
#ifndef STEPKV_COMMON_BLOCKING_CLIENT_H_
#define STEPKV_COMMON_BLOCKING_CLIENT_H_

#include <string>
#include <string_view>
#include <utility>

#include "common/byte_buffer.h"
#include "common/options.h"
#include "common/request_parser.h"
#include "common/socket.h"

namespace stepkv {

class BlockingClient {
 public:
  // Who wakes a client's thread, waiting for the next request, when the
  // server is asked to stop.
  enum class StopBy {
    kShutdown,  // another thread, by shutdown(socket, SHUT_RD)
    kPoll,      // nobody: there is only this thread, and it must poll(2) both
  };

  BlockingClient(Descriptor socket, const Options& options, StopBy stop_by);
  ~BlockingClient();

  // Waits for bytes and reads them into `parser`. False: no more will come
  // (end of stream, reset, idle timeout, stop).
  bool Fill();

  // Writes all of `output`, waiting for the client to take it. False: it is
  // gone, or the grace time of a stop is over.
  bool Flush();

  // Ends a connection on which bytes may still be under way. They are read
  // and thrown away for a while (kLingerTime, kMaxLingerBytes): a close with
  // unread bytes is a reset, and a reset can destroy replies that the client
  // has not read yet.
  void Linger();

  // Gives the socket away, for a client that is not served after all.
  Descriptor TakeSocket() { return std::move(socket_); }

  const Options& options() const { return options_; }
  int socket() const { return socket_.get(); }

  RequestParser parser;
  ByteBuffer output;

 private:
  bool WaitForInput();

  Descriptor socket_;
  const Options& options_;
  const StopBy stop_by_;
  std::string peer_;  // with --verbose
};

}  // namespace stepkv

#endif  // STEPKV_COMMON_BLOCKING_CLIENT_H_
