// Meter: how loud audio sounds, moment by moment and as a whole.
//
//   Result<LoudnessSummary> measure(const StreamFormat& format, const AudioView& song) {
//     Result<std::unique_ptr<Meter>> meter = Meter::create(format);
//     if (!meter.ok()) return meter.status();
//     Status status = meter.value()->push(song);      // in blocks of any length
//     if (!status.ok()) return status;
//     LoudnessRow row;
//     while (meter.value()->pull(row)) draw(row.momentary);
//     return meter.value()->finish();
//   }
//
// Loudness is in LUFS and its range in LU, after ITU-R BS.1770-4, EBU R 128, EBU Tech 3341 ("EBU
// Mode") and EBU Tech 3342, by libebur128: channels are K-weighted, squared, weighted by where they
// stand, and added. Peaks are in dB, of an amplitude of 1. True peaks (dBTP) are looked for at four
// times the rate below 96 kHz, at twice the rate below 192 kHz, and at 192 kHz at the rate itself.
// What is silent has a loudness or peak of minus infinity.
//
// Channels stand in Web Audio's order (audio.h). Surround channels at the sides count 1.41 times
// (+1.5 dB), LFE not at all. Mono is one loudspeaker: two channels of it would be 3 LU louder.
//
// Integrated loudness and range are made of classes 0.1 LU wide, so that memory does not grow with
// the length of the audio: the one is at most 0.05 LU from the exact value, the other 0.1 LU.
//
// As a task it is CompiledTask::withoutModel("loudness"), without options and with two outputs of
// rows: "loudness" (the members of LoudnessRow, in their order) and, after finish(), one item of
// "summary" (those of LoudnessSummary).
//
// Threads: one at a time per instance.
#pragma once

#include <cstddef>
#include <memory>

#include "divisi/audio.h"
#include "divisi/status.h"
#include "divisi/stream.h"

namespace divisi {

/// Rows follow each other after so many seconds.
inline constexpr double kLoudnessRowSeconds = 0.1;

/// The highest during the row's 100 ms, looked at every 10 ms. Audio before the first frame counts
/// as silent.
struct LoudnessRow {
  float momentary;  ///< loudness of the last 400 ms, LUFS
  float shortTerm;  ///< loudness of the last 3 s, LUFS
  float truePeak;   ///< of any channel, dBTP
};

struct LoudnessSummary {
  float integrated;    ///< programme loudness, gated, LUFS; minus infinity if all is below -70 LUFS
  float range;         ///< LRA, LU; 0 for less than 3 s
  float maxMomentary;  ///< LUFS
  float maxShortTerm;  ///< LUFS
  float truePeak;      ///< of any channel, dBTP
  float samplePeak;    ///< of any channel, dBFS
};

class Meter {
 public:
  /// @return kBadAudio (rate or channel count).
  static Result<std::unique_ptr<Meter>> create(const StreamFormat& format);
  virtual ~Meter() = default;

  /// As TaskStream::push.
  [[nodiscard]] virtual Status push(const AudioView& audio) = 0;
  /// Rows ready to be pulled.
  [[nodiscard]] virtual size_t available() const = 0;
  /// Moves the oldest ready row to `row`. @return false when none is ready.
  [[nodiscard]] virtual bool pull(LoudnessRow& row) = 0;
  /// Says that the audio has ended. A rest shorter than a row has no row, but is in the summary.
  /// @return kClosed when called twice, kOutOfMemory.
  [[nodiscard]] virtual Result<LoudnessSummary> finish() = 0;
};

}  // namespace divisi
