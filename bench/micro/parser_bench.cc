// The parser alone: bytes and requests a second, and what it allocates.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <string_view>

#include "bench/micro/cost.h"
#include "common/limits.h"
#include "common/request_parser.h"

namespace stepkv::bench {
namespace {

constexpr std::size_t kReadPieceBytes = 64 * kKiB;

void Feed(RequestParser& parser, std::string_view bytes) {
  std::memcpy(parser.Prepare(bytes.size()).data(), bytes.data(), bytes.size());
  parser.Commit(bytes.size());
}

// As many whole requests as fit into what one read brings.
std::string Pipeline(std::string_view request) {
  std::string bytes;
  while (bytes.size() + request.size() <= kReadBytes) bytes += request;
  return bytes;
}

void Pipelined(benchmark::State& state, std::string_view one) {
  const std::string bytes = Pipeline(one);
  const std::size_t count = bytes.size() / one.size();
  RequestParser parser;
  Request request;
  auto parse = [&] {
    Feed(parser, bytes);
    while (parser.Next(&request) == RequestParser::Status::kComplete) {
      benchmark::DoNotOptimize(request.args.data());
    }
  };
  parse();  // the first time makes room, once
  AllocationCost allocations;
  for (auto _ : state) parse();
  auto requests =
      static_cast<double>(state.iterations()) * static_cast<double>(count);
  allocations.Report(state, requests);
  state.SetItemsProcessed(static_cast<std::int64_t>(requests));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bytes.size()));
}

BENCHMARK_CAPTURE(Pipelined, get / dialect
                  : resp, "*2\r\n$3\r\nGET\r\n$10\r\nkey:000042\r\n")
    ->Name("Parser/get/dialect:resp");
BENCHMARK_CAPTURE(
    Pipelined, set / dialect
    : resp, "*3\r\n$3\r\nSET\r\n$10\r\nkey:000042\r\n$8\r\nvalue-42\r\n")
    ->Name("Parser/set/dialect:resp");
BENCHMARK_CAPTURE(Pipelined, get / dialect
                  : line, "GET key:000042\n")
    ->Name("Parser/get/dialect:line");
BENCHMARK_CAPTURE(Pipelined, set / dialect
                  : line, "SET key:000042 value-42\n")
    ->Name("Parser/set/dialect:line");
BENCHMARK_CAPTURE(Pipelined, quoted / dialect
                  : line, "SET key:000042 \"two \\\"words\\\"\\n\"\n")
    ->Name("Parser/quoted/dialect:line");

// One large value that arrives in reads of 64 KiB. In memory that the parser
// has already, the time is the parser's; in new memory, most of it is the
// kernel's, who must find a page for every 4 KiB: the floor shows how much.
// Linear: bytes a second do not fall as the value grows.
enum class MemoryIs { kNew, kKept };

void LargeValue(benchmark::State& state, MemoryIs memory) {
  auto size = static_cast<std::size_t>(state.range(0)) * kMiB;
  const std::string bytes = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" +
                            std::to_string(size) + "\r\n" +
                            std::string(size, 'x') + "\r\n";
  RequestParser parser;
  Request request;
  auto parse = [&] {
    if (memory == MemoryIs::kNew) parser.ReleaseIfEmpty();
    std::string_view left = bytes;
    while (parser.Next(&request) != RequestParser::Status::kComplete) {
      std::string_view piece = left.substr(0, kReadPieceBytes);
      left.remove_prefix(piece.size());
      Feed(parser, piece);
    }
    benchmark::DoNotOptimize(request.args.data());
  };
  parse();
  AllocationCost allocations;
  for (auto _ : state) parse();
  allocations.Report(state, static_cast<double>(state.iterations()));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(bytes.size()));
}

// The same bytes, copied into a block of the right size.
void Floor(benchmark::State& state, MemoryIs memory) {
  auto size = static_cast<std::size_t>(state.range(0)) * kMiB;
  const std::string piece(kReadPieceBytes, 'x');
  ByteBuffer block;
  auto copy = [&] {
    if (memory == MemoryIs::kNew) block.Release();
    block.Clear();
    block.Prepare(size);
    while (block.size() < size) block.Append(piece);
    benchmark::DoNotOptimize(block.Readable().data());
  };
  copy();
  for (auto _ : state) copy();
  state.SetBytesProcessed(state.iterations() * state.range(0) *
                          static_cast<std::int64_t>(kMiB));
}

void Sizes(benchmark::internal::Benchmark* value) {
  value->ArgName("mib")->Arg(1)->Arg(4)->Arg(16)->Arg(64);
  value->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(LargeValue, kept, MemoryIs::kKept)
    ->Name("Parser/value/memory:kept")
    ->Apply(Sizes);
BENCHMARK_CAPTURE(Floor, kept, MemoryIs::kKept)
    ->Name("Parser/floor/memory:kept")
    ->Apply(Sizes);
BENCHMARK_CAPTURE(LargeValue, fresh, MemoryIs::kNew)
    ->Name("Parser/value/memory:new")
    ->Apply(Sizes);
BENCHMARK_CAPTURE(Floor, fresh, MemoryIs::kNew)
    ->Name("Parser/floor/memory:new")
    ->Apply(Sizes);

}  // namespace
}  // namespace stepkv::bench
