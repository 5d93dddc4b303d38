// One thread owns the table. Whoever wants something of it sends an operation
// over a channel and waits for the answer; the operation carries its own way
// back.
//
// Any number of threads may call Execute; none of them ever touches the table.
// The destructor closes the channel and returns when every operation that was
// sent has been answered.
#ifndef STEPKV_STEPS_03_STORE_THREAD_STORE_THREAD_H_
#define STEPKV_STEPS_03_STORE_THREAD_STORE_THREAD_H_

#include <exception>
#include <semaphore>
#include <thread>
#include <vector>

#include "common/command.h"
#include "common/reply_writer.h"
#include "common/table.h"
#include "steps/03_store_thread/channel.h"

namespace stepkv {

class StoreThread {
 public:
  StoreThread() : thread_(&StoreThread::Run, this) {}
  ~StoreThread() {
    operations_.Close();
    thread_.join();
  }

  void Execute(const Command& command, ReplyWriter& replies) {
    Operation operation{command, replies};
    if (!operations_.Send(&operation))
      return replies.Error("ERR server is shutting down");
    operation.done.acquire();
    if (operation.failure) std::rethrow_exception(operation.failure);
  }

 private:
  // Lives on the stack of the thread that waits for it: nothing is copied,
  // nothing allocated.
  struct Operation {
    const Command& command;
    ReplyWriter& replies;
    std::exception_ptr failure = nullptr;  // what Apply threw: bad_alloc
    std::binary_semaphore done{0};
  };

  static constexpr std::size_t kWaitingOperations = 1024;

  void Run() {
    Table table;  // a local variable: nobody else can name it
    std::vector<Operation*> received;
    while (operations_.ReceiveAll(received)) {
      for (Operation* operation : received) {
        try {
          table.Apply(operation->command, operation->replies);
        } catch (...) {  // ends the client that asked, not the store
          operation->failure = std::current_exception();
        }
        operation->done.release();
      }
    }
  }

  Channel<Operation*> operations_{kWaitingOperations};
  std::thread thread_;  // last: it starts when all else is there
};

}  // namespace stepkv

#endif  // STEPKV_STEPS_03_STORE_THREAD_STORE_THREAD_H_
