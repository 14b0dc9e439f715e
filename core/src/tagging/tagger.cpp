// The Tagger of the public API.
//
//   input -> mono -> the model's rate -> mel frames -> patch -> network -> rows
#include "divisi/tagger.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "audio/audio_check.h"
#include "audio/resampler.h"
#include "audio/sample_queue.h"
#include "base/tensor_buffer.h"
#include "base/text.h"
#include "nn/network/network.h"
#include "spectrum/mel.h"
#include "tagging/tagging_document.h"

namespace divisi {
namespace {

// How much is moved at a time between the stages; keeps the buffers between them small.
constexpr size_t kBlockFrames = 4096;

Status outOfMemory() { return {StatusCode::kOutOfMemory, "no memory for audio"}; }

class StreamTagger final : public Tagger {
 public:
  StreamTagger(tasks::TaggingTask task, const TaggerOptions& options)
      : task_(std::move(task)),
        options_(options),
        hopFrames_(options.hopFrames == 0 ? task_.hopFrames : options.hopFrames) {}

  Status allocate(const Model& model);

  [[nodiscard]] const std::vector<std::string>& labels() const override { return task_.labels; }
  [[nodiscard]] size_t embeddingSize() const override { return embedding_.size(); }
  [[nodiscard]] double hopSeconds() const override { return secondsOf(hopFrames_); }
  [[nodiscard]] double patchSeconds() const override { return secondsOf(task_.patchFrames); }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] size_t available() const override { return rows_.frames() / rowSize(); }
  [[nodiscard]] bool pull(float* scores, float* embedding) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] bool padded() const override { return padded_; }

 private:
  Status compile(const Model& model);
  Status pushBlock(const AudioView& audio, size_t offset, size_t frames);
  Status feedMel();
  Status runPatch();

  [[nodiscard]] double secondsOf(int frames) const {
    return static_cast<double>(frames) * task_.mel.hop / task_.mel.sampleRate;
  }
  [[nodiscard]] size_t rowSize() const { return scores_.size() + embedding_.size(); }
  [[nodiscard]] size_t bands() const { return static_cast<size_t>(task_.mel.bands); }
  [[nodiscard]] size_t patchFrames() const { return static_cast<size_t>(task_.patchFrames); }

  const tasks::TaggingTask task_;
  const TaggerOptions options_;
  const int hopFrames_;
  std::unique_ptr<audio::Resampler> resampler_;
  std::unique_ptr<audio::MelSpectrum> mel_;
  std::unique_ptr<nn::Network> network_;
  audio::FloatBuffer mono_;
  audio::SampleQueue resampled_;
  nn::TensorBuffer patch_;  // [patchFrames][bands]
  size_t filled_ = 0;       // frames of patch_
  nn::TensorBuffer scores_;
  nn::TensorBuffer embedding_;
  audio::SampleQueue rows_;  // scores and embedding of each patch, one row after another
  uint64_t taken_ = 0;       // input frames
  uint64_t patches_ = 0;
  bool padded_ = false;
  bool finished_ = false;
  Status fault_;  // what made the stream unusable
};

Status StreamTagger::compile(const Model& model) {
  nn::NetworkOptions options;
  options.outputs = {task_.scoresOutput, task_.embeddingOutput};
  auto compiled = nn::Network::compile(model, options);
  if (!compiled.ok()) return compiled.status();
  network_ = std::move(compiled.value());
  const nn::Port& scores = network_->outputs()[0];
  const nn::Port& embedding = network_->outputs()[1];
  // A plain image of one channel, or a matrix.
  const std::vector<int64_t> matrix = {task_.patchFrames, task_.mel.bands};
  const std::vector<int64_t> image = {task_.patchFrames, task_.mel.bands, 1};
  const std::vector<nn::Port>& inputs = network_->inputs();
  if (inputs.size() != 1 || (inputs[0].shape != matrix && inputs[0].shape != image)) {
    return nn::badModel("divisi.graph: " + std::to_string(inputs.size()) + " inputs" +
                        (inputs.empty() ? "" : ", the first of shape ") +
                        (inputs.empty() ? "" : nn::shapeText(inputs[0].shape)) +
                        "; expected one of shape " + nn::shapeText(image));
  }
  if (scores.shape.size() != 1 || scores.elementCount() != task_.labels.size() ||
      embedding.shape.size() != 1) {
    return nn::badModel("divisi.graph: scores of shape " + nn::shapeText(scores.shape) +
                        " and an embedding of shape " + nn::shapeText(embedding.shape) +
                        "; expected vectors, the scores one for each of " +
                        std::to_string(task_.labels.size()) + " labels");
  }
  scores_ = nn::TensorBuffer(scores.elementCount());
  embedding_ = nn::TensorBuffer(embedding.elementCount());
  patch_ = nn::TensorBuffer(patchFrames() * bands());
  return scores_ && embedding_ && patch_ ? Status() : outOfMemory();
}

