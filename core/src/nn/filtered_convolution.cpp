#include "nn/filtered_convolution.h"

#include <algorithm>

#include "nn/combine.h"
#include "nn/matrix_product.h"
#include "nn/simd.h"

namespace divisi::nn {
namespace {

// Larger tiles multiply less but their kernels grow: up to so many weights a tap they are worth it.
constexpr int64_t kSmallKernel = 16384;
constexpr int64_t kLargeTile = 4;
constexpr int64_t kSmallTile = 2;
// Fewer channels or outputs are all transform and no product.
constexpr int64_t kFewestChannels = 16;
// Transformed input of a block, in floats: about what a core's own cache holds.
constexpr size_t kBlockElements = size_t{1} << 18;
// Tiles of a block where each block transforms the kernel again.
constexpr int64_t kBlockTiles = 32;
// Fewer tiles than this would leave the products' registers empty.
constexpr int64_t kFewestTiles = 12;
constexpr size_t kGroupOutputs = 64;
// Points that one output row depends on, or inputs that one point depends on: window entries.
constexpr size_t kMostSummands = 16;

size_t size(int64_t value) { return static_cast<size_t>(value); }

size_t padded(size_t elements) { return (elements + 15) / 16 * 16; }

bool isSmall(const FilteredGeometry& g) { return g.channels() * g.outputs <= kSmallKernel; }
bool isLargeTile(const FilteredGeometry& g) {
  const int64_t q = g.transposed ? g.stride[0] * g.stride[1] : 1;
  return g.output[0] * g.output[1] / q >= 32 * 16;
}

std::optional<AxisFilter> axisFilter(const FilteredGeometry& g, size_t axis) {
  return makeAxisFilter({.kernel = g.kernel[axis],
                         .stride = g.stride[axis],
                         .before = g.before[axis],
                         .transposed = g.transposed},
                        isLargeTile(g) ? kLargeTile : kSmallTile);
}

// combine() with the entries of a matrix row as factors.
void apply(const std::vector<SparseMatrix::Entry>& row, const float* source, size_t entryStride,
           Runs runs, size_t sourceStride, float* target, size_t targetStride) {
  std::array<Summand, kMostSummands> summands;
  size_t count = 0;
  for (const SparseMatrix::Entry& entry : row) {
    summands[count++] = {source + static_cast<size_t>(entry.column) * entryStride,
                         static_cast<float>(entry.factor)};
  }
  combine({summands.data(), count}, runs, sourceStride, target, targetStride);
}

}  // namespace

int64_t FilteredGeometry::channels() const {
  int64_t sum = 0;
  for (const int64_t count : sourceChannels) sum += count;
  return sum;
}

struct FilteredConvolution::Block {
  int64_t row = 0;  // of tiles
  int64_t column = 0;
  int64_t rows = 0;
  int64_t columns = 0;
  [[nodiscard]] size_t tiles() const { return static_cast<size_t>(rows * columns); }
};

struct FilteredConvolution::Scratch {
  float* rows;      // gathered input: [window][columns][channels]
  float* combined;  // one vertical point of it: [columns][channels]
  float* input;     // [u][v][tile][channels]
  float* products;  // [u][v][tile][group of outputs]
  float* result;    // [u][tile column][column][group of outputs]
  float* kernel;
  size_t elements;
};

bool FilteredConvolution::suits(const FilteredGeometry& g) {
  for (const int64_t channels : g.sourceChannels) {
    if (channels % static_cast<int64_t>(simd::kLanes) != 0) return false;
  }
  if (g.channels() < kFewestChannels || g.outputs < kFewestChannels) return false;
  if (g.outputs % static_cast<int64_t>(kPanelColumns) != 0) return false;
  for (const size_t axis : {size_t{0}, size_t{1}}) {
    // With a kernel of one there is nothing to save.
    if (g.kernel[axis] < 2 || g.stride[axis] > 2 || !axisFilter(g, axis)) return false;
  }
  return true;
}

std::unique_ptr<FilteredConvolution> FilteredConvolution::create(const FilteredGeometry& geometry,
                                                                 const KernelValues& kernel,
                                                                 std::span<const float> bias,
                                                                 Fused fused) {
  std::unique_ptr<FilteredConvolution> result(new FilteredConvolution());
  result->geometry_ = geometry;
  result->fused_ = std::move(fused);
  if (result->fused_.input.empty() && result->fused_.inputSlope != 1) {
    result->fused_.input.scale.assign(size(geometry.channels()), 1.0F);
    result->fused_.input.offset.assign(size(geometry.channels()), 0.0F);
  }
  result->bias_.assign(bias.begin(), bias.end());
  result->vertical_ = *axisFilter(geometry, 0);
  result->horizontal_ = *axisFilter(geometry, 1);
  result->channels_ = size(geometry.channels());
  result->outputs_ = size(geometry.outputs);
  const AxisFilter& v = result->vertical_;
  const AxisFilter& h = result->horizontal_;
  result->tiles_ = {(geometry.output[0] + v.outputStep - 1) / v.outputStep,
                    (geometry.output[1] + h.outputStep - 1) / h.outputStep};
  int64_t tiles = kBlockTiles;
  if (isSmall(geometry)) {
    const size_t tileElements = size(v.points * h.points) * result->channels_;
    tiles = std::max(kFewestTiles, static_cast<int64_t>(kBlockElements / tileElements));
  }
  const int64_t columns = std::min(tiles, result->tiles_[1]);
  result->blockTiles_ = {std::min(std::max<int64_t>(tiles / columns, 1), result->tiles_[0]),
                         columns};
  result->groupOutputs_ = std::min(result->outputs_, kGroupOutputs);
  const bool created = result->kernel_.create({.outputs = result->outputs_,
                                               .height = size(geometry.kernel[0]),
                                               .width = size(geometry.kernel[1]),
                                               .channels = result->channels_},
                                              v, h, kernel, isSmall(geometry));
  if (!created) return nullptr;
  return result;
}

FilteredConvolution::Scratch FilteredConvolution::layOut(float* memory) const {
  const size_t points = size(vertical_.points * horizontal_.points);
  const size_t tiles = size(blockTiles_[0] * blockTiles_[1]);
  const size_t columns =
      size((blockTiles_[1] - 1) * horizontal_.inputStep + horizontal_.window) * channels_;
  size_t end = 0;
  const auto take = [&](size_t elements) {
    float* result = memory == nullptr ? nullptr : memory + end;
    end += padded(elements);
    return result;
  };
  Scratch scratch{};
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

size_t FilteredConvolution::scratchElements() const { return layOut(nullptr).elements; }

void FilteredConvolution::run(std::span<const float* const> sources, float* output,
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

void FilteredConvolution::gatherRow(std::span<const float* const> sources, int64_t row,
                                    int64_t firstColumn, int64_t columns, float* target) const {
  const int64_t width = geometry_.input[1];
  const int64_t begin = std::clamp<int64_t>(firstColumn, 0, width);
  const int64_t end = std::clamp<int64_t>(firstColumn + columns, begin, width);
  if (row < 0 || row >= geometry_.input[0] || begin == end) {
    std::fill_n(target, size(columns) * channels_, 0.0F);
    return;
  }
  std::fill_n(target, size(begin - firstColumn) * channels_, 0.0F);
  target += size(begin - firstColumn) * channels_;
  const size_t pixels = size(end - begin);
  size_t firstChannel = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    const size_t count = size(geometry_.sourceChannels[i]);
    const float* from = sources[i] + size(row * width + begin) * count;
    float* to = target + firstChannel;
    if (fused_.input.empty()) {
      for (size_t p = 0; p < pixels; ++p, from += count, to += channels_) {
        std::copy_n(from, count, to);
      }
    } else {
      const float* scale = fused_.input.scale.data() + firstChannel;
      const float* offset = fused_.input.offset.data() + firstChannel;
      const simd::Float4 slope = simd::splat(fused_.inputSlope);
      for (size_t p = 0; p < pixels; ++p, from += count, to += channels_) {
        for (size_t c = 0; c < count; c += simd::kLanes) {
          const simd::Float4 value = simd::multiplyAdd(simd::load(from + c), simd::load(scale + c),
                                                       simd::load(offset + c));
          simd::store(to + c, simd::leaky(value, slope));
        }
      }
    }
    firstChannel += count;
  }
  std::fill_n(target + pixels * channels_, size(firstColumn + columns - end) * channels_, 0.0F);
}

void FilteredConvolution::transformInput(std::span<const float* const> sources, const Block& block,
                                         const Scratch& scratch) const {
  const size_t points = size(horizontal_.points);
  const int64_t columns = (block.columns - 1) * horizontal_.inputStep + horizontal_.window;
  const size_t rowElements = size(columns) * channels_;
  const int64_t firstColumn = block.column * horizontal_.inputStep + horizontal_.origin;
  const size_t pointElements = block.tiles() * channels_;
  for (int64_t tileRow = 0; tileRow < block.rows; ++tileRow) {
    const int64_t firstRow = (block.row + tileRow) * vertical_.inputStep + vertical_.origin;
    for (int64_t i = 0; i < vertical_.window; ++i) {
      gatherRow(sources, firstRow + i, firstColumn, columns, scratch.rows + size(i) * rowElements);
    }
    float* target = scratch.input + size(tileRow * block.columns) * channels_;
    for (const auto& verticalRow : vertical_.input.rows) {
      apply(verticalRow, scratch.rows, rowElements, {1, rowElements}, 0, scratch.combined, 0);
      for (size_t v = 0; v < points; ++v, target += pointElements) {
        apply(horizontal_.input.rows[v], scratch.combined, channels_,
              {size(block.columns), channels_}, size(horizontal_.inputStep) * channels_, target,
              channels_);
      }
    }
  }
}

void FilteredConvolution::multiply(const Block& block, size_t firstOutput,
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
        multiplyPanel(scratch.input + point * tiles * channels_, tiles, channels_, channels_,
                      weights + v * channels_ * kPanelColumns,
                      scratch.products + point * tiles * group + column, group);
      }
    }
  }
}

