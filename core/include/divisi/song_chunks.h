// SongChunks: a song of known length, cut into the chunks in which a Separator computes it, so that
// any stretch of its stems can be computed alone and equals what the whole song's run gives there.
//
//   // The song's frames from `begin` to `end`.
//   AudioView between(uint64_t begin, uint64_t end);
//
//   Result<size_t> computeSeventh(const Model& model, SeparatorOptions options,
//                                 uint64_t frameCount, float* const* const* out) {
//     auto song = SongChunks::create(model.taskJson(), options, frameCount);
//     if (!song.ok()) return song.status();
//     const ChunkBounds bounds = song.value()->bounds(7);
//     Status status = song.value()->measure(between(0, bounds.inputEnd));   // as far as needed
//     if (!status.ok()) return status;
//     options.firstChunk = 7;
//     options.levels = song.value()->levels();
//     auto separator = Separator::create(model, options);
//     if (!separator.ok()) return separator.status();
//     status = separator.value()->push(between(bounds.inputBegin, bounds.inputEnd));
//     if (!status.ok()) return status;
//     return separator.value()->pull(out, bounds.outputEnd - bounds.outputBegin);
//   }
//
// A run that starts inside the song computes one chunk more than it gives (a few more where chunks
// are very short), because neighbours are cross-faded: so long runs are cheaper than many short
// ones.
//
// Threads: one at a time per instance.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "divisi/audio.h"
#include "divisi/separator.h"
#include "divisi/status.h"
#include "divisi/task.h"

namespace divisi {

/// The chunks of one song.
class SongChunks {
 public:
  /// @param taskJson the model's (Model::taskJson). @param options those of the separator that will
  /// compute the song; `stems`, `firstChunk` and `levels` do not matter.
  /// @param frameCount of the song, at least 1 and below 2^48.
  /// @return kBadAudio (rate, channel count or length), kBadModel, kUnsupported, kOutOfMemory.
  static Result<std::unique_ptr<SongChunks>> create(std::string_view taskJson,
                                                    const SeparatorOptions& options,
                                                    uint64_t frameCount);
  virtual ~SongChunks() = default;

  /// How many chunks the song has, at least 1.
  [[nodiscard]] virtual size_t count() const = 0;
  /// Precondition: chunk < count().
  [[nodiscard]] virtual ChunkBounds bounds(size_t chunk) const = 0;

  /// Takes the next frames of the song, in blocks of any length from its first frame on, and notes
  /// how loud each chunk hears it: a sum of squares, hundreds of times faster than separating.
  /// @return kBadAudio as Separator::push, and when there is more than the song's length.
  [[nodiscard]] virtual Status measure(const AudioView& audio) = 0;

  /// The levels of the chunks that were measured so far, for SeparatorOptions::levels. Complete
  /// when the whole song was measured.
  [[nodiscard]] virtual const std::vector<double>& levels() const = 0;
};

}  // namespace divisi
