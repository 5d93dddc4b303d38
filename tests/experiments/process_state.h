// What Linux says about a server that runs, from /proc: whether it has
// anything left to do, how often its threads were switched, how much memory it
// has had. With these an experiment knows that an answer will not come, and
// needs no clock to know it.
//
// Errors: std::runtime_error when a server neither answers nor goes to sleep.
#ifndef STEPKV_TESTS_EXPERIMENTS_PROCESS_STATE_H_
#define STEPKV_TESTS_EXPERIMENTS_PROCESS_STATE_H_

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "tests/support/server_process.h"
#include "tests/support/tcp_client.h"

namespace stepkv::testing {

struct ThreadState {
  pid_t id = 0;
  char state = '?';  // proc_pid_stat(5): R runs or could, S sleeps, ...
  std::uint64_t switches = 0;  // from it to another thread, for any reason

  bool operator==(const ThreadState&) const = default;
};

// Of every thread of a process; empty once it is gone.
std::vector<ThreadState> ThreadStates(pid_t process);

// Of all threads that are alive: how often one went to sleep, yielded, or was
// pushed aside.
std::uint64_t ContextSwitches(pid_t process);

// The most memory that the process has ever had in RAM (VmHWM), in bytes.
std::uint64_t PeakMemoryBytes(pid_t process);

// Returns once every thread of the server sleeps, and none has woken since the
// look before; or the server is gone. What the kernel had to tell the server
// when this was called, the server has dealt with.
void AwaitSleep(ServerProcess& server);

// Waits for an answer that may never come. True: there are bytes to read, or
// the end. False: the server has received all that `client` sent, every thread
// of it sleeps, and there is nothing: unless somebody else does something,
// this client waits for ever.
bool Answered(ServerProcess& server, TcpClient& client);

// Returns once the server's kernel has all that `client` sent, whether or not
// the server has read it.
void AwaitDelivery(TcpClient& client);

}  // namespace stepkv::testing

#endif  // STEPKV_TESTS_EXPERIMENTS_PROCESS_STATE_H_
