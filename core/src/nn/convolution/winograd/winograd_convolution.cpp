#include "nn/convolution/winograd/winograd_convolution.h"

#include <algorithm>
#include <optional>

#include "base/integers.h"
#include "base/lanes.h"
#include "nn/algebra/linear_combination.h"
#include "nn/convolution/row_io.h"
#include "nn/convolution/winograd/winograd_kernel.h"
#include "nn/convolution/winograd/winograd_transform.h"
#include "nn/product/matrix_product.h"

namespace divisi::nn {
namespace {

// Larger tiles multiply less, but more for each kernel: with fewer outputs a phase than these, the
// kernel's transform would take longer than it saves.
constexpr int64_t kLargeTile = 4;
constexpr int64_t kSmallTile = 2;
constexpr int64_t kFewestForLargeTiles = 512;
// Kernels of up to so many weights a tap are kept transformed; fewer of a model that is small.
constexpr int64_t kMostKeptTransformed = 16384;
constexpr int64_t kMostKeptQuantised = 2048;
// Fewer channels or outputs are all transform and no product; more would take scratch memory
// without bound.
constexpr int64_t kFewestChannels = 16;
constexpr int64_t kMostChannels = 2048;
// Transformed input of a block, in floats: about what a core's own cache holds.
constexpr size_t kBlockElements = size_t{1} << 18;
// Tiles of a block where each block transforms the kernel again.
constexpr int64_t kBlockTiles = 32;
// Fewer tiles than this would leave the products' registers empty.
constexpr int64_t kFewestTiles = 12;
constexpr size_t kGroupOutputs = 64;
// Floats of a cache line.
constexpr size_t kLine = 16;
bool keepsTransformed(const FusedGeometry& g, const ConvolutionWeights& weights) {
  const int64_t most = weights.floats.empty() ? kMostKeptQuantised : kMostKeptTransformed;
  return g.channels() * g.outputs <= most;
}

int64_t tileSize(const FusedGeometry& g) {
  const int64_t phases = g.transposed ? g.stride[0] * g.stride[1] : 1;
  const bool large = g.output[0] * g.output[1] / phases >= kFewestForLargeTiles;
  return large ? kLargeTile : kSmallTile;
}

std::optional<AxisFilter> axisFilter(const FusedGeometry& g, size_t axis) {
  return makeAxisFilter({.kernel = g.kernel[axis],
                         .stride = g.stride[axis],
                         .before = g.before[axis],
                         .transposed = g.transposed},
                        tileSize(g));
}

class WinogradConvolution final : public FusedConvolution {
 public:
  WinogradConvolution(const FusedGeometry& geometry, const ConvolutionWeights& weights,
                      const FusedOperators& operators)
      : geometry_(geometry),
        reader_(geometry, operators),
        vertical_(*axisFilter(geometry, 0)),
        horizontal_(*axisFilter(geometry, 1)),
        channels_(size(geometry.channels())),
        outputs_(size(geometry.outputs)),
        keepsTransformed_(keepsTransformed(geometry, weights)),
        groupOutputs_(std::min(outputs_, kGroupOutputs)) {
    tiles_ = {(geometry.output[0] + vertical_.outputStep - 1) / vertical_.outputStep,
              (geometry.output[1] + horizontal_.outputStep - 1) / horizontal_.outputStep};
    int64_t tiles = kBlockTiles;
    if (keepsTransformed_) {
      const size_t tileElements = size(vertical_.points * horizontal_.points) * channels_;
      tiles = std::max(kFewestTiles, static_cast<int64_t>(kBlockElements / tileElements));
    }
    const int64_t columns = std::min(tiles, tiles_[1]);
    blockTiles_ = {std::min(std::max<int64_t>(tiles / columns, 1), tiles_[0]), columns};
  }

  [[nodiscard]] bool pack(const ConvolutionWeights& weights, const FusedOperators& operators) {
    const KernelShape shape = {.outputs = outputs_,
                               .height = size(geometry_.kernel[0]),
                               .width = size(geometry_.kernel[1]),
                               .channels = channels_};
    if (!kernel_.create(shape, vertical_, horizontal_, weights, keepsTransformed_)) {
      return false;
    }
    finisher_ = RowFinisher(weights, operators, kernel_.scales());
    return true;
  }

  [[nodiscard]] size_t scratchElements() const override { return layOut(nullptr).elements; }

