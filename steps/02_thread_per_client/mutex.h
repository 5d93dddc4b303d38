// std::mutex and std::condition_variable with the annotations that let Clang
// check, at compile time, that a field is touched only under its lock
// (-Wthread-safety). Other compilers see the plain types.
//
// Source: Clang's Thread Safety Analysis; the same wrapper stands in leveldb
// and Abseil, since libstdc++'s std::mutex carries no annotations.
#ifndef STEPKV_STEPS_02_THREAD_PER_CLIENT_MUTEX_H_
#define STEPKV_STEPS_02_THREAD_PER_CLIENT_MUTEX_H_

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define STEPKV_ANNOTATION(x) __attribute__((x))
#else
#define STEPKV_ANNOTATION(x)
#endif

#define GUARDED_BY(mutex) STEPKV_ANNOTATION(guarded_by(mutex))
#define REQUIRES(mutex) STEPKV_ANNOTATION(requires_capability(mutex))
#define EXCLUDES(mutex) STEPKV_ANNOTATION(locks_excluded(mutex))

namespace stepkv {

class STEPKV_ANNOTATION(capability("mutex")) Mutex {
 public:
  void Lock() STEPKV_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void Unlock() STEPKV_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Holds a Mutex for as long as it lives.
class STEPKV_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) STEPKV_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() STEPKV_ANNOTATION(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

class CondVar {
 public:
  // Lets go of `mutex` while it waits, and holds it again on return. May wake
  // without cause: wait in a loop around the condition.
  void Wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();  // still locked, and the caller's again
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace stepkv

#endif  // STEPKV_STEPS_02_THREAD_PER_CLIENT_MUTEX_H_
