// SIGTERM and SIGINT: the first asks for an orderly stop, the second ends the
// process at once. What a step does about the first is the step's own.
//
// The signal is process-wide, so this is too. Any thread may call these.
#ifndef STEPKV_COMMON_STOP_SIGNAL_H_
#define STEPKV_COMMON_STOP_SIGNAL_H_

#include <chrono>

namespace stepkv {

// Installs the handlers and ignores SIGPIPE. Call once, before any thread.
// Throws std::system_error.
void InstallStopSignal();

// A descriptor that becomes readable with the first signal, and stays so.
// It is never to be read: everyone polls the same one.
int StopDescriptor();

bool StopRequested();

// What is left of kShutdownGrace, counted from the first signal; zero when it
// is over. Meaningful once StopRequested().
std::chrono::milliseconds GraceLeft();

}  // namespace stepkv

#endif  // STEPKV_COMMON_STOP_SIGNAL_H_
