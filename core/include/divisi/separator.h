// Separator: splits a stream of music into stems; LiveSeparator does so while it is heard.
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
//       const Status status = stream.push(block);   // runs the network when a chunk is full
//       if (!status.ok()) return status;
//       playReady();
//     }
//     const Status status = stream.finish();
//     playReady();
//     return status;
//   }
//
//   Result<std::unique_ptr<LiveSeparator>> start(const Model& model) {
//     return LiveSeparator::create(model, {.sampleRate = 48000, .latency = 1.0});
//   }
//   size_t process(LiveSeparator& live, const AudioView& block, float* const* const* out) {
//     const Status status = live.push(block);     // runs the networks when hopFrames() are new
//     return status.ok() ? live.pull(out, block.frameCount) : 0;   // as many as were pushed
//   }
//
// The method is Spleeter's: Hennequin, Khlif, Voituret and Moussallam, "Spleeter: a fast and
// efficient music source separation tool with pre-trained models", Journal of Open Source Software
// 5(50), 2020.
//
// What comes out has the sample rate, the channel count and, after finish(), exactly the length of
// what went in, and starts at the same instant. Memory does not grow with the length of the audio
// as long as the caller pulls what is ready before pushing more.
//
// There are two kinds of models (models/FORMAT.md): those that mask the mix's magnitudes, as
// Spleeter, and those that hear segments of audio and make the stems themselves, as HTDemucs.
//
// Mode kBest (the default): chunks overlap and their masks are cross-faded, so there is no seam;
// the mix is brought to the level that the network hears best, judged by what was heard so far of
// each pair of channels, so the result does not depend on the input's level; bins above the
// network's band get their share; and the stem that the model names as `remainder` is the mix less
// the other stems, so that the stems add up to the mix at any rate. Mode kReference reproduces the
// original model's published pipeline.
//
// Quiet music keeps quiet: of a model with a remainder and one other stem, as Spleeter's vocals, a
// chunk that had to be raised, and in which that stem is not heard even so, is run at its own level
// as well, and gives no more of the stem than there. (It is heard where it has a tenth of the mix's
// energy for a quarter of the chunk, or 0.4 of it for a second.) That is judged at the raised
// level, so a song is judged alike at any level. Chunks in which the stem is heard give scaled
// stems for a scaled song; of the others the stem is at most that much, and the less the quieter
// the song is, as a rule. Such a chunk takes twice the time.
//
// With segments the stems of overlapping ones are averaged by their weights, in both modes; the
// default mode shares what the stems leave of the mix out among them by their power, or gives it to
// the remainder, as the model says. Where the original normalises by the mean and deviation of the
// whole song, a stream has those of what was heard so far, in mode kReference, too. Such models
// have no live form: create() says kUnsupported.
//
// Live, what comes out is what went in, latency() frames later: silence first, then the stems of
// the first frame. Between them nothing is dropped or repeated, whatever the blocks and the rate;
// stems add up to the delayed input. Each run of the networks hears a window of the last few
// seconds whose missing future is the newest part mirrored, and gives the masks of the frames that
// have become old enough. So shorter latencies cost more runs and some quality: docs/live.md and
// docs/quality.md have both for each. For the rest it works as Separator's default mode, without
// the second run for quiet music, for which there is no time.
//
// As a task (task.h) both have an output of audio for each stem, all in step. Its options are
//
//   stems       as SeparatorOptions::stems
//   mode        "best" or "reference"
//   quality     "normal" or "high"
//   firstChunk  as SeparatorOptions::firstChunk; CompiledTask::chunks() says where chunks lie
//   levels      as SeparatorOptions::levels
//   measure     true opens a stream that measures the levels of a song of `frameCount` frames
//               instead, hundreds of times faster than separating: its one output "levels" has a
//               row a chunk, a number a channel group (channels 0 and 1, ... of the format, in
//               pairs where they have a partner; or the numbers that the model's document names),
//               and is complete when the whole song was pushed
//   latency     seconds, one of kLiveLatencies; only of a task compiled for live, whose one
//               other option is `stems`
//
// Threads: one at a time per instance, and per task. Allocation: create() takes the networks'
// memory and the first push() that of the audio, so that the model's file can be freed in between;
// nothing grows after that, unless the caller pushes more before it has pulled what is ready.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "divisi/audio.h"
#include "divisi/model.h"
#include "divisi/status.h"
#include "divisi/task.h"

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
  /// twice the time, cleaner stems, half a second more delay. (Segments: twice as many of them, and
  /// no more delay.) Ignored in reference mode.
  SeparationQuality quality = SeparationQuality::kNormal;
  /// The stems to compute, a subset of the model's; empty means all, in the model's order.
  std::vector<std::string> stems = {};
  /// To start inside a song: the chunk whose stems come out first (CompiledTask::chunks says where
  /// chunks lie). What is pushed then begins with ChunkBounds::inputBegin of that chunk, and frames
  /// in messages are those of the song. A run that starts inside the song computes one chunk more
  /// than it gives (a few more where chunks are very short), because neighbours are cross-faded: so
  /// long runs are cheaper than many short ones.
  size_t firstChunk = 0;
  /// How loud the chunks from the song's first on hear the mix: RMS values (full scale 1),
  /// [chunk][channel group], as a stream that measures gives them (of a model of segments that uses
  /// a mean, too, [chunk][channel group][mean, scale]). Empty: measured on what is pushed, which
  /// takes a start at chunk 0.
  std::vector<double> levels = {};
};

