// The inputs of the golden tests for C++, bit by bit those of golden_input.py, and a reader for the
// raw files (README.md says what each holds).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace divisi::golden {

inline std::filesystem::path folder() { return std::filesystem::path(__FILE__).parent_path(); }

/// Reads a raw file of little-endian T, given relative to tests/golden. Empty when it is missing.
template <typename T>
std::vector<T> read(const std::string& name) {
  std::ifstream file(folder() / name, std::ios::binary | std::ios::ate);
  if (!file) return {};
  std::vector<T> values(static_cast<size_t>(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

/// The network's input, [frames, bins, 2]; golden_input.py explains it.
inline std::vector<float> makeMagnitudes(int frames, int bins) {
  constexpr std::array<uint32_t, 3> kLobe = {6, 4, 1};
  std::vector<uint32_t> values(static_cast<size_t>(frames) * bins * 2);
  uint32_t state = 1;
  auto draw = [&state] {
    state = state * 1664525U + 1013904223U;
    return state >> 16;
  };
  const int sounding = frames - frames / 8;
  size_t next = 0;
  for (int t = 0; t < sounding; ++t) {
    for (int f = 0; f < bins; ++f) {
      for (int c = 0; c < 2; ++c) {
        const uint32_t v = draw() >> 4;
        values[next++] = (v * v >> 12) * 64 / static_cast<uint32_t>(f + 16);
      }
    }
  }
  for (int start = 0; start < sounding; start += 16) {
    const int fundamental = 5 + static_cast<int>(draw() % 40);
    const uint32_t loudness = 2000 + draw() % 30000;
    const uint32_t pan = draw() % 5;
    for (int t = start; t < std::min(start + 24, sounding); ++t) {
      for (int k = 1; k <= 12; ++k) {
        const int centre = k * fundamental + ((t - start) % 8 >= 4 ? k / 6 : 0);
        for (int f = std::max(centre - 2, 0); f < std::min(centre + 3, bins); ++f) {
          const uint32_t peak =
              loudness / static_cast<uint32_t>(k) * kLobe[std::abs(f - centre)] / 6;
          const size_t at = (static_cast<size_t>(t) * bins + f) * 2;
          values[at] += peak * (4 - pan) / 4;
          values[at + 1] += peak * pan / 4;
        }
      }
    }
  }
  std::vector<float> magnitudes(values.size());
  std::transform(values.begin(), values.end(), magnitudes.begin(),
                 [](uint32_t v) { return static_cast<float>(v) / 64.0F; });
  return magnitudes;
}

/// The music clip as planar [2][frames].
inline std::array<std::vector<float>, 2> readClip() {
  const std::vector<int16_t> samples = read<int16_t>("clip/clip.i16");
  std::array<std::vector<float>, 2> planes;
  for (size_t i = 0; i < samples.size(); ++i) {
    planes[i % 2].push_back(static_cast<float>(samples[i]) / 32768.0F);
  }
  return planes;
}

/// The clip repeated with other gains and swapped channels: longer than one chunk of the network.
inline std::array<std::vector<float>, 2> makeSong() {
  struct Part {
    float gain;
    bool swapChannels;
  };
  constexpr std::array<Part, 5> kParts = {
      {{1.0F, false}, {0.5F, true}, {-1.0F, false}, {0.25F, true}, {1.0F, true}}};
  constexpr size_t kSongFrames = 544635;
  const auto clip = readClip();
  std::array<std::vector<float>, 2> song;
  for (const Part& part : kParts) {
    for (size_t c = 0; c < 2; ++c) {
      for (const float sample : clip[part.swapChannels ? 1 - c : c]) {
        if (song[c].size() < kSongFrames) song[c].push_back(part.gain * sample);
      }
    }
  }
  return song;
}

}  // namespace divisi::golden
