// A bounded queue between threads, as Go's buffered channels are. The standard
// library has none.
//
// - Full: Send waits until there is room. This is backpressure: those who make
//   work go no faster than the one who does it.
// - Closed: Send refuses; Receive still returns everything that was sent
//   before, and then says that the channel is closed.
//
// Any number of threads may call any member at once. First in, first out.
#ifndef STEPKV_STEPS_03_STORE_THREAD_CHANNEL_H_
#define STEPKV_STEPS_03_STORE_THREAD_CHANNEL_H_

#include <cstddef>
#include <thread>
#include <utility>
#include <vector>

#include "steps/02_thread_per_client/mutex.h"

namespace stepkv {

template <typename T>
class Channel {
 public:
  // `capacity`: how many values may wait; at least 1.
  explicit Channel(std::size_t capacity) : capacity_(capacity) {
    waiting_.reserve(capacity);
  }

  // False, and nothing is sent, once the channel is closed.
  bool Send(T value) {
    MutexLock lock(mutex_);
    while (waiting_.size() == capacity_ && !closed_) room_.Wait(mutex_);
    if (closed_) return false;
    waiting_.push_back(std::move(value));
    if (waiting_.size() == 1) arrival_.NotifyOne();
    return true;
  }

  // Waits for values and moves all of them, at least one, into `values`, whose
  // old contents are dropped. False: the channel is closed and empty.
  //
  // All at once, since the lock and the wake-up are what a channel costs. And
  // not too soon: whoever is about to send gets the processor first, so that
  // one wake-up brings many values. Without that yield a server with 50 busy
  // clients spends half as much again on each request.
  bool ReceiveAll(std::vector<T>& values) {
    values.clear();
    std::this_thread::yield();
    MutexLock lock(mutex_);
    while (waiting_.empty() && !closed_) arrival_.Wait(mutex_);
    if (waiting_.empty()) return false;
    if (waiting_.size() == capacity_) room_.NotifyAll();
    values.swap(waiting_);
    waiting_.reserve(capacity_);
    return true;
  }

  void Close() {
    MutexLock lock(mutex_);
    closed_ = true;
    room_.NotifyAll();
    arrival_.NotifyAll();
  }

 private:
  const std::size_t capacity_;
  Mutex mutex_;
  CondVar room_;
  CondVar arrival_;
  std::vector<T> waiting_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace stepkv

#endif  // STEPKV_STEPS_03_STORE_THREAD_CHANNEL_H_
