// TaskStream: audio goes in, results come out. The one form in which every task of divisi works,
// whether it separates, tags or measures.
//
//   void run(TaskStream& stream, const AudioView& block, float* const* planes) {
//     Status status = stream.push(block);               // computes what has become complete
//     for (size_t i = 0; i < stream.outputs().size(); ++i) {
//       while (stream.pull(i, planes, 1024) > 0) {
//       }
//     }
//     if (status.ok()) status = stream.finish();        // then pull what is left
//   }
//
// A stream has one or more outputs, each a sequence of items of one kind:
//
//   kAudio   frames at the input's rate, for example a stem
//   kRows    rows of `width` numbers, for example scores of labels, one row a patch
//   kEvents  things that happen from `start` to `end`, for example notes
//
// Memory does not grow with the length of the audio as long as the caller pulls what is ready
// before it pushes more.
//
// Threads: one at a time per stream; streams of one CompiledTask on one thread. Allocation: opening
// a stream takes the memory of its networks' results and the first push() that of the audio, so
// that a model's file can be freed in between; nothing grows after that, unless results are left
// unpulled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "divisi/audio.h"
#include "divisi/status.h"

namespace divisi {

enum class OutputKind { kAudio, kRows, kEvents };

/// What one output of a stream gives.
struct Output {
  std::string name;  ///< unique in its stream: "vocals", "scores", "notes"
  OutputKind kind = OutputKind::kRows;
  int width = 0;    ///< channels of kAudio, numbers of a row; 0 for kEvents
  double rate = 0;  ///< items a second; 0: not at a constant rate, as a summary at the end
  /// Seconds of audio that an item covers from its beginning: a patch's, say; 0 for an instant.
  double itemSeconds = 0;
  /// Names of a row's numbers, or what Event::label counts; empty where they have none.
  std::vector<std::string> labels = {};
};

/// Something that was found in the audio, for example a note or a beat.
struct Event {
  double start = 0;      ///< seconds from the audio's first frame
  double end = 0;        ///< seconds; `start` for an instant
  int label = 0;         ///< index into Output::labels
  float value = 0;       ///< what the output says: MIDI pitch, beats a minute, ...
  float confidence = 1;  ///< 0 to 1
};

/// The audio that a stream takes.
struct StreamFormat {
  int sampleRate = 44100;  ///< Hz, kMinSampleRate to kMaxSampleRate
  int channelCount = 2;    ///< 1 to kMaxChannels, in the order of Web Audio (L R C LFE SL SR)
};

/// When results come, all in frames of the input.
struct StreamTiming {
  /// What must be pushed before the first item of the slowest output is ready. Of a live stream:
  /// from a frame's going in to its coming out, exactly and always.
  uint64_t latency = 0;
  /// About how many frames lie between two runs of the networks: a push() that completes them takes
  /// as long as a run. 0: a push never takes long.
  uint64_t runInterval = 0;
  /// How far the result of one run reaches beyond the frames that completed it, at most: what a
  /// live caller must keep when it skips.
  uint64_t reach = 0;
};

class TaskStream {
 public:
  virtual ~TaskStream() = default;

  /// Never changes; at least one.
  [[nodiscard]] virtual const std::vector<Output>& outputs() const = 0;

  /// Never changes.
  [[nodiscard]] virtual StreamTiming timing() const = 0;

  /// Takes the next frames of the audio, any number of them, and computes what they complete.
  /// @param audio planar, channelCount as in the stream's format, +-1 nominal. Borrowed.
  /// @return kBadAudio (wrong channel count; NaN or infinity, with channel and frame), kClosed
  /// (after finish()), kOutOfMemory. After kBadAudio nothing of `audio` was taken and the stream
  /// goes on; after any other error every further call returns that error again.
  [[nodiscard]] virtual Status push(const AudioView& audio) = 0;

  /// As push(), without running the networks, for a live caller that cannot keep up: in thousands
  /// of times real time the stream goes on. What each output gives meanwhile is its task's to say
  /// (a separation: equal shares of the mix).
  /// @return as push(); kUnsupported where the stream is not live.
  [[nodiscard]] virtual Status skip(const AudioView& audio);

  /// Says that the audio has ended: what is still inside is computed and becomes available.
  /// @return kClosed when called twice, kOutOfMemory.
  [[nodiscard]] virtual Status finish() = 0;

  /// Items of an output that are ready to be pulled. Precondition: output < outputs().size().
  [[nodiscard]] virtual size_t available(size_t output) const = 0;

  /// Moves the oldest ready items of an output of audio or rows, at most `maxItems`, into the
  /// caller's memory.
  /// @param planes kAudio: planes[channel][frame], `width` planes; kRows: planes[0][item][width].
  /// Borrowed, overwritten.
  /// @return the number of items written; 0 when none is ready, and for an output of events.
  virtual size_t pull(size_t output, float* const* planes, size_t maxItems) = 0;

  /// Moves the oldest ready events of an output into `events`.
  /// @return the number of events written; 0 when none is ready, and for an output that has none.
  virtual size_t pullEvents(size_t output, std::span<Event> events);
};

}  // namespace divisi
