#include "nn/convolution/direct_convolution.h"

#include <algorithm>
#include <array>

#include "base/integers.h"
#include "nn/convolution/row_io.h"
#include "nn/product/channel_product.h"
#include "nn/product/panel_kernel.h"
#include "nn/window/row_ring.h"
#include "nn/window/window_phases.h"

namespace divisi::nn {
namespace {

// Parts of a window whose addresses are at hand at once.
constexpr size_t kMostParts = 512;
// Pixels that are multiplied by a panel before it is the next one's turn: as many as make what is
// read and expanded of it small beside the products.
constexpr int64_t kBlockPixels = 256;
constexpr int64_t kMostColumns = 512;
constexpr int64_t kFewestColumns = 32;
// Floats of input rows that a block reads: what a core's own cache holds beside a panel.
constexpr int64_t kRingElements = int64_t{1} << 16;
// Kernels of fewer weights are kept in float32.
constexpr size_t kFewestCompact = size_t{1} << 16;
// Taps and phases beyond which a file asks for nonsense, and weights beyond those of any tensor.
constexpr int64_t kMostWeightTaps = int64_t{1} << 20;
constexpr int64_t kMostPhases = int64_t{1} << 12;
constexpr int64_t kMostPacked = int64_t{1} << 29;
constexpr size_t kLine = 16;

// The same convolution along one axis where it has only one, or over pixels in one long row: long
// rows are what is fast.
FusedGeometry inRows(FusedGeometry g) {
  const auto isNothing = [&](size_t axis) {
    return g.kernel[axis] == 1 && g.before[axis] == 0 && g.stride[axis] == 1 &&
           g.input[axis] == g.output[axis];
  };
  if (isNothing(1) && isNothing(0)) {
    g.input = {1, g.input[0] * g.input[1]};
    g.output = g.input;
  } else if (isNothing(1) && g.input[1] == 1) {
    for (auto* axes : {&g.input, &g.output, &g.kernel, &g.stride, &g.dilation, &g.before}) {
      std::swap((*axes)[0], (*axes)[1]);
    }
  }
  return g;
}

AxisPhases phasesOf(const FusedGeometry& g, size_t axis) {
  return axisPhases({.kernel = g.kernel[axis],
                     .stride = g.stride[axis],
                     .dilation = g.dilation[axis],
                     .before = g.before[axis],
                     .output = g.output[axis],
                     .transposed = g.transposed});
}

// Each channel has a kernel of its own.
bool isByChannel(const FusedGeometry& g) {
  return g.groups > 1 && g.groups == g.channels() && g.groups == g.outputs;
}

WindowPhases windowOf(const FusedGeometry& g) {
  return windowPhases(phasesOf(g, 0), phasesOf(g, 1), g.kernel[1], /*joins=*/g.groups == 1);
}

// What a run computes at a time.
struct BlockPlan {
  int64_t rows = 1;  // of each phase
  int64_t columns = 1;
  int64_t inputRows = 1;
  int64_t inputColumns = 1;
};

BlockPlan planBlocks(const FusedGeometry& g, const AxisPhases& vertical,
                     const AxisPhases& horizontal) {
  const auto rowsFor = [&](int64_t rows) {
    return (rows - 1) * vertical.inputStep + vertical.highest - vertical.lowest + 1;
  };
  const auto columnsFor = [&](int64_t columns) {
    return (columns - 1) * horizontal.inputStep + horizontal.highest - horizontal.lowest + 1;
  };
  BlockPlan plan;
  const int64_t pixel = rowsFor(1) * g.channels() * horizontal.inputStep;
  plan.columns = std::clamp(kRingElements / pixel, kFewestColumns, kMostColumns);
  plan.columns = std::min(plan.columns, horizontal.length);
  plan.rows = std::clamp<int64_t>(kBlockPixels / plan.columns, 1, vertical.length);
  plan.inputColumns = columnsFor(plan.columns);
  while (plan.rows > 1 && rowsFor(plan.rows) * plan.inputColumns * g.channels() > kRingElements) {
    --plan.rows;
  }
  plan.inputRows = rowsFor(plan.rows);
  return plan;
}

class DirectConvolution final : public FusedConvolution {
 public:
  DirectConvolution(const FusedGeometry& geometry, const ConvolutionWeights& weights,
                    const FusedOperators& operators)
      : g_(inRows(geometry)),
        vertical_(phasesOf(g_, 0)),
        horizontal_(phasesOf(g_, 1)),
        plan_(planBlocks(g_, vertical_, horizontal_)),
        channels_(size(g_.channels())),
        outputs_(size(g_.outputs)),
        groupChannels_(channels_ / size(g_.groups)),
        groupOutputs_(outputs_ / size(g_.groups)),
        isByChannel_(isByChannel(g_)),
        isPlain_(g_.sourceChannels.size() == 1 && operators.input.empty() &&
                 operators.inputSlope == 1),
        reader_(g_, operators),
        finisher_(weights, operators, {}),
        window_(windowOf(g_)) {}

