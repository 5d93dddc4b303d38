// Any thread may touch the table while it holds the mutex: each command runs
// from its first look at the table to its last under one lock, and so is
// atomic.
//
// Any number of threads may call Execute.
#ifndef STEPKV_STEPS_04_MUTEX_STORE_MUTEX_STORE_H_
#define STEPKV_STEPS_04_MUTEX_STORE_MUTEX_STORE_H_

#include "common/command.h"
#include "common/reply_writer.h"
#include "common/table.h"
#include "steps/02_thread_per_client/mutex.h"

namespace stepkv {

class MutexStore {
 public:
  void Execute(const Command& command, ReplyWriter& replies) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    table_.Apply(command, replies);
  }

 private:
  Mutex mutex_;
  Table table_ GUARDED_BY(mutex_);
};

}  // namespace stepkv

#endif  // STEPKV_STEPS_04_MUTEX_STORE_MUTEX_STORE_H_
