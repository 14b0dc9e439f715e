// Tagger: hears genre, instruments and mood in a stream of music, patch by patch.
//
//   auto tagger = Tagger::create(model, {.sampleRate = 44100, .channelCount = 2});
//   for (each block of the song) {
//     tagger->push(block);
//     while (tagger->available()) tagger->pull(scores, embedding);
//   }
//   tagger->finish();                       // then pull what is left
//
// Each patch (3 s for musicnn) gives one row: a score in 0..1 for each label, and an embedding that
// describes the sound. Memory does not grow with the length of the audio.
//
// Audio is mixed to mono, resampled to the model's rate and turned into mel frames as the model's
// file says; patches follow each other every `hopFrames` mel frames. A rest shorter than a patch is
// dropped, as in the original, unless it is all there is: then it is padded with silence and
// padded() says so. Without any audio there is no row.
//
// As a task (task.h) it has the option `hopFrames` and three outputs of rows: "scores" and
// "embedding", one row a patch each, and "padded", one row of one number at the end, 1 or 0.
//
// Threads: one at a time per instance, and per task. Allocation: none after create() but the output
// queue.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "divisi/audio.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "divisi/task.h"

namespace divisi {

struct TaggerOptions {
  int sampleRate = 44100;  ///< of the audio that will be pushed, kMinSampleRate to kMaxSampleRate
  int channelCount = 2;    ///< 1 to kMaxChannels; mixed to mono with equal weights
  int hopFrames = 0;       ///< mel frames from patch to patch, at most a patch; 0: the model's own
};

class Tagger {
 public:
  /// @return kBadAudio (rate or channel count), kBadOption (hopFrames), kBadModel (not a tagging
  /// model, or its task and graph do not fit), kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<Tagger>> create(const Model& model, const TaggerOptions& options);
  /// Without compiling again, for one song after another or in turns.
  /// @param task CompiledTask::compile of a tagging model.
  static Result<std::unique_ptr<Tagger>> create(CompiledTask& task, const TaggerOptions& options);
  virtual ~Tagger() = default;

  [[nodiscard]] virtual const std::vector<std::string>& labels() const = 0;
  [[nodiscard]] virtual size_t embeddingSize() const = 0;
  /// Seconds from the start of one patch to the start of the next, and of one patch.
  [[nodiscard]] virtual double hopSeconds() const = 0;
  [[nodiscard]] virtual double patchSeconds() const = 0;

  /// As Separator::push.
  [[nodiscard]] virtual Status push(const AudioView& audio) = 0;
  /// Rows ready to be pulled.
  [[nodiscard]] virtual size_t available() const = 0;
  /// Moves the oldest ready row to scores[labels().size()] and embedding[embeddingSize()].
  /// @return false when none is ready.
  [[nodiscard]] virtual bool pull(float* scores, float* embedding) = 0;
  /// Says that the song has ended. @return kClosed when called twice.
  [[nodiscard]] virtual Status finish() = 0;
  /// True when, at finish(), the audio was shorter than a patch and was padded with silence.
  [[nodiscard]] virtual bool padded() const = 0;
};

}  // namespace divisi
