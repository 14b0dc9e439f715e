// The bench's own module: the networks alone, and a Separator whose networks are timed.
#include <emscripten/bind.h>

#include <chrono>
#include <utility>

#include "bench_networks.h"
#include "bench_separation.h"
#include "separation/estimation/stem_networks.h"
#include "separator_stream.h"
#include "staging.h"

namespace divisi::wasm {
namespace {

struct Clock {
  double milliseconds = 0;
  int runs = 0;
};
Clock networkClock;

}  // namespace

// The linker's --wrap turns calls of StemNetworks::run() into calls of the second of these.
Status realRun(separation::StemNetworks* self) asm(
    "__real__ZN6divisi10separation12StemNetworks3runEv");
Status timedRun(separation::StemNetworks* self) asm(
    "__wrap__ZN6divisi10separation12StemNetworks3runEv");

Status timedRun(separation::StemNetworks* self) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  const auto start = std::chrono::steady_clock::now();
  Status status = realRun(self);
  networkClock.milliseconds += Milliseconds(std::chrono::steady_clock::now() - start).count();
  ++networkClock.runs;
  return status;
}

namespace {

/// What the networks took since the last call.
Clock takeNetworkClock() { return std::exchange(networkClock, {}); }

}  // namespace
}  // namespace divisi::wasm

EMSCRIPTEN_BINDINGS(divisi_bench) {
  using namespace divisi::wasm;  // NOLINT(google-build-using-namespace)
  emscripten::register_type<Float32View>("Float32Array");
  emscripten::register_type<ByteView>("Uint8Array");
  emscripten::register_type<StringList>("string[]");

  emscripten::value_object<StatusValue>("Status")
      .field("code", &StatusValue::code)
      .field("message", &StatusValue::message);
  emscripten::value_object<Clock>("Clock")
      .field("milliseconds", &Clock::milliseconds)
      .field("runs", &Clock::runs);
  emscripten::class_<ByteBuffer>("ByteBuffer")
      .constructor<size_t>()
      .function("view", &ByteBuffer::view);
  emscripten::class_<BenchNetworks>("BenchNetworks")
      .constructor<const ByteBuffer&, const StringList&, bool>()
      .function("status", &BenchNetworks::status)
      .function("inputView", &BenchNetworks::inputView)
      .function("outputView", &BenchNetworks::outputView)
      .function("run", &BenchNetworks::run);
  emscripten::class_<SeparatorNetworks>("SeparatorNetworks")
      .constructor<const ByteBuffer&>()
      .function("status", &SeparatorNetworks::status);
  emscripten::class_<BenchSeparation>("BenchSeparation")
      .constructor<const SeparatorNetworks&, int, int>()
      .function("status", &BenchSeparation::status)
      .function("stageFrames", &BenchSeparation::stageFrames)
      .function("inputView", &BenchSeparation::inputView)
      .function("outputView", &BenchSeparation::outputView)
      .function("push", &BenchSeparation::push)
      .function("pull", &BenchSeparation::pull)
      .function("finish", &BenchSeparation::finish);
  emscripten::function("takeNetworkClock", &takeNetworkClock);
}
