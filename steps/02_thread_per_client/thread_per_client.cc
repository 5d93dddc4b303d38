#include "steps/02_thread_per_client/thread_per_client.h"

#include <sys/socket.h>

#include <exception>
#include <utility>

#include "common/log.h"

namespace stepkv {

ThreadPerClient::ThreadPerClient(Server& server, Serve serve)
    : server_(server), serve_(std::move(serve)) {}

void ThreadPerClient::Run() {
  while (std::optional<Descriptor> socket = server_.listener.Accept()) {
    JoinDone();
    Start(std::move(*socket));
  }
  server_.listener.Close();
  StopReading();
  for (bool serving = true; serving;) {
    {
      MutexLock lock(mutex_);
      while (!serving_.empty() && done_.empty()) client_done_.Wait(mutex_);
      serving = !serving_.empty();
    }
    JoinDone();
  }
}

void ThreadPerClient::Start(Descriptor socket) {
  MutexLock lock(mutex_);
  if (serving_.size() >=
      static_cast<std::size_t>(server_.options.max_clients)) {
    server_.listener.Refuse(std::move(socket), "--max-clients is reached");
    return;
  }
  Clients starting;
  try {
    Client& client = starting.emplace_back();
    client.connection.emplace(std::move(socket), server_.options,
                              BlockingClient::StopBy::kShutdown);
    client.thread =
        std::thread(&ThreadPerClient::RunClient, this, starting.begin());
    serving_.splice(serving_.end(), starting);
  } catch (const std::exception& error) {  // pthread_create(3): EAGAIN
    if (!socket.valid()) socket = starting.front().connection->TakeSocket();
    server_.listener.Refuse(std::move(socket), error.what());
  }
}

// The whole life of a client's thread.
void ThreadPerClient::RunClient(Clients::iterator client) {
  try {
    serve_(*client->connection);
  } catch (const std::exception& error) {  // out of memory: ends this client
    LogError(error.what());
  }
  // Under the lock, so that StopReading never meets a descriptor that has been
  // closed and given to somebody else.
  MutexLock lock(mutex_);
  client->connection.reset();
  done_.splice(done_.end(), serving_, client);
  client_done_.NotifyOne();
}

void ThreadPerClient::JoinDone() {
  Clients done;
  {
    MutexLock lock(mutex_);
    done.swap(done_);
  }
  for (Client& client : done) client.thread.join();
}

// A thread that waits for its client's next request sees the end of the
// stream; what the kernel had already received is read and answered first.
void ThreadPerClient::StopReading() {
  MutexLock lock(mutex_);
  for (Client& client : serving_) {
    ::shutdown(client.connection->socket(), SHUT_RD);
  }
}

}  // namespace stepkv
