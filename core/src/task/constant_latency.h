// ConstantLatency: a stream of audio that never runs dry, by silence before its outputs.
//
// What comes out of every output is what the stream inside gives, `latency` frames later, so that
// exactly as many frames are available as were pushed, whatever the blocks. finish() makes the last
// `latency` frames available.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "divisi/stream.h"

namespace divisi::task {

class ConstantLatency final : public TaskStream {
 public:
  /// @param stream all of whose outputs are audio, and no later than its timing's latency, which
  /// becomes the constant one.
  explicit ConstantLatency(std::unique_ptr<TaskStream> stream);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return stream_->outputs(); }
  [[nodiscard]] StreamTiming timing() const override { return stream_->timing(); }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status skip(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override {
    return static_cast<size_t>(ready_ - given_[output]);
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override;

 private:
  const std::unique_ptr<TaskStream> stream_;
  const uint64_t latency_;
  uint64_t ready_ = 0;           // frames of every output, with those that were given
  std::vector<uint64_t> given_;  // of each output
  std::vector<float*> planes_;
};

}  // namespace divisi::task