  void run(std::span<const float* const> sources, float* output, float* scratch) const override;

 private:
  struct Block {
    int64_t row = 0;  // of tiles
    int64_t column = 0;
    int64_t rows = 0;
    int64_t columns = 0;
    [[nodiscard]] size_t tiles() const { return size(rows * columns); }
  };

  struct Scratch {
    float* rows = nullptr;      // the input: [window][column][channel]
    float* combined = nullptr;  // one vertical point of it: [column][channel]
    float* input = nullptr;     // transformed: [u][v][tile][channel]
    float* products = nullptr;  // [u][v][tile][output of the group]
    float* result = nullptr;    // [u][tile column][column][output of the group]
    float* kernel = nullptr;
    size_t elements = 0;
  };

  [[nodiscard]] Scratch layOut(float* memory) const;
  void transformInput(std::span<const float* const> sources, const Block& block,
                      const Scratch& scratch) const;
  void multiply(const Block& block, size_t firstOutput, const Scratch& scratch) const;
  void transformResult(const Block& block, size_t firstOutput, const Scratch& scratch,
                       float* output) const;

  FusedGeometry geometry_;
  RowReader reader_;
  RowFinisher finisher_;
  AxisFilter vertical_;
  AxisFilter horizontal_;
  size_t channels_;
  size_t outputs_;
  bool keepsTransformed_;
  size_t groupOutputs_;                     // outputs whose products are in scratch at once
  std::array<int64_t, 2> tiles_ = {};       // rows and columns of tiles
  std::array<int64_t, 2> blockTiles_ = {};  // of a block, at most
  WinogradKernel kernel_;
};

WinogradConvolution::Scratch WinogradConvolution::layOut(float* memory) const {
  const size_t points = size(vertical_.points * horizontal_.points);
  const size_t tiles = size(blockTiles_[0] * blockTiles_[1]);
  const size_t columns =
      size((blockTiles_[1] - 1) * horizontal_.inputStep + horizontal_.window) * channels_;
  size_t end = 0;
  const auto take = [&](size_t elements) {
    float* result = memory == nullptr ? nullptr : memory + end;
    end += roundedUp(elements, kLine);
    return result;
  };
  Scratch scratch;
  scratch.rows = take(size(vertical_.window) * columns);
  scratch.combined = take(columns);
  scratch.input = take(points * tiles * channels_);
  scratch.products = take(points * tiles * groupOutputs_);
  scratch.result =
      take(size(vertical_.points * blockTiles_[1] * horizontal_.outputStep) * groupOutputs_);
  scratch.kernel = take(kernel_.scratchElements());
  scratch.elements = end;
  return scratch;
}

void WinogradConvolution::run(std::span<const float* const> sources, float* output,
                              float* memory) const {
  const Scratch scratch = layOut(memory);
  Block block;
  for (block.row = 0; block.row < tiles_[0]; block.row += blockTiles_[0]) {
    block.rows = std::min(blockTiles_[0], tiles_[0] - block.row);
    for (block.column = 0; block.column < tiles_[1]; block.column += blockTiles_[1]) {
      block.columns = std::min(blockTiles_[1], tiles_[1] - block.column);
      transformInput(sources, block, scratch);
      for (size_t output0 = 0; output0 < outputs_; output0 += groupOutputs_) {
        multiply(block, output0, scratch);
        transformResult(block, output0, scratch, output);
      }
    }
  }
}

void WinogradConvolution::transformInput(std::span<const float* const> sources, const Block& block,
                                         const Scratch& scratch) const {
  const size_t points = size(horizontal_.points);
  const int64_t columns = (block.columns - 1) * horizontal_.inputStep + horizontal_.window;
  const size_t rowElements = size(columns) * channels_;
  const int64_t firstColumn = block.column * horizontal_.inputStep + horizontal_.origin;
  const size_t pointElements = block.tiles() * channels_;
  for (int64_t tileRow = 0; tileRow < block.rows; ++tileRow) {
    const int64_t firstRow = (block.row + tileRow) * vertical_.inputStep + vertical_.origin;
    for (int64_t i = 0; i < vertical_.window; ++i) {
      reader_.read(sources, firstRow + i, firstColumn, columns,
                   scratch.rows + size(i) * rowElements);
    }
    float* target = scratch.input + size(tileRow * block.columns) * channels_;
    for (const auto& verticalRow : vertical_.input.rows) {
      combineRow(verticalRow, scratch.rows, rowElements, {1, rowElements}, 0, scratch.combined, 0);
      for (size_t v = 0; v < points; ++v, target += pointElements) {
        combineRow(horizontal_.input.rows[v], scratch.combined, channels_,
                   {size(block.columns), channels_}, size(horizontal_.inputStep) * channels_,
                   target, channels_);
      }
    }
  }
}

void WinogradConvolution::multiply(const Block& block, size_t firstOutput,
                                   const Scratch& scratch) const {
  const size_t tiles = block.tiles();
  const size_t group = std::min(groupOutputs_, outputs_ - firstOutput);
  for (size_t column = 0; column < group; column += kPanelColumns) {
    const size_t panel = (firstOutput + column) / kPanelColumns;
    kernel_.openPanel(panel, scratch.kernel);
    size_t point = 0;
    for (size_t u = 0; u < size(vertical_.points); ++u) {
      const float* weights = kernel_.panelRow(panel, u, scratch.kernel);
      for (size_t v = 0; v < size(horizontal_.points); ++v, ++point) {
        const float* lefts[] = {scratch.input + point * tiles * channels_};
        multiplyPanel(lefts, tiles, channels_, channels_, weights + v * channels_ * kPanelColumns,
                      scratch.products + point * tiles * group + column, group);
      }
    }
  }
}

void WinogradConvolution::transformResult(const Block& block, size_t firstOutput,
                                          const Scratch& scratch, float* output) const {
  const size_t tiles = block.tiles();
  const size_t group = std::min(groupOutputs_, outputs_ - firstOutput);
  const size_t across = size(horizontal_.outputStep);
  const size_t resultRow = size(block.columns) * across * group;
  const int64_t firstColumn = block.column * horizontal_.outputStep;
  const size_t columns =
      std::min(size(block.columns) * across, size(geometry_.output[1] - firstColumn));
  const size_t points = size(horizontal_.points);
  for (int64_t tileRow = 0; tileRow < block.rows; ++tileRow) {
    for (size_t u = 0; u < size(vertical_.points); ++u) {
      const float* products =
          scratch.products + (u * points * tiles + size(tileRow * block.columns)) * group;
      for (size_t j = 0; j < across; ++j) {
        combineRow(horizontal_.result.rows[j], products, tiles * group,
                   {size(block.columns), group}, group, scratch.result + u * resultRow + j * group,
                   across * group);
      }
    }
    const int64_t firstRow = (block.row + tileRow) * vertical_.outputStep;
    const int64_t rows = std::min(vertical_.outputStep, geometry_.output[0] - firstRow);
    for (int64_t i = 0; i < rows; ++i) {
      float* target = output + size((firstRow + i) * geometry_.output[1] + firstColumn) * outputs_ +
                      firstOutput;
      const auto& row = vertical_.result.rows[size(i)];
      if (group == outputs_) {
        combineRow(row, scratch.result, resultRow, {1, columns * group}, 0, target, 0);
      } else {
        combineRow(row, scratch.result, resultRow, {columns, group}, group, target, outputs_);
      }
      finisher_.finish(target, columns, outputs_, firstOutput, group);
    }
  }
}

}  // namespace

bool suitsWinograd(const FusedGeometry& g) {
  if (g.groups > 1) return false;
  for (const int64_t channels : g.sourceChannels) {
    if (channels % static_cast<int64_t>(kLanes) != 0) return false;
  }
  if (g.channels() < kFewestChannels || g.outputs < kFewestChannels) return false;
  if (g.channels() > kMostChannels || g.outputs > kMostChannels) return false;
  if (g.outputs % static_cast<int64_t>(kPanelColumns) != 0) return false;
  for (const size_t axis : {size_t{0}, size_t{1}}) {
    // With a kernel of one there is nothing to save.
    if (g.kernel[axis] < 2 || g.stride[axis] > 2 || g.dilation[axis] != 1) return false;
    if (!axisFilter(g, axis)) return false;
  }
  return true;
}

std::unique_ptr<FusedConvolution> makeWinograd(const FusedGeometry& geometry,
                                               const ConvolutionWeights& weights,
                                               const FusedOperators& operators) {
  auto result = std::make_unique<WinogradConvolution>(geometry, weights, operators);
  if (!result->pack(weights, operators)) return nullptr;
  return result;
}

}  // namespace divisi::nn