  [[nodiscard]] bool pack(KernelSource source) {
    source.groups = isByChannel_ ? 1 : size(g_.groups);
    source.outputs = isByChannel_ ? outputs_ : groupOutputs_;
    source.taps = size(g_.kernel[0] * g_.kernel[1]);
    source.channels = groupChannels_;
    const bool small = outputs_ * source.taps * groupChannels_ < kFewestCompact;
    const bool few = plan_.rows * plan_.columns < kBlockPixels / 2;
    return kernel_.create(source, window_.tapOrder, isByChannel_ || small || few);
  }

  [[nodiscard]] size_t scratchElements() const override {
    return ring().elements() + zerosElements() + panelElements();
  }

  void run(std::span<const float* const> sources, float* output, float* scratch) const override {
    Job job = {.sources = sources, .output = output, .rows = ring()};
    job.ringMemory = scratch;
    job.zeros = scratch + job.rows.elements();
    job.panel = job.zeros + zerosElements();
    std::fill_n(job.zeros, zerosElements(), 0.0F);
    for (job.column = 0; job.column < horizontal_.length; job.column += plan_.columns) {
      job.columns = std::min(plan_.columns, horizontal_.length - job.column);
      job.firstInput = job.column * horizontal_.inputStep + horizontal_.lowest;
      const int64_t end =
          (job.column + job.columns - 1) * horizontal_.inputStep + horizontal_.highest + 1;
      job.inputColumns = end - job.firstInput;
      job.isInPlace = isPlain_ && job.firstInput >= 0 && end <= g_.input[1];
      job.rows.start(job.ringMemory, vertical_.lowest);
      for (job.row = 0; job.row < vertical_.length; job.row += plan_.rows) {
        job.blockRows = std::min(plan_.rows, vertical_.length - job.row);
        runBlock(job);
      }
    }
  }

 private:
  // A block of a run.
  struct Job {
    std::span<const float* const> sources;
    float* output = nullptr;
    RowRing rows;
    float* ringMemory = nullptr;
    float* zeros = nullptr;
    float* panel = nullptr;
    int64_t row = 0;  // of a phase, as columns
    int64_t blockRows = 0;
    int64_t column = 0;
    int64_t columns = 0;
    int64_t firstInput = 0;  // column
    int64_t inputColumns = 0;
    bool isInPlace = false;  // every column that is read lies in the only source
  };

  [[nodiscard]] RowRing ring() const {
    return {plan_.inputRows, size(plan_.inputColumns) * channels_};
  }
  [[nodiscard]] size_t zerosElements() const {
    return roundedUp(size(plan_.inputColumns) * channels_, kLine);
  }
  [[nodiscard]] size_t panelElements() const {
    return kernel_.isExpanded() ? 0 : kernel_.depth() * kPanelColumns;
  }

  void runBlock(Job& job) const {
    const size_t panels = kernel_.panelsOfGroup();
    const size_t groups = isByChannel_ ? 1 : size(g_.groups);
    for (size_t group = 0; group < groups; ++group) {
      for (size_t i = 0; i < panels; ++i) {
        const float* panel = kernel_.panels(group * panels + i, 1, job.panel);
        const size_t column = i * kPanelColumns;
        const size_t all = isByChannel_ ? outputs_ : groupOutputs_;
        multiply(job, panel,
                 {.channel = isByChannel_ ? column : group * groupChannels_,
                  .output = group * groupOutputs_ + column,
                  .count = std::min(kPanelColumns, all - column)});
      }
    }
    for (int64_t row = 0; row < job.blockRows * vertical_.outputStep; ++row) {
      const int64_t at = job.row * vertical_.outputStep + row;
      if (at >= g_.output[0]) break;
      const int64_t first = job.column * horizontal_.outputStep;
      const int64_t count = std::min(job.columns * horizontal_.outputStep, g_.output[1] - first);
      finisher_.finish(job.output + size(at * g_.output[1] + first) * outputs_, size(count),
                       outputs_, 0, outputs_);
    }
  }

  // Outputs that a panel gives, and the first channel that it reads.
  struct Part {
    size_t channel = 0;
    size_t output = 0;
    size_t count = 0;
  };