Status StreamTagger::allocate(const Model& model) {
  if (Status status = compile(model); !status.ok()) return status;
  auto resampler = audio::Resampler::create(1, options_.sampleRate, task_.mel.sampleRate);
  if (!resampler.ok()) return resampler.status();
  resampler_ = std::move(resampler.value());
  auto mel = audio::MelSpectrum::create(task_.mel);
  if (!mel.ok()) return mel.status();
  mel_ = std::move(mel.value());
  // Also the hops of silence that pad what is too short.
  mono_ = audio::FloatBuffer(std::max(kBlockFrames, static_cast<size_t>(task_.mel.hop)));
  const auto block = static_cast<size_t>(
      audio::resampledLength(kBlockFrames, options_.sampleRate, task_.mel.sampleRate));
  const bool ok =
      mono_.size() != 0 && resampled_.reserve(1, 2 * block) && rows_.reserve(1, 2 * rowSize());
  return ok ? Status() : outOfMemory();
}

Status StreamTagger::push(const AudioView& audio) {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "push after finish"};
  Status checked = tasks::checkAudio(audio, options_.channelCount, taken_);
  if (!checked.ok()) return checked;
  for (size_t offset = 0; offset < audio.frameCount; offset += kBlockFrames) {
    fault_ = pushBlock(audio, offset, std::min(kBlockFrames, audio.frameCount - offset));
    if (!fault_.ok()) return fault_;
  }
  return {};
}

Status StreamTagger::pushBlock(const AudioView& audio, size_t offset, size_t frames) {
  float* mono = mono_.data();
  std::memcpy(mono, audio.channels[0] + offset, frames * sizeof(float));
  for (int c = 1; c < audio.channelCount; ++c) {
    const float* samples = audio.channels[c] + offset;
    for (size_t n = 0; n < frames; ++n) mono[n] += samples[n];
  }
  const float weight = 1.0F / static_cast<float>(audio.channelCount);
  for (size_t n = 0; n < frames; ++n) mono[n] *= weight;
  taken_ += frames;
  Status status = resampler_->push(&mono, 0, frames, resampled_);
  return status.ok() ? feedMel() : status;
}

Status StreamTagger::feedMel() {
  if (!mel_->push(resampled_.channel(0), resampled_.frames())) return outOfMemory();
  resampled_.drop(resampled_.frames());
  while (mel_->pull(patch_.data() + filled_ * bands())) {
    if (++filled_ < patchFrames()) continue;
    if (Status status = runPatch(); !status.ok()) return status;
    // Keep what the next patch shares with this one.
    filled_ -= static_cast<size_t>(hopFrames_);
    std::memmove(patch_.data(), patch_.data() + static_cast<size_t>(hopFrames_) * bands(),
                 filled_ * bands() * sizeof(float));
  }
  return {};
}

Status StreamTagger::runPatch() {
  const float* const inputs[] = {patch_.data()};
  float* const outputs[] = {scores_.data(), embedding_.data()};
  if (Status status = network_->run(inputs, outputs); !status.ok()) return status;
  ++patches_;
  const bool kept =
      rows_.push(&outputs[0], 0, scores_.size()) && rows_.push(&outputs[1], 0, embedding_.size());
  return kept ? Status() : outOfMemory();
}

bool StreamTagger::pull(float* scores, float* embedding) {
  if (available() == 0) return false;
  std::memcpy(scores, rows_.channel(0), scores_.size() * sizeof(float));
  std::memcpy(embedding, rows_.channel(0) + scores_.size(), embedding_.size() * sizeof(float));
  rows_.drop(rowSize());
  return true;
}

Status StreamTagger::finish() {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "finish was called twice"};
  finished_ = true;
  if (taken_ == 0) return {};
  fault_ = resampler_->finish(
      audio::resampledLength(taken_, options_.sampleRate, task_.mel.sampleRate), resampled_);
  if (fault_.ok()) fault_ = feedMel();
  if (fault_.ok() && !mel_->finish()) fault_ = outOfMemory();
  if (fault_.ok()) fault_ = feedMel();
  if (patches_ == 0) {
    padded_ = true;
    std::fill_n(mono_.data(), task_.mel.hop, 0.0F);
    while (fault_.ok() && patches_ == 0) {
      fault_ =
          mel_->push(mono_.data(), static_cast<size_t>(task_.mel.hop)) ? feedMel() : outOfMemory();
    }
  }
  return fault_;
}

}  // namespace

Result<std::unique_ptr<Tagger>> Tagger::create(const Model& model, const TaggerOptions& options) {
  if (Status status = tasks::checkFormat(options.sampleRate, options.channelCount); !status.ok()) {
    return status;
  }
  auto task = tasks::parseTaggingTask(model.taskJson());
  if (!task.ok()) return task.status();
  const int patchFrames = task.value().patchFrames;
  if (options.hopFrames < 0 || options.hopFrames > patchFrames) {
    return Status(StatusCode::kBadOption, "hopFrames must be 0 (the model's own) to " +
                                              std::to_string(patchFrames) + ", got " +
                                              std::to_string(options.hopFrames));
  }
  auto tagger = std::make_unique<StreamTagger>(std::move(task.value()), options);
  if (Status status = tagger->allocate(model); !status.ok()) return status;
  return std::unique_ptr<Tagger>(std::move(tagger));
}

}  // namespace divisi
