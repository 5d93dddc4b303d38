// A server with a thread for each client. Steps 02 to 05 are this server with
// something different to do for a client.
//
// Every thread is owned: it stands in a list with its client, and is joined
// before Run returns. Run's own thread accepts, and joins those that are done.
//
// Limits: --max-clients at once; one more, or one for whom the system has no
// thread left, is refused with an error reply.
#ifndef STEPKV_STEPS_02_THREAD_PER_CLIENT_THREAD_PER_CLIENT_H_
#define STEPKV_STEPS_02_THREAD_PER_CLIENT_THREAD_PER_CLIENT_H_

#include <functional>
#include <list>
#include <optional>
#include <thread>

#include "common/blocking_client.h"
#include "common/server_main.h"
#include "steps/02_thread_per_client/mutex.h"

namespace stepkv {

class ThreadPerClient {
 public:
  // Serves one client until it leaves. Called by many threads at once.
  using Serve = std::function<void(BlockingClient&)>;

  ThreadPerClient(Server& server, Serve serve);

  // Returns once a stop has been asked for and every thread is joined.
  void Run();

 private:
  struct Client {
    std::optional<BlockingClient> connection;  // nullopt: done
    std::thread thread;
  };
  using Clients = std::list<Client>;

  void Start(Descriptor socket);
  void RunClient(Clients::iterator client);
  void JoinDone();
  void StopReading();

  Server& server_;
  const Serve serve_;

  Mutex mutex_;
  CondVar client_done_;
  Clients serving_ GUARDED_BY(mutex_);
  Clients done_ GUARDED_BY(mutex_);  // their threads are about to end
};

}  // namespace stepkv

#endif  // STEPKV_STEPS_02_THREAD_PER_CLIENT_THREAD_PER_CLIENT_H_
