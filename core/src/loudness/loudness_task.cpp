// Loudness: audio -> blocks of 10 ms -> libebur128 -> windows of 400 ms and 3 s.
//
// libebur128 filters, gates and finds the peaks. The windows are added up here from the energies of
// blocks, because the highest loudness is wanted at steps of 10 ms (cases 10 and 13 of EBU Tech
// 3341 fail at 100 ms), where the library would add every sample 340 times.
#include <ebur128.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audio/audio_check.h"
#include "audio/sample_queue.h"
#include "base/float_buffer.h"
#include "divisi/loudness.h"
#include "divisi/task.h"

namespace divisi::loudness {
namespace {

constexpr double kSilence = -std::numeric_limits<double>::infinity();

constexpr int kBlockMilliseconds = 10;
constexpr uint64_t kBlocksPerSecond = 1000 / kBlockMilliseconds;
constexpr size_t kMomentaryBlocks = 40;
constexpr size_t kShortTermBlocks = 300;
constexpr uint64_t kBlocksPerRow = 10;

// BS.1770-4, equation 2: so that a 997 Hz sine of 0 dBFS in one front channel is at -3.01 LUFS.
constexpr double kLoudnessOffset = -0.691;

double loudnessOf(double energy) { return 10 * std::log10(energy) + kLoudnessOffset; }
double energyOf(double loudness) { return std::pow(10, (loudness - kLoudnessOffset) / 10); }
double decibels(double amplitude) { return 20 * std::log10(amplitude); }

/// Where the channels stand, in Web Audio's order (js/cli/read/channel_order.ts has it, too).
std::vector<channel> channelMap(int channelCount) {
  constexpr channel kLeft = EBUR128_LEFT;
  constexpr channel kRight = EBUR128_RIGHT;
  constexpr channel kCentre = EBUR128_CENTER;
  constexpr channel kLfe = EBUR128_UNUSED;
  constexpr channel kSideLeft = EBUR128_LEFT_SURROUND;
  constexpr channel kSideRight = EBUR128_RIGHT_SURROUND;
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
      return {kLeft, kRight, kCentre, kLfe, EBUR128_Mp180, kSideLeft, kSideRight};
    default:
      return {kLeft, kRight, kCentre, kLfe, EBUR128_Mp135, EBUR128_Mm135, kSideLeft, kSideRight};
  }
}

struct DestroyState {
  void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};

std::vector<Output> makeOutputs() {
  constexpr double kRowSeconds = static_cast<double>(kBlocksPerRow) / kBlocksPerSecond;
  return {{.name = "loudness",
           .kind = OutputKind::kRows,
           .width = kLoudnessWidth,
           .rate = 1 / kRowSeconds,
           .itemSeconds = kRowSeconds,
           .labels = {"momentary", "shortTerm", "truePeak"}},
          {.name = "summary",
           .kind = OutputKind::kRows,
           .width = kLoudnessSummaryWidth,
           .rate = 0,
           .itemSeconds = 0,
           .labels = {"integrated", "range", "maxMomentary", "maxShortTerm", "maxTruePeak",
                      "maxSamplePeak"}}};
}

class LoudnessStream final : public TaskStream {
 public:
  explicit LoudnessStream(const StreamFormat& format) : format_(format) {}

  Status allocate();

  [[nodiscard]] const std::vector<Output>& outputs() const override { return outputs_; }
  [[nodiscard]] StreamTiming timing() const override {
    return {.latency = blockEnd(kBlocksPerRow), .runInterval = blockEnd(kBlocksPerRow), .reach = 0};
  }
  [[nodiscard]] Status push(const AudioView& audio) override;
  [[nodiscard]] Status skip(const AudioView&) override {
    return {StatusCode::kUnsupported, "loudness is measured of all audio"};
  }
  [[nodiscard]] Status finish() override;
  [[nodiscard]] size_t available(size_t output) const override;
  size_t pull(size_t output, float* const* planes, size_t maxItems) override;
  size_t pullEvents(size_t, std::span<Event>) override { return 0; }

 private:
  /// Where a block ends, in frames from the start; blocks are counted from 1.
  [[nodiscard]] uint64_t blockEnd(uint64_t block) const {
    return (block * static_cast<uint64_t>(format_.sampleRate) + kBlocksPerSecond / 2) /
           kBlocksPerSecond;
  }
  Status closeBlock();
  Status addGathered();
  /// Loudness of the newest blocks together.
  [[nodiscard]] double loudnessOfNewest(size_t blocks) const;
  /// Of all channels. @param peakOf a function of libebur128's.
  [[nodiscard]] double highest(int (*peakOf)(ebur128_state*, unsigned, double*)) const;
  [[nodiscard]] size_t channels() const { return static_cast<size_t>(format_.channelCount); }