  void multiply(Job& job, const float* panel, const Part& part) const {
    const float* lefts[kMostParts];
    const size_t stride = size(horizontal_.inputStep) * channels_;
    for (int64_t row = job.row; row < job.row + job.blockRows; ++row) {
      for (const WindowPhase& phase : window_.phases) {
        const int64_t outputRow = row * vertical_.outputStep + phase.row;
        const int64_t firstOutput = job.column * horizontal_.outputStep + phase.column;
        if (outputRow >= g_.output[0] || firstOutput >= g_.output[1]) continue;
        const int64_t columns =
            std::min(job.columns, (g_.output[1] - 1 - firstOutput) / horizontal_.outputStep + 1);
        for (size_t i = 0; i < phase.parts.size(); ++i) {
          const WindowPart& from = phase.parts[i];
          lefts[i] = inputRow(job, row * vertical_.inputStep + from.row) +
                     size(from.column - horizontal_.lowest) * channels_ + part.channel;
        }
        const PanelResult result = {
            .first =
                job.output + size(outputRow * g_.output[1] + firstOutput) * outputs_ + part.output,
            .stride = size(horizontal_.outputStep) * outputs_,
            .columns = part.count};
        const float* weights = panel + phase.firstTap * groupChannels_ * kPanelColumns;
        const std::span<const float* const> parts = {lefts, phase.parts.size()};
        if (isByChannel_) {
          multiplyChannels(parts, size(columns), stride, weights, result);
        } else {
          multiplyPanel(parts, size(columns), phase.tapsOfPart * groupChannels_, stride, weights,
                        result);
        }
      }
    }
  }

  [[nodiscard]] const float* inputRow(Job& job, int64_t row) const {
    if (row < 0 || row >= g_.input[0]) return job.zeros;
    if (job.isInPlace) {
      return job.sources[0] + size(row * g_.input[1] + job.firstInput) * channels_;
    }
    return job.rows.get(row, [&](int64_t wanted, float* target) {
      reader_.read(job.sources, wanted, job.firstInput, job.inputColumns, target);
    });
  }

  FusedGeometry g_;
  AxisPhases vertical_;
  AxisPhases horizontal_;
  BlockPlan plan_;
  size_t channels_;
  size_t outputs_;
  size_t groupChannels_;
  size_t groupOutputs_;
  bool isByChannel_;  // each channel has a kernel of its own
  bool isPlain_;      // nothing is done with the input before
  RowReader reader_;
  RowFinisher finisher_;
  WindowPhases window_;
  PanelKernel kernel_;
};

// Windows of single channels are all address and no product: XNNPACK's ways are better.
bool isWorthwhile(const FusedGeometry& g) {
  constexpr int64_t kShortest = 8;
  constexpr int64_t kMostRows = 16;
  const int64_t part =
      g.dilation[1] == 1 && !g.transposed ? g.kernel[1] * g.channels() : g.channels();
  if (part >= kShortest) return true;
  return !g.transposed && g.dilation[1] == 1 && g.kernel[0] <= kMostRows &&
         g.outputs % static_cast<int64_t>(kPanelColumns) == 0;
}

}  // namespace

bool suitsDirect(const FusedGeometry& geometry) {
  const FusedGeometry g = inRows(geometry);
  const bool isDilated = g.dilation[0] > 1 || g.dilation[1] > 1;
  const bool onlyHere = g.groups > 1 || (g.transposed && isDilated);
  if (!onlyHere && !isWorthwhile(g)) return false;
  // Addresses of one window are kept at once, as are the phases of a stride.
  if (!product(std::array{g.kernel[0], g.kernel[1]}, kMostWeightTaps)) return false;
  if (g.transposed && !product(g.stride, kMostPhases)) return false;
  const BlockPlan plan = planBlocks(g, phasesOf(g, 0), phasesOf(g, 1));
  if (!product(std::array{plan.inputRows + 1, plan.inputColumns, g.channels()}, kMostScratch)) {
    return false;
  }
  const auto padded = static_cast<int64_t>(roundedUp(size(g.outputs / g.groups), kPanelColumns));
  if (!product(std::array{g.groups, padded, g.kernel[0] * g.kernel[1], g.channels() / g.groups},
               kMostPacked)) {
    return false;
  }
  return std::ranges::all_of(windowOf(g).phases, [](const WindowPhase& phase) {
    return phase.parts.size() <= kMostParts;
  });
}

std::unique_ptr<FusedConvolution> makeDirect(const FusedGeometry& geometry,
                                             const ConvolutionWeights& weights,
                                             const FusedOperators& operators) {
  auto result = std::make_unique<DirectConvolution>(geometry, weights, operators);
  if (!result->pack(weights.source)) return nullptr;
  return result;
}

}  // namespace divisi::nn
