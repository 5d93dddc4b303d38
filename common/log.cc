#include "common/log.h"

#include <unistd.h>

#include <string>

#include "common/escape.h"

namespace stepkv {
namespace {

const char* log_name = "server";

void WriteLine(int fd, std::string line) {
  line += '\n';
  // Nobody is left to tell when even this fails: stdout may be a closed pipe.
  [[maybe_unused]] ssize_t written = ::write(fd, line.data(), line.size());
}

}  // namespace

void LogLine(std::string_view line) {
  WriteLine(STDOUT_FILENO, std::string(line));
}

void SetLogName(const char* name) { log_name = name; }

void LogError(std::string_view line) {
  WriteLine(STDERR_FILENO, std::string(log_name) + ": " + std::string(line));
}

void LogReceived(Arguments words) {
  std::string line = "Received:";
  for (std::string_view word : words) {
    if (line.size() > kLoggedBytes) break;
    line += ' ';
    line += Escape(word.substr(0, kLoggedBytes));
  }
  if (line.size() > kLoggedBytes) line.replace(kLoggedBytes, line.npos, "...");
  LogLine(line);
}

}  // namespace stepkv