/// Separates one song.
class Separator {
 public:
  /// Without compiling again, for one song after another or in turns.
  /// @param task CompiledTask::compile of a separation model.
  /// @return kBadAudio (rate or channel count), kBadOption (unknown stem, levels), kBadModel
  /// (another task), kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<Separator>> create(CompiledTask& task,
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

/// What LiveSeparatorOptions::latency can be, in seconds: nominal values for a model at 44.1 kHz
/// like Spleeter's; latency() has the exact one.
inline constexpr std::array<double, 5> kLiveLatencies = {2.0, 1.5, 1.0, 0.7, 0.5};

/// What a LiveSeparator takes, and how late it gives it.
struct LiveSeparatorOptions {
  int sampleRate = 44100;  ///< of the audio that will be pushed, kMinSampleRate to kMaxSampleRate
  int channelCount = 2;    ///< 1 to kMaxChannels, in the order of Web Audio (L R C LFE SL SR)
  double latency = 2.0;    ///< one of kLiveLatencies; the default is the npm package's, too
  /// The stems to compute, a subset of the model's; empty means all, in the model's order.
  std::vector<std::string> stems = {};
};

/// Separates one stream while it is heard.
class LiveSeparator {
 public:
  /// @param task CompiledTask::compile of a separation model for live.
  /// @return as Separator::create; kBadOption for a latency that is none of kLiveLatencies.
  static Result<std::unique_ptr<LiveSeparator>> create(CompiledTask& task,
                                                       const LiveSeparatorOptions& options);
  /// For one stream: compiles the model's networks, too, with the errors of that.
  static Result<std::unique_ptr<LiveSeparator>> create(const Model& model,
                                                       const LiveSeparatorOptions& options);
  virtual ~LiveSeparator() = default;

  /// Names of the stems, in the order of pull()'s output.
  [[nodiscard]] virtual const std::vector<std::string>& stems() const = 0;

  /// Frames from a frame's going in to its coming out, at the input's rate. Never changes.
  [[nodiscard]] virtual size_t latency() const = 0;

  /// About how many frames, at the input's rate, lie between two runs of the networks: a push()
  /// that completes them takes as long as a run.
  [[nodiscard]] virtual size_t hopFrames() const = 0;

  /// Takes the next frames of the stream, any number of them.
  /// @param audio channelCount as in the options. Borrowed.
  /// @return kBadAudio (wrong channel count; NaN or infinity, with channel and frame),
  /// kOutOfMemory. After an error other than kBadAudio the instance can only be destroyed; after
  /// kBadAudio nothing of `audio` was taken.
  [[nodiscard]] virtual Status push(const AudioView& audio) = 0;

  /// As push(), without running the networks, for a caller that cannot keep up: in thousands of
  /// times real time the stream goes on, and each stem gets an equal share of the mix for as long
  /// as the runs that were left out would have lasted. Stems still add up to the input. Frames that
  /// were lost before they could be pushed are skipped as silence.
  [[nodiscard]] virtual Status skip(const AudioView& audio) = 0;

  /// Frames ready to be pulled: as many as were pushed and not yet pulled.
  [[nodiscard]] virtual size_t available() const = 0;

  /// Moves up to `maxFrames` ready frames of every stem into out[stem][channel][frame].
  /// @return the number of frames written, 0 when none is ready.
  [[nodiscard]] virtual size_t pull(float* const* const* out, size_t maxFrames) = 0;
};

}  // namespace divisi
