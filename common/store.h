// What the steps from 03 on differ in: how a command reaches a Table.
#ifndef STEPKV_COMMON_STORE_H_
#define STEPKV_COMMON_STORE_H_

#include <concepts>

#include "common/command.h"
#include "common/reply_writer.h"

namespace stepkv {

// Execute runs one command on the data, as one indivisible act, and has
// written its one reply when it returns. Any number of threads may call it at
// once. `command` and `replies` belong to the caller, who touches neither
// until then.
template <typename S>
concept Store = requires(S store, const Command& command,
                         ReplyWriter& replies) {
  { store.Execute(command, replies) } -> std::same_as<void>;
};

}  // namespace stepkv

#endif  // STEPKV_COMMON_STORE_H_
