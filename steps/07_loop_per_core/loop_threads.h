// Event loops on several threads, each with a listening socket of its own on
// the same port: SO_REUSEPORT lets the kernel choose, by a hash of the
// client's address, which of them gets a new connection, and there it stays.
//
// RunLoops returns once a stop has been asked for and every loop has seen its
// clients off. The calling thread runs the first loop. Throws
// std::system_error when an epoll or a thread cannot be had; the loops that
// run already have ended by then.
#ifndef STEPKV_STEPS_07_LOOP_PER_CORE_LOOP_THREADS_H_
#define STEPKV_STEPS_07_LOOP_PER_CORE_LOOP_THREADS_H_

#include <signal.h>

#include <atomic>
#include <iterator>
#include <list>
#include <thread>
#include <vector>

#include "common/listener.h"
#include "common/server_main.h"
#include "steps/06_event_loop/event_loop.h"

namespace stepkv {

inline void RunLoops(Server& server, const EventLoop::RunRequests& run) {
  std::atomic<int> clients{0};
  std::list<EventLoop> loops;  // a list: they cannot be moved
  for (Listener& listener : server.listeners) {
    loops.emplace_back(server.options, listener, run, clients);
  }
  std::vector<std::jthread> threads;  // joined when they leave this scope
  try {
    for (auto loop = std::next(loops.begin()); loop != loops.end(); ++loop) {
      threads.emplace_back([loop] { loop->Run(); });
    }
  } catch (...) {
    ::raise(SIGTERM);  // the loops that run already see it too
    throw;
  }
  loops.front().Run();
}

}  // namespace stepkv

#endif  // STEPKV_STEPS_07_LOOP_PER_CORE_LOOP_THREADS_H_
