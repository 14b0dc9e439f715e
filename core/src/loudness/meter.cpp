// The Meter of the public API.
//
//   input -> blocks of 10 ms -> libebur128 -> energies of blocks -> windows of 400 ms and 3 s ->
//   rows
//
// libebur128 filters, gates and finds peaks. The windows are added up here, because the highest is
// wanted at steps of 10 ms (at 100 ms, cases 13 and 14 of EBU Tech 3341 fail), where the library
// would add up every sample 340 times.
#include <ebur128.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "audio/audio_check.h"
#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "divisi/loudness.h"

namespace divisi {
namespace {

constexpr unsigned long kBlockMilliseconds = 10;
constexpr uint64_t kBlocksPerSecond = 1000 / kBlockMilliseconds;
constexpr size_t kMomentaryBlocks = 40;
constexpr size_t kShortTermBlocks = 300;
constexpr auto kBlocksPerRow = static_cast<uint64_t>(kLoudnessRowSeconds * kBlocksPerSecond);
constexpr size_t kRowWidth = sizeof(LoudnessRow) / sizeof(float);

constexpr double kSilence = -std::numeric_limits<double>::infinity();
// BS.1770-4: it makes up for what K-weighting adds at 997 Hz.
constexpr double kLoudnessOffset = -0.691;

double loudnessOf(double energy) { return 10 * std::log10(energy) + kLoudnessOffset; }
double energyOf(double loudness) { return std::pow(10, (loudness - kLoudnessOffset) / 10); }
float decibels(double amplitude) { return static_cast<float>(20 * std::log10(amplitude)); }

Status outOfMemory() { return {StatusCode::kOutOfMemory, "no memory for audio"}; }

/// Where channels stand, in Web Audio's order; beyond 5.1 in that of WAV's channel mask.
std::vector<channel> channelMap(int channelCount) {
  constexpr channel kLeft = EBUR128_LEFT;
  constexpr channel kRight = EBUR128_RIGHT;
  constexpr channel kCentre = EBUR128_CENTER;
  constexpr channel kLfe = EBUR128_UNUSED;
  constexpr channel kSideLeft = EBUR128_LEFT_SURROUND;
  constexpr channel kSideRight = EBUR128_RIGHT_SURROUND;
  constexpr channel kBack = EBUR128_Mp180;
  constexpr channel kBackLeft = EBUR128_Mp135;
  constexpr channel kBackRight = EBUR128_Mm135;
  switch (channelCount) {
    case 1:
      return {kCentre};
    case 2:
      return {kLeft, kRight};
    case 3:
      return {kLeft, kRight, kCentre};
    case 4:
      return {kLeft, kRight, kSideLeft, kSideRight};
    case 5:
      return {kLeft, kRight, kCentre, kSideLeft, kSideRight};
    case 6:
      return {kLeft, kRight, kCentre, kLfe, kSideLeft, kSideRight};
    case 7:
      return {kLeft, kRight, kCentre, kLfe, kBack, kSideLeft, kSideRight};
    default:
      return {kLeft, kRight, kCentre, kLfe, kBackLeft, kBackRight, kSideLeft, kSideRight};
  }
}

struct DestroyState {
  void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};

/// The highest of what is looked at after every block.
struct Highest {
  double momentary = kSilence;
  double shortTerm = kSilence;
  double peak = 0;

  void add(const Highest& other) {
    momentary = std::max(momentary, other.momentary);
    shortTerm = std::max(shortTerm, other.shortTerm);
    peak = std::max(peak, other.peak);
  }
};

class StreamMeter final : public Meter {
 public:
  explicit StreamMeter(const StreamFormat& format) : format_(format) {}

  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] size_t available() const override { return rows_.frames() / kRowWidth; }
  [[nodiscard]] bool pull(LoudnessRow& row) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] LoudnessSummary summary() const override;

 private:
  /// What the audio needs, when the first comes.
  Status allocate();
  /// Moves frames of `audio` from `offset` on into the block. @return how many
  size_t gather(const AudioView& audio, size_t offset);
  /// Gives the block to libebur128.
  Status measureBlock();
  Status closeBlock();
  Status closeRow();

  /// Where a block begins, in frames from the audio's start.
  [[nodiscard]] uint64_t blockBegin(uint64_t block) const {
    return block * static_cast<uint64_t>(format_.sampleRate) / kBlocksPerSecond;
  }
  [[nodiscard]] size_t channels() const { return static_cast<size_t>(format_.channelCount); }
  /// Loudness of the newest blocks together.
  [[nodiscard]] double loudnessOfNewest(size_t blocks) const;
  /// The highest of all channels. @param peakOf a function of libebur128's
  [[nodiscard]] double highest(int (*peakOf)(ebur128_state*, unsigned, double*)) const;

  const StreamFormat format_;
  std::unique_ptr<ebur128_state, DestroyState> state_;
  audio::FloatBuffer block_;                         // [frame][channel]
  uint64_t taken_ = 0;                               // frames
  uint64_t blocks_ = 0;                              // closed
  std::array<double, kShortTermBlocks> energies_{};  // of the newest blocks, a ring
  Highest row_;                                      // of the row's blocks so far
  Highest all_;                                      // of all closed rows
  audio::SampleQueue rows_;                          // the numbers of one row after another
  bool finished_ = false;
  Status fault_;  // what made the stream unusable
};