  const StreamFormat format_;
  const std::vector<Output> outputs_ = makeOutputs();
  std::unique_ptr<ebur128_state, DestroyState> state_;
  audio::FloatBuffer gathered_;  // frames of the unfinished block, [frame][channel]
  uint64_t taken_ = 0;           // frames
  uint64_t blocks_ = 0;          // finished
  std::array<double, kShortTermBlocks> energies_{};  // of the newest blocks, in a ring
  double rowPeak_ = 0;                               // true peak of the row's blocks so far
  double maxMomentary_ = kSilence;
  double maxShortTerm_ = kSilence;
  audio::SampleQueue rows_;  // the numbers of one row after another
  audio::SampleQueue summary_;
  bool finished_ = false;
  Status fault_;  // what made the stream unusable
};

Status LoudnessStream::allocate() {
  state_.reset(ebur128_init(
      static_cast<unsigned>(format_.channelCount), static_cast<unsigned long>(format_.sampleRate),
      EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_TRUE_PEAK | EBUR128_MODE_HISTOGRAM));
  gathered_ = audio::FloatBuffer((blockEnd(1) + 1) * channels());
  if (state_ == nullptr || gathered_.size() == 0 || !rows_.reserve(1, 8 * kLoudnessWidth) ||
      !summary_.reserve(1, kLoudnessSummaryWidth)) {
    return {StatusCode::kOutOfMemory, "no memory for audio"};
  }
  const std::vector<channel> map = channelMap(format_.channelCount);
  for (unsigned c = 0; c < map.size(); ++c) ebur128_set_channel(state_.get(), c, map[c]);
  return {};
}

Status LoudnessStream::push(const AudioView& audio) {
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "push after finish"};
  if (Status status = tasks::checkAudio(audio, format_.channelCount, taken_); !status.ok()) {
    return status;
  }
  for (size_t done = 0; done < audio.frameCount;) {
    const uint64_t begin = blockEnd(blocks_);
    const uint64_t end = blockEnd(blocks_ + 1);
    const auto frames = static_cast<size_t>(
        std::min<uint64_t>(end - taken_, static_cast<uint64_t>(audio.frameCount - done)));
    float* gathered = gathered_.data() + (taken_ - begin) * channels();
    for (size_t c = 0; c < channels(); ++c) {
      const float* samples = audio.channels[c] + done;
      for (size_t n = 0; n < frames; ++n) gathered[n * channels() + c] = samples[n];
    }
    taken_ += frames;
    done += frames;
    if (taken_ == end) fault_ = closeBlock();
    if (!fault_.ok()) return fault_;
  }
  return {};
}

Status LoudnessStream::addGathered() {
  const auto frames = static_cast<size_t>(taken_ - blockEnd(blocks_));
  if (ebur128_add_frames_float(state_.get(), gathered_.data(), frames) == EBUR128_SUCCESS) {
    return {};
  }
  return {StatusCode::kOutOfMemory, "no memory for loudness"};
}

Status LoudnessStream::closeBlock() {
  if (Status status = addGathered(); !status.ok()) return status;
  double loudness = kSilence;
  ebur128_loudness_window(state_.get(), kBlockMilliseconds, &loudness);
  energies_[blocks_ % kShortTermBlocks] = energyOf(loudness);
  ++blocks_;
  const double momentary = loudnessOfNewest(kMomentaryBlocks);
  const double shortTerm = loudnessOfNewest(kShortTermBlocks);
  maxMomentary_ = std::max(maxMomentary_, momentary);
  maxShortTerm_ = std::max(maxShortTerm_, shortTerm);
  rowPeak_ = std::max(rowPeak_, highest(ebur128_prev_true_peak));
  if (blocks_ % kBlocksPerRow != 0) return {};
  std::array<float, kLoudnessWidth> row{};
  row[kMomentary] = static_cast<float>(momentary);
  row[kShortTerm] = static_cast<float>(shortTerm);
  row[kTruePeak] = static_cast<float>(decibels(rowPeak_));
  rowPeak_ = 0;
  const float* numbers = row.data();
  return rows_.push(&numbers, 0, row.size())
             ? Status()
             : Status(StatusCode::kOutOfMemory, "no memory for loudness");
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
  if (!fault_.ok()) return fault_;
  if (finished_) return {StatusCode::kClosed, "finish was called twice"};
  finished_ = true;
  if (fault_ = addGathered(); !fault_.ok()) return fault_;
  double integrated = kSilence;
  double range = 0;
  ebur128_loudness_global(state_.get(), &integrated);
  ebur128_loudness_range(state_.get(), &range);
  std::array<float, kLoudnessSummaryWidth> summary{};
  summary[kIntegrated] = static_cast<float>(integrated);
  summary[kLoudnessRange] = static_cast<float>(range);
  summary[kMaxMomentary] = static_cast<float>(maxMomentary_);
  summary[kMaxShortTerm] = static_cast<float>(maxShortTerm_);
  summary[kMaxTruePeak] = static_cast<float>(decibels(highest(ebur128_true_peak)));
  summary[kMaxSamplePeak] = static_cast<float>(decibels(highest(ebur128_sample_peak)));
  const float* numbers = summary.data();
  if (!summary_.push(&numbers, 0, summary.size())) {
    fault_ = Status(StatusCode::kOutOfMemory, "no memory for loudness");
  }
  return fault_;
}

size_t LoudnessStream::available(size_t output) const {
  return output == kLoudnessOutput ? rows_.frames() / kLoudnessWidth
                                   : summary_.frames() / kLoudnessSummaryWidth;
}

size_t LoudnessStream::pull(size_t output, float* const* planes, size_t maxItems) {
  audio::SampleQueue& queue = output == kLoudnessOutput ? rows_ : summary_;
  const size_t items = std::min(maxItems, available(output));
  const size_t numbers = items * static_cast<size_t>(outputs_[output].width);
  std::copy_n(queue.channel(0), numbers, planes[0]);
  queue.drop(numbers);
  return items;
}

class CompiledLoudness final : public CompiledTask {
 public:
  Result<std::unique_ptr<TaskStream>> open(const StreamFormat& format, std::string_view) override {
    if (Status status = tasks::checkFormat(format.sampleRate, format.channelCount); !status.ok()) {
      return status;
    }
    auto stream = std::make_unique<LoudnessStream>(format);
    if (Status status = stream->allocate(); !status.ok()) return status;
    return std::unique_ptr<TaskStream>(std::move(stream));
  }
};

}  // namespace
}  // namespace divisi::loudness

namespace divisi {
Result<std::shared_ptr<CompiledTask>> CompiledTask::withoutModel(std::string_view) {
  return std::shared_ptr<CompiledTask>(std::make_shared<loudness::CompiledLoudness>());
}
}  // namespace divisi
