// Songs of plain chords, for tests of keys, tunings and chords.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

#include "divisi/audio.h"
#include "divisi/task.h"

namespace divisi::test {

/// MIDI pitches that sound together.
using Notes = std::vector<int>;

struct TonalSong {
  int sampleRate = 44100;
  double cents = 0;
  std::vector<float> samples = {};

  /// Appends notes of five harmonics, struck and dying away.
  void play(const Notes& notes, double seconds, double gain = 0.1) {
    const auto count = static_cast<size_t>(std::lround(seconds * sampleRate));
    const size_t begin = samples.size();
    samples.resize(begin + count);
    for (const int note : notes) {
      const double hz = 440 * std::exp2((note - 69 + cents / 100) / 12);
      for (int harmonic = 1; harmonic <= 5; ++harmonic) {
        const double step = 2 * std::numbers::pi * hz * harmonic / sampleRate;
        for (size_t n = 0; n < count; ++n) {
          const double age = static_cast<double>(n) / sampleRate;
          // 10 ms of fading in and out keep the joints free of clicks.
          const double edge = std::min({1.0, age / 0.01, (seconds - age) / 0.01});
          samples[begin + n] += static_cast<float>(gain / harmonic * std::exp(-age) * edge *
                                                   std::sin(step * static_cast<double>(n)));
        }
      }
    }
  }

  void rest(double seconds) { play({}, seconds); }

  [[nodiscard]] double seconds() const { return static_cast<double>(samples.size()) / sampleRate; }
};

/// A triad and the root below it. @param third 4 for major, 3 for minor
inline Notes triad(int root, int third) { return {root - 12, root, root + third, root + 7}; }

/// I IV V I in major, i iv V i in minor, on a tonic of MIDI pitch 60 and up.
inline void playCadence(TonalSong& song, int tonic, bool minor, double secondsPerChord = 1) {
  const int third = minor ? 3 : 4;
  song.play(triad(tonic, third), secondsPerChord);
  song.play(triad(tonic + 5, third), secondsPerChord);
  song.play(triad(tonic - 5, 4), secondsPerChord);
  song.play(triad(tonic, third), secondsPerChord);
}

/// Pushes samples in blocks, the same in all channels, and ends the stream.
inline Status pushAll(TaskStream& stream, std::span<const float> samples, int channelCount = 1,
                      size_t block = 4096) {
  for (size_t begin = 0; begin < samples.size(); begin += block) {
    const size_t count = std::min(block, samples.size() - begin);
    const std::vector<const float*> channels(static_cast<size_t>(channelCount),
                                             samples.data() + begin);
    if (Status status = stream.push({channels.data(), channelCount, count}); !status.ok()) {
      return status;
    }
  }
  return stream.finish();
}

inline std::vector<Event> pullEvents(TaskStream& stream, size_t output) {
  std::vector<Event> events(stream.available(output));
  const size_t pulled = stream.pullEvents(output, events);
  events.resize(pulled);
  return events;
}

}  // namespace divisi::test
