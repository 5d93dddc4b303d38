// The frame around every step: command line, signals, the listening socket,
// the `Serving` line, exit codes. A step plugs in the one function that is its
// lesson.
#ifndef STEPKV_COMMON_SERVER_MAIN_H_
#define STEPKV_COMMON_SERVER_MAIN_H_

#include <functional>
#include <list>

#include "common/listener.h"
#include "common/options.h"

namespace stepkv {

// What the frame hands to a step. Valid until the step returns.
struct Server {
  const Options& options;
  Listener& listener;
  // With a shared port, one for each of --threads; `listener` is the first.
  std::list<Listener>& listeners;
};

// Exit codes: 0 after an orderly stop; 1 when it could not start; 2 for a
// command line that makes no sense. `serve` returns when a stop has been asked
// for and every client has been seen off.
int ServerMain(int argc, char** argv, const StepInfo& step,
               const std::function<void(Server&)>& serve);

}  // namespace stepkv

#endif  // STEPKV_COMMON_SERVER_MAIN_H_
