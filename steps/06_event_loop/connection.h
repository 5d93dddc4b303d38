// What an event loop remembers of a client between two turns.
//
// Owner: the loop, in one of its lists; the list tells the state it is in.
// An idle connection is this structure and nothing else: the buffers are the
// loop's, lent for the turn, and stay with the connection only while part of a
// request, or a reply that the client has not taken, is in them.
#ifndef STEPKV_STEPS_06_EVENT_LOOP_CONNECTION_H_
#define STEPKV_STEPS_06_EVENT_LOOP_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <utility>

#include "common/byte_buffer.h"
#include "common/options.h"
#include "common/request_parser.h"
#include "common/session.h"
#include "common/socket.h"

namespace stepkv {

struct Connection;
using Connections = std::list<Connection>;

struct Connection {
  Connection(Descriptor client, const Options& options)
      : socket(std::move(client)), parser(options.limits), session(options) {}

  Descriptor socket;
  RequestParser parser;
  Session session;
  ByteBuffer output;  // replies not yet taken by the kernel

  bool input_ended = false;    // the client has sent all it will
  std::uint32_t interest = 0;  // what epoll watches for

  Connections* list = nullptr;  // the list it stands in, and where
  Connections::iterator self;
  std::chrono::steady_clock::time_point since;  // last activity, or its end
  std::size_t discarded_bytes = 0;              // while lingering
  std::string peer;                             // with --verbose
};

}  // namespace stepkv

#endif  // STEPKV_STEPS_06_EVENT_LOOP_CONNECTION_H_
