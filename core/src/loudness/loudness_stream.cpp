// The stream of the task "loudness".
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
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "base/float_buffer.h"
#include "base/text.h"
#include "divisi/loudness.h"
#include "loudness/loudness_task.h"
#include "task/checked_stream.h"
#include "task/row_queue.h"

namespace divisi::loudness {
namespace {

constexpr unsigned long kBlockMilliseconds = 10;
constexpr uint64_t kBlocksPerSecond = 1000 / kBlockMilliseconds;
constexpr size_t kMomentaryBlocks = 40;
constexpr size_t kShortTermBlocks = 300;
constexpr auto kBlocksPerRow = static_cast<uint64_t>(kLoudnessRowSeconds * kBlocksPerSecond);

constexpr double kSilence = -std::numeric_limits<double>::infinity();
// BS.1770-4: it makes up for what K-weighting adds at 997 Hz.
constexpr double kLoudnessOffset = -0.691;

double loudnessOf(double energy) { return 10 * std::log10(energy) + kLoudnessOffset; }
double energyOf(double loudness) { return std::pow(10, (loudness - kLoudnessOffset) / 10); }
float decibels(double amplitude) { return static_cast<float>(20 * std::log10(amplitude)); }

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

std::vector<Output> makeOutputs() {
  return {{.name = "loudness",
           .kind = OutputKind::kRows,
           .width = RowNumbers().size(),
           .rate = 1 / kLoudnessRowSeconds,
           .itemSeconds = kLoudnessRowSeconds,
           .labels = {"momentary", "shortTerm", "truePeak"}},
          {.name = "summary",
           .kind = OutputKind::kRows,
           .width = SummaryNumbers().size(),
           .labels = {"integrated", "range", "maxMomentary", "maxShortTerm", "truePeak",
                      "samplePeak"}}};
}

/// Gets good audio only, and no call after a fault (CheckedStream).
class LoudnessStream final : public TaskStream {
 public:
  explicit LoudnessStream(const StreamFormat& format) : format_(format) {}

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override {
    return {.latency = blockBegin(kBlocksPerRow)};
  }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override {
    return queues_[output].available();
  }
  size_t pull(size_t output, float* const* planes, size_t maxItems) override {
    return queues_[output].pull(planes[0], maxItems);
  }

 private:
  /// What the audio needs, when the first comes.
  Status allocate();
  /// Moves frames of `audio` from `offset` on into the block. @return how many
  size_t gather(const AudioView& audio, size_t offset);
  /// Gives the block to libebur128.
  Status measureBlock();
  Status closeBlock();
  Status closeRow();
  Status give(size_t output, const float* row) {
    return queues_[output].push(row) ? Status() : outOfMemory("audio");
  }

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
  const std::vector<Output> outputs_ = makeOutputs();
  std::unique_ptr<ebur128_state, DestroyState> state_;
  FloatBuffer block_;                                // [frame][channel]
  uint64_t taken_ = 0;                               // frames
  uint64_t blocks_ = 0;                              // closed
  std::array<double, kShortTermBlocks> energies_{};  // of the newest blocks, a ring
  Highest row_;                                      // of the row's blocks so far
  Highest all_;                                      // of all closed rows
  std::array<task::RowQueue, 2> queues_;             // of the outputs
};

Status LoudnessStream::allocate() {
  if (state_ != nullptr) return {};
  block_ = FloatBuffer(static_cast<size_t>(blockBegin(1) + 1) * channels());
  if (block_.size() == 0 || !queues_[kRowsOutput].reserve(RowNumbers().size(), 8) ||
      !queues_[kSummaryOutput].reserve(SummaryNumbers().size(), 1)) {
    return outOfMemory("audio");
  }
  state_.reset(ebur128_init(
      static_cast<unsigned>(format_.channelCount), static_cast<unsigned long>(format_.sampleRate),
      EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK | EBUR128_MODE_HISTOGRAM));
  if (state_ == nullptr) return outOfMemory("audio");
  const std::vector<channel> map = channelMap(format_.channelCount);
  for (unsigned c = 0; c < map.size(); ++c) ebur128_set_channel(state_.get(), c, map[c]);
  return {};
}

Status LoudnessStream::push(const AudioView& audio) {
  Status status = allocate();
  for (size_t done = 0; status.ok() && done < audio.frameCount;) {
    done += gather(audio, done);
    if (taken_ == blockBegin(blocks_ + 1)) status = closeBlock();
  }
  return status;
}

size_t LoudnessStream::gather(const AudioView& audio, size_t offset) {
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

Status LoudnessStream::measureBlock() {
  const auto frames = static_cast<size_t>(taken_ - blockBegin(blocks_));
  const int error = ebur128_add_frames_float(state_.get(), block_.data(), frames);
  return error == EBUR128_SUCCESS ? Status() : outOfMemory("audio");
}

Status LoudnessStream::closeBlock() {
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

Status LoudnessStream::closeRow() {
  const LoudnessRow row = {.momentary = static_cast<float>(row_.momentary),
                           .shortTerm = static_cast<float>(row_.shortTerm),
                           .truePeak = decibels(row_.peak)};
  all_.add(row_);
  row_ = {};
  return give(kRowsOutput, std::bit_cast<RowNumbers>(row).data());
}

double LoudnessStream::loudnessOfNewest(size_t blocks) const {
  double sum = 0;
  for (size_t age = 1; age <= blocks; ++age) {
    sum += energies_[(blocks_ + kShortTermBlocks - age) % kShortTermBlocks];
  }
  return loudnessOf(sum / static_cast<double>(blocks));
}

double LoudnessStream::highest(int (*peakOf)(ebur128_state*, unsigned, double*)) const {
  double most = 0;
  for (unsigned c = 0; c < channels(); ++c) {
    double peak = 0;
    peakOf(state_.get(), c, &peak);
    most = std::max(most, peak);
  }
  return most;
}

Status LoudnessStream::finish() {
  if (Status status = allocate(); !status.ok()) return status;
  if (Status status = measureBlock(); !status.ok()) return status;
  all_.add(row_);
  double integrated = kSilence;
  double range = 0;
  ebur128_loudness_global(state_.get(), &integrated);
  ebur128_loudness_range(state_.get(), &range);
  const LoudnessSummary summary = {.integrated = static_cast<float>(integrated),
                                   .range = static_cast<float>(range),
                                   .maxMomentary = static_cast<float>(all_.momentary),
                                   .maxShortTerm = static_cast<float>(all_.shortTerm),
                                   .truePeak = decibels(highest(ebur128_true_peak)),
                                   .samplePeak = decibels(highest(ebur128_sample_peak))};
  return give(kSummaryOutput, std::bit_cast<SummaryNumbers>(summary).data());
}

}  // namespace

std::unique_ptr<TaskStream> openLoudness(const StreamFormat& format) {
  return std::make_unique<task::CheckedStream>(std::make_unique<LoudnessStream>(format),
                                               format.channelCount);
}

}  // namespace divisi::loudness