void FilteredConvolution::transformResult(const Block& block, size_t firstOutput,
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
        apply(horizontal_.result.rows[j], products, tiles * group, {size(block.columns), group},
              group, scratch.result + u * resultRow + j * group, across * group);
      }
    }
    const int64_t firstRow = (block.row + tileRow) * vertical_.outputStep;
    const int64_t rows = std::min(vertical_.outputStep, geometry_.output[0] - firstRow);
    for (int64_t i = 0; i < rows; ++i) {
      float* target = output + size((firstRow + i) * geometry_.output[1] + firstColumn) * outputs_ +
                      firstOutput;
      const auto& row = vertical_.result.rows[size(i)];
      if (group == outputs_) {
        apply(row, scratch.result, resultRow, {1, columns * group}, 0, target, 0);
      } else {
        apply(row, scratch.result, resultRow, {columns, group}, group, target, outputs_);
      }
      finish(target, columns, firstOutput);
    }
  }
}

void FilteredConvolution::finish(float* pixels, size_t count, size_t firstOutput) const {
  const size_t group = std::min(groupOutputs_, outputs_ - firstOutput);
  const float* bias = bias_.data() + firstOutput;
  const float* factors = kernel_.scales().empty() ? nullptr : kernel_.scales().data() + firstOutput;
  const float* scale = fused_.output.empty() ? nullptr : fused_.output.scale.data() + firstOutput;
  const float* offset = fused_.output.empty() ? nullptr : fused_.output.offset.data() + firstOutput;
  const simd::Float4 slope = simd::splat(fused_.relu ? 0.0F : 1.0F);
  for (size_t c = 0; c < group; c += simd::kLanes) {
    const simd::Float4 one = simd::splat(1);
    const simd::Float4 f = factors == nullptr ? one : simd::load(factors + c);
    const simd::Float4 b = simd::load(bias + c);
    const simd::Float4 s = scale == nullptr ? one : simd::load(scale + c);
    const simd::Float4 o = offset == nullptr ? simd::splat(0) : simd::load(offset + c);
    float* pixel = pixels + c;
    for (size_t p = 0; p < count; ++p, pixel += outputs_) {
      const simd::Float4 value = simd::leaky(simd::multiplyAdd(simd::load(pixel), f, b), slope);
      simd::store(pixel, simd::multiplyAdd(value, s, o));
    }
  }
}

}  // namespace divisi::nn
