// Tagger for JavaScript.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "divisi/model.h"
#include "divisi/tagger.h"
#include "staging.h"

namespace divisi::wasm {

struct TaggerStreamOptions {
  int sampleRate = 0;
  int channelCount = 0;
  int hopFrames = 0;
};

// A Tagger with its staging areas: audio that goes in, and one row that comes out.
class TaggerStream {
 public:
  TaggerStream(const ByteBuffer& bytes, const TaggerStreamOptions& options) {
    status_ = open(bytes, options);
  }

  // Whether the constructor succeeded; where it did not, nothing else may be called.
  [[nodiscard]] StatusValue status() const { return toValue(status_); }
  [[nodiscard]] size_t stageFrames() const { return kStageFrames; }
  [[nodiscard]] double hopSeconds() const { return tagger_->hopSeconds(); }
  [[nodiscard]] double patchSeconds() const { return tagger_->patchSeconds(); }

  [[nodiscard]] Float32View inputView(size_t channel) const { return input_.view(channel); }
  // The row that pull() took.
  [[nodiscard]] Float32View scoresView() { return viewOf(scores_.data(), scores_.size()); }
  [[nodiscard]] Float32View embeddingView() { return viewOf(embedding_.data(), embedding_.size()); }

  StatusValue push(size_t frameCount) { return toValue(tagger_->push(input_.audio(frameCount))); }
  [[nodiscard]] size_t available() const { return tagger_->available(); }
  bool pull() { return tagger_->pull(scores_.data(), embedding_.data()); }
  StatusValue finish() { return toValue(tagger_->finish()); }
  [[nodiscard]] bool padded() const { return tagger_->padded(); }

 private:
  Status open(const ByteBuffer& bytes, const TaggerStreamOptions& options) {
    Result<Model> model = Model::open(bytes.span());
    if (!model.ok()) return model.status();
    Result<std::unique_ptr<Tagger>> tagger =
        Tagger::create(model.value(), {.sampleRate = options.sampleRate,
                                       .channelCount = options.channelCount,
                                       .hopFrames = options.hopFrames});
    if (!tagger.ok()) return tagger.status();
    tagger_ = std::move(tagger.value());
    input_.allocate(static_cast<size_t>(options.channelCount));
    scores_.resize(tagger_->labels().size());
    embedding_.resize(tagger_->embeddingSize());
    return {};
  }

  Status status_;
  std::unique_ptr<Tagger> tagger_;
  AudioStage input_;
  std::vector<float> scores_;
  std::vector<float> embedding_;
};

}  // namespace divisi::wasm
