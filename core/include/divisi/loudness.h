// The task "loudness": how loud audio sounds, second by second and as a whole.
//
//   auto task = CompiledTask::withoutModel("loudness");
//   auto meter = task.value()->open({.sampleRate = 48000, .channelCount = 2}, "{}");
//   for (each block of the song) {
//     meter.value()->push(block);
//     while (meter.value()->pull(kLoudnessOutput, &row, 1) == 1) show(row[kMomentary]);
//   }
//   meter.value()->finish();
//   meter.value()->pull(kLoudnessSummaryOutput, &summary, 1);
//
// Loudness is measured in LUFS and its range in LU, after ITU-R BS.1770-4, EBU R 128, EBU Tech 3341
// ("EBU Mode") and EBU Tech 3342, by libebur128: channels are K-weighted, squared, weighted by
// where they stand and added. Peaks are in dB of full scale (a sine of amplitude 1 has 0 dB); true
// peaks (dBTP) are found at 4 times the rate below 96 kHz, at twice the rate below 192 kHz, and at
// 192 kHz between no samples. What is silent has a loudness or peak of minus infinity.
//
// Channels stand in Web Audio's order; surround channels at the sides count 1.41 times (+1.5 dB),
// LFE not at all. Mono is one loudspeaker: the same signal in two channels is 3 LU louder.
//
// Integrated loudness and range are counted in classes 0.1 LU wide, so that memory does not grow
// with the length of the audio: they are at most 0.05 LU (integrated) and 0.1 LU (range) from the
// exact ones.
#pragma once

namespace divisi {

/// The outputs of the task, both rows.
inline constexpr int kLoudnessOutput = 0;         ///< "loudness": an item every 100 ms
inline constexpr int kLoudnessSummaryOutput = 1;  ///< "summary": one item, after finish()

/// The numbers of an item of "loudness", by index. Audio before the first frame counts as silent. A
/// rest shorter than 100 ms at the end has no item; the summary has heard it.
enum LoudnessNumber {
  kMomentary,  ///< loudness of the 400 ms before the item's end, LUFS
  kShortTerm,  ///< loudness of the 3 s before the item's end, LUFS
  kTruePeak,   ///< of the item's 100 ms, any channel, dBTP
  kLoudnessWidth,
};

/// The numbers of the summary, by index.
enum LoudnessSummaryNumber {
  kIntegrated,     ///< programme loudness, gated, LUFS; minus infinity below -70 LUFS
  kLoudnessRange,  ///< LRA, LU; 0 for less than 3 s
  kMaxMomentary,   ///< LUFS, of windows that begin every 10 ms
  kMaxShortTerm,   ///< LUFS, likewise
  kMaxTruePeak,    ///< any channel, dBTP
  kMaxSamplePeak,  ///< any channel, dBFS
  kLoudnessSummaryWidth,
};

}  // namespace divisi
