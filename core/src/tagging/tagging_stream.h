// TaggingStream: audio to rows of scores and embeddings, one a patch.
//
//   input -> mono at the model's rate -> mel frames -> patch -> network -> rows
//
// Patches follow each other every `hopFrames` mel frames. A rest shorter than a patch is dropped,
// as in the original, unless it is all there is: then it is padded with silence.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/float_buffer.h"
#include "divisi/stream.h"
#include "spectrum/mel.h"
#include "tagging/tagging_network.h"
#include "task/mono_input.h"
#include "task/row_queue.h"

namespace divisi::tagging {

/// Indices of the outputs.
inline constexpr size_t kScores = 0;
inline constexpr size_t kEmbedding = 1;
inline constexpr size_t kPadded = 2;

class TaggingStream final : public TaskStream {
 public:
  /// @param hopFrames 1 to the document's patchFrames. @return kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<TaggingStream>> create(std::shared_ptr<TaggingNetwork> network,
                                                       const StreamFormat& format, int hopFrames);

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override;
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override { return rows_[output].available(); }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return rows_[output].pull(planes[0], maxItems);
  }

 private:
  TaggingStream(std::shared_ptr<TaggingNetwork> network, const StreamFormat& format, int hopFrames);
  Status allocate();
  /// Turns the samples that are ready into mel frames and these into rows.
  Status takeSamples();
  Status takeMelFrames();
  Status padPatch();
  Status runPatch();

  const std::shared_ptr<TaggingNetwork> network_;
  const StreamFormat format_;
  const int hopFrames_;
  const std::vector<Output> outputs_;
  std::unique_ptr<task::MonoInput> input_;
  std::unique_ptr<audio::MelSpectrum> mel_;
  FloatBuffer patch_;  // [patchFrames][bands]
  size_t filled_ = 0;  // frames of patch_
  uint64_t patches_ = 0;
  std::array<task::RowQueue, 3> rows_;  // of each output
};

}  // namespace divisi::tagging
