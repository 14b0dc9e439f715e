// Separator: splits a stream of music into stems.
//
//   void play(const float* const* const* stems, size_t frames);
//
//   Status separate(const Model& model, std::span<const AudioView> song,
//                   float* const* const* out) {
//     auto separator = Separator::create(model, {.sampleRate = 48000, .channelCount = 2});
//     if (!separator.ok()) return separator.status();
//     Separator& stream = *separator.value();
//     const auto playReady = [&] {
//       while (const size_t frames = stream.pull(out, 1024)) play(out, frames);
//     };
//     for (const AudioView& block : song) {
//       const Status status = stream.push(block);   // runs the networks when a chunk is full
//       if (!status.ok()) return status;
//       playReady();
//     }
//     const Status status = stream.finish();
//     playReady();
//     return status;
//   }
//
// The method is Spleeter's: Hennequin, Khlif, Voituret and Moussallam, "Spleeter: a fast and
// efficient music source separation tool with pre-trained models", Journal of Open Source Software
// 5(50), 2020. What comes out has the sample rate, the channel count and, after finish(), exactly
// the length of what went in, and starts at the same instant. Memory does not grow with the length
// of the audio as long as the caller pulls what is ready before pushing more.
//
// Mode kBest (the default): chunks overlap and their masks are cross-faded, so there is no seam;
// the mix is brought to the level that the network hears best, judged by what was heard so far of
// each pair of channels, so the result does not depend on the input's level; bins above the
// network's band get their share; and the stem that the model names as `remainder` is the mix less
// the other stems, so that the stems add up to the mix at any rate. Mode kReference reproduces the
// original model's published pipeline.
//
// Threads: one at a time per instance. Allocation: create() takes the networks' memory and the
// first push() that of the audio, so that the model's file can be freed in between; nothing grows
// after that, unless the caller pushes more before it has pulled what is ready.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "divisi/audio.h"
#include "divisi/model.h"
#include "divisi/status.h"

namespace divisi {

/// Divisi's own pipeline around the network, or the original model's published one.
enum class SeparationMode { kBest, kReference };
/// One look at each chunk, or two.
enum class SeparationQuality { kNormal, kHigh };

/// What a Separator takes, and how it works.
struct SeparatorOptions {
  int sampleRate = 44100;  ///< of the audio that will be pushed, kMinSampleRate to kMaxSampleRate
  int channelCount = 2;    ///< 1 to kMaxChannels, in the order of Web Audio (L R C LFE SL SR)
  SeparationMode mode = SeparationMode::kBest;  ///< of the pipeline
  /// kHigh looks at each chunk twice, a few frames apart, and averages what the networks estimate:
  /// twice the time, cleaner stems, half a second more delay. Ignored in reference mode.
  SeparationQuality quality = SeparationQuality::kNormal;
  /// The stems to compute, a subset of the model's; empty means all, in the model's order.
  std::vector<std::string> stems = {};
  /// To start inside a song: the chunk whose stems come out first (song_chunks.h says where chunks
  /// lie). What is pushed then begins with ChunkBounds::inputBegin of that chunk, and frames in
  /// messages are those of the song.
  size_t firstChunk = 0;
  /// SongChunks::levels; empty: measured on what is pushed, which takes a start at chunk 0.
  std::vector<double> levels = {};
};

/// A model's networks, compiled: almost all that it costs to make a Separator. Separators may share
/// them, one song after another or in turns, but on one thread.
class SeparatorNetworks {
 public:
  /// `model` is not needed afterwards.
  /// @return kBadModel (not a separation model, or its task and graph do not fit), kUnsupported,
  /// kOutOfMemory.
  static Result<std::shared_ptr<SeparatorNetworks>> compile(const Model& model);
  virtual ~SeparatorNetworks() = default;
};

/// Separates one song.
class Separator {
 public:
  /// @param networks not null.
  /// @return kBadAudio (rate or channel count), kBadOption (unknown stem), kUnsupported,
  /// kOutOfMemory.
  static Result<std::unique_ptr<Separator>> create(std::shared_ptr<SeparatorNetworks> networks,
                                                   const SeparatorOptions& options);
  /// For one song: compiles the model's networks, too, with the errors of that.
  static Result<std::unique_ptr<Separator>> create(const Model& model,
                                                   const SeparatorOptions& options);
  virtual ~Separator() = default;

  /// Names of the stems, in the order of pull()'s output.
  [[nodiscard]] virtual const std::vector<std::string>& stems() const = 0;

  /// Takes the next frames of the song, any number of them; runs the network for each chunk that
  /// becomes full.
  /// @param audio channelCount as in the options. Borrowed.
  /// @return kBadAudio (wrong channel count; NaN or infinity, with channel and frame), kClosed
  /// (after finish()), kOutOfMemory. After an error other than kBadAudio the instance can only be
  /// destroyed; after kBadAudio nothing of `audio` was taken.
  [[nodiscard]] virtual Status push(const AudioView& audio) = 0;

  /// Frames ready to be pulled.
  [[nodiscard]] virtual size_t available() const = 0;

  /// Moves up to `maxFrames` ready frames of every stem into out[stem][channel][frame].
  /// @return the number of frames written, 0 when none is ready.
  [[nodiscard]] virtual size_t pull(float* const* const* out, size_t maxFrames) = 0;

  /// Says that the song has ended: what is still inside is computed and becomes available.
  /// @return kClosed when called twice.
  [[nodiscard]] virtual Status finish() = 0;

  /// Frames, at the input's rate, that must be pushed before the first output frame is available
  /// (the delay of the stream).
  [[nodiscard]] virtual size_t latency() const = 0;
};

}  // namespace divisi
