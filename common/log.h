// What a server says while it runs. Each call writes one whole line with one
// write(2), so that lines of several threads do not mix; what clients sent is
// escaped, so that it can neither forge a line nor steer a terminal.
//
// Any thread may call these at any time.
#ifndef STEPKV_COMMON_LOG_H_
#define STEPKV_COMMON_LOG_H_

#include <string_view>

#include "common/request.h"

namespace stepkv {

// To stdout: the Serving line, and with --verbose the lines about clients.
void LogLine(std::string_view line);

// To stderr, as "stepname: line".
void SetLogName(const char* name);
void LogError(std::string_view line);

// "Received: ..." with at most the first kLoggedBytes of it.
inline constexpr std::size_t kLoggedBytes = 256;
void LogReceived(Arguments words);

}  // namespace stepkv

#endif  // STEPKV_COMMON_LOG_H_
