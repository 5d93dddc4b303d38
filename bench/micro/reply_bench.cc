// Replies, written into a buffer that is emptied when it is as full as a
// session lets it become.
#include <benchmark/benchmark.h>

#include <string>

#include "bench/micro/cost.h"
#include "common/limits.h"
#include "common/reply_writer.h"

namespace stepkv::bench {
namespace {

template <typename Write>
void WriteReplies(benchmark::State& state, Dialect dialect, Write write) {
  ByteBuffer out;
  out.Prepare(2 * kMaxPendingReplyBytes);
  std::size_t bytes = 0;
  AllocationCost allocations;
  for (auto _ : state) {
    ReplyWriter replies(out, dialect);
    write(replies);
    if (out.size() < kMaxPendingReplyBytes) continue;
    bytes += out.size();
    out.Clear();
  }
  bytes += out.size();
  allocations.Report(state, static_cast<double>(state.iterations()));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void Register(const std::string& name, Dialect dialect, auto write) {
  std::string in = dialect == Dialect::kLine ? "line" : "resp";
  benchmark::RegisterBenchmark(("Reply/" + name + "/dialect:" + in).c_str(),
                               [dialect, write](benchmark::State& state) {
                                 WriteReplies(state, dialect, write);
                               });
}

[[maybe_unused]] const bool kRegistered = [] {
  for (Dialect dialect : {Dialect::kResp2, Dialect::kLine}) {
    Register("ok", dialect, [](ReplyWriter& r) { r.Ok(); });
    Register("null", dialect, [](ReplyWriter& r) { r.Null(); });
    Register("integer", dialect, [](ReplyWriter& r) { r.Integer(1234567); });
    for (std::size_t bytes : {8u, 1024u, 16384u}) {
      std::string value(bytes, 'v');
      Register("bulk/bytes:" + std::to_string(bytes), dialect,
               [value](ReplyWriter& r) { r.Bulk(value); });
    }
    Register("quoted", dialect, [](ReplyWriter& r) { r.Bulk("two\nlines"); });
    Register("array/elements:10", dialect, [](ReplyWriter& r) {
      r.Array(10);
      for (int i = 0; i < 10; ++i) r.Bulk("value-42");
    });
  }
  return true;
}();

}  // namespace
}  // namespace stepkv::bench
