#include "separation/chunks/separation_settings.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "divisi/separator.h"

namespace divisi::separation {
namespace {

// The three constants below were measured on vocals in five mixes and leak on seven instrumentals,
// each at several offsets of the chunks, because a single song's score depends on that luck by 1
// dB.

// A steeper mask than the model's own: 1.3 dB less voice in instrumental music, the same SDR.
constexpr double kSteeper = 1.5;

// Any offset from 4 to 52 columns gains 0.2 to 0.8 dB of vocals SDR and 1 to 5 dB of leak over one
// look; a multiple of the network's strides gains least.
constexpr int kSecondLook = 20;

// An eighth of the chunk: cross-fading over a quarter or leaving out the chunk's edges changed the
// SDR by less than 0.01 dB and costs more time.
constexpr int kFadeShare = 8;

// A window of half a chunk: the network sees some 200 to 320 columns back, no more. Less costs
// decibels, more costs time.
constexpr int kWindowShare = 2;
constexpr int kWindowUnits = 256;  // the table's unit is this part of a window

struct LivePreset {
  double latency;
  int mirrored;
  int hop;
  int lookAhead;
};

// Measured on six mixes in the original network (docs/live.md) and here (docs/quality.md).
constexpr LivePreset kLivePresets[] = {
    {2.0, 64, 64, 18}, {1.5, 64, 32, 28}, {1.0, 64, 32, 7}, {0.7, 32, 16, 10}, {0.5, 32, 16, 1},
};
static_assert(std::size(kLivePresets) == kLiveLatencies.size());

}  // namespace

SeparationSettings settingsFor(const SeparationDocument& document, SeparationMode mode,
                               SeparationQuality quality) {
  SeparationSettings settings;
  settings.chunking.columns = document.chunkColumns;
  settings.chunking.hop = document.chunkColumns;
  // One FFT window of silence before the song, as in the published pipeline. The best mode needs
  // only fftSize - hop, but keeps the grid on which the model's quality is known.
  settings.padFrames = document.fftSize;
  settings.exponent = document.exponent;
  settings.epsilon = document.epsilon;
  if (mode == SeparationMode::kReference) return settings;

  settings.chunking.hop = document.chunkColumns - std::max(document.chunkColumns / kFadeShare, 1);
  if (quality == SeparationQuality::kHigh) {
    settings.chunking.secondLook = std::min(kSecondLook, document.chunkColumns / 4);
  }
  settings.normalise = document.rmsDb.has_value();
  settings.rmsDb = document.rmsDb.value_or(0);
  settings.exponent = kSteeper * document.exponent;
  settings.epsilon = std::pow(document.epsilon, kSteeper);  // the same estimates count as nothing
  settings.extension = Extension::kUpperHalf;
  settings.useRemainder = document.remainder.has_value() && document.stems.size() > 1;
  // Of several stems beside the remainder, some are nearly always there.
  settings.keepsQuiet =
      settings.normalise && document.remainder.has_value() && document.stems.size() == 2;
  return settings;
}

Result<int> liveWindowFor(const SeparationDocument& document) {
  const int multiple = std::max(document.chunkMultiple, 1);
  const int window = document.chunkColumns / kWindowShare / multiple * multiple;
  // The shortest in which every part of the settings has a column.
  constexpr int kShortestWindow = 8;
  if (window < kShortestWindow) {
    return Status(StatusCode::kUnsupported, "live separation needs chunks of " +
                                                std::to_string(kShortestWindow * kWindowShare) +
                                                " frames, the model has " +
                                                std::to_string(document.chunkColumns));
  }
  return window;
}

Result<SeparationSettings> liveSettingsFor(const SeparationDocument& document, double latency) {
  const auto* preset = std::ranges::find(kLivePresets, latency, &LivePreset::latency);
  if (preset == std::end(kLivePresets)) {
    std::string known;
    for (const double each : kLiveLatencies) {
      known += (known.empty() ? "" : ", ") + std::to_string(each).substr(0, 3);
    }
    return Status(StatusCode::kBadOption,
                  "latency must be one of " + known + " seconds, got " + std::to_string(latency));
  }
  const int window = document.chunkColumns;
  const auto scaled = [&](int columns) { return std::max(columns * window / kWindowUnits, 1); };
  SeparationSettings settings =
      settingsFor(document, SeparationMode::kBest, SeparationQuality::kNormal);
  settings.chunking = {.columns = window,
                       .hop = scaled(preset->hop),
                       .secondLook = 0,
                       .mirrored = scaled(preset->mirrored),
                       .lookAhead = scaled(preset->lookAhead)};
  // A run must end before the next begins, so none can take twice as long as others.
  settings.keepsQuiet = false;
  return settings;
}

}  // namespace divisi::separation