Status StreamMeter::allocate() {
  if (state_ != nullptr) return {};
  block_ = audio::FloatBuffer((blockBegin(1) + 1) * channels());
  if (block_.size() == 0 || !rows_.reserve(1, 8 * kRowWidth)) return outOfMemory();
  state_.reset(ebur128_init(
      static_cast<unsigned>(format_.channelCount), static_cast<unsigned long>(format_.sampleRate),
      EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK | EBUR128_MODE_HISTOGRAM));
  if (state_ == nullptr) return outOfMemory();
  const std::vector<channel> map = channelMap(format_.channelCount);
  for (unsigned c = 0; c < map.size(); ++c) ebur128_set_channel(state_.get(), c, map[c]);
  return {};
}

Status StreamMeter::push(const AudioView& audio) {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "push after finish"};
  if (Status status = tasks::checkAudio(audio, format_.channelCount, taken_); !status.ok()) {
    return status;
  }
  fault_ = allocate();
  for (size_t done = 0; fault_.ok() && done < audio.frameCount;) {
    done += gather(audio, done);
    if (taken_ == blockBegin(blocks_ + 1)) fault_ = closeBlock();
  }
  return fault_;
}

size_t StreamMeter::gather(const AudioView& audio, size_t offset) {
  const uint64_t missing = blockBegin(blocks_ + 1) - taken_;
  const size_t frames = std::min(audio.frameCount - offset, static_cast<size_t>(missing));
  float* block = block_.data() + (taken_ - blockBegin(blocks_)) * channels();
  for (size_t c = 0; c < channels(); ++c) {
    const float* samples = audio.channels[c] + offset;
    for (size_t n = 0; n < frames; ++n) block[n * channels() + c] = samples[n];
  }
  taken_ += frames;
  return frames;
}

Status StreamMeter::measureBlock() {
  const auto frames = static_cast<size_t>(taken_ - blockBegin(blocks_));
  const int error = ebur128_add_frames_float(state_.get(), block_.data(), frames);
  return error == EBUR128_SUCCESS ? Status() : outOfMemory();
}

Status StreamMeter::closeBlock() {
  if (Status status = measureBlock(); !status.ok()) return status;
  double loudness = kSilence;
  ebur128_loudness_window(state_.get(), kBlockMilliseconds, &loudness);
  energies_[blocks_ % kShortTermBlocks] = energyOf(loudness);
  ++blocks_;
  row_.add({.momentary = loudnessOfNewest(kMomentaryBlocks),
            .shortTerm = loudnessOfNewest(kShortTermBlocks),
            .peak = highest(ebur128_prev_true_peak)});
  return blocks_ % kBlocksPerRow == 0 ? closeRow() : Status();
}

Status StreamMeter::closeRow() {
  const std::array<float, kRowWidth> numbers = {
      static_cast<float>(row_.momentary), static_cast<float>(row_.shortTerm), decibels(row_.peak)};
  all_.add(row_);
  row_ = {};
  const float* row = numbers.data();
  return rows_.push(&row, 0, kRowWidth) ? Status() : outOfMemory();
}

double StreamMeter::loudnessOfNewest(size_t blocks) const {
  double sum = 0;
  for (size_t age = 1; age <= blocks; ++age) {
    sum += energies_[(blocks_ + kShortTermBlocks - age) % kShortTermBlocks];
  }
  return loudnessOf(sum / static_cast<double>(blocks));
}

double StreamMeter::highest(int (*peakOf)(ebur128_state*, unsigned, double*)) const {
  double most = 0;
  for (unsigned c = 0; c < channels(); ++c) {
    double peak = 0;
    peakOf(state_.get(), c, &peak);
    most = std::max(most, peak);
  }
  return most;
}

bool StreamMeter::pull(LoudnessRow& row) {
  if (available() == 0) return false;
  const float* numbers = rows_.channel(0);
  row = {.momentary = numbers[0], .shortTerm = numbers[1], .truePeak = numbers[2]};
  rows_.drop(kRowWidth);
  return true;
}

Status StreamMeter::finish() {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "finish was called twice"};
  finished_ = true;
  if (state_ != nullptr) fault_ = measureBlock();
  return fault_;
}

LoudnessSummary StreamMeter::summary() const {
  Highest highestSoFar = all_;
  highestSoFar.add(row_);
  double integrated = kSilence;
  double range = 0;
  double truePeak = 0;
  double samplePeak = 0;
  if (state_ != nullptr) {
    ebur128_loudness_global(state_.get(), &integrated);
    ebur128_loudness_range(state_.get(), &range);
    truePeak = highest(ebur128_true_peak);
    samplePeak = highest(ebur128_sample_peak);
  }
  return {.integrated = static_cast<float>(integrated),
          .range = static_cast<float>(range),
          .maxMomentary = static_cast<float>(highestSoFar.momentary),
          .maxShortTerm = static_cast<float>(highestSoFar.shortTerm),
          .truePeak = decibels(truePeak),
          .samplePeak = decibels(samplePeak)};
}

}  // namespace

Result<std::unique_ptr<Meter>> Meter::create(const StreamFormat& format) {
  if (Status status = tasks::checkFormat(format.sampleRate, format.channelCount); !status.ok()) {
    return status;
  }
  return std::unique_ptr<Meter>(std::make_unique<StreamMeter>(format));
}

}  // namespace divisi
