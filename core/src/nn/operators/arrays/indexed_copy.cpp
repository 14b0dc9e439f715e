#include "nn/operators/arrays/indexed_copy.h"

#include <algorithm>

#include "base/integers.h"
#include "base/text.h"

namespace divisi::nn {
namespace {

// The same with elements of the input in place of indices.
struct Level {
  size_t count;
  std::ptrdiff_t stride;
  std::unique_ptr<uint32_t[]> offsets;

  [[nodiscard]] std::ptrdiff_t offset(size_t i) const {
    return offsets ? static_cast<std::ptrdiff_t>(offsets[i])
                   : static_cast<std::ptrdiff_t>(i) * stride;
  }
};

class IndexedCopyStep final : public Step {
 public:
  IndexedCopyStep(const StepRequest& request, std::vector<Level> levels, std::ptrdiff_t start)
      : Step({request.node.inputs[0]}, {request.node.output}),
        levels_(std::move(levels)),
        start_(start) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    copy(0, values[inputs()[0]] + start_, values[outputs()[0]]);
    return {};
  }

 private:
  // @return what follows the copied elements
  float* copy(size_t at, const float* from, float* to) const {
    const Level& level = levels_[at];
    if (at + 1 < levels_.size()) {
      for (size_t i = 0; i < level.count; ++i) to = copy(at + 1, from + level.offset(i), to);
      return to;
    }
    if (!level.offsets && level.stride == 1) return std::copy_n(from, level.count, to);
    for (size_t i = 0; i < level.count; ++i) *to++ = from[level.offset(i)];
    return to;
  }

  std::vector<Level> levels_;  // at least one
  std::ptrdiff_t start_;
};

}  // namespace

Result<std::unique_ptr<Step>> makeIndexedCopy(const StepRequest& request,
                                              std::vector<AxisIndices> axes) {
  const Shape& shape = request.shapes[request.node.inputs[0]];
  std::vector<Level> levels;  // from the last axis on
  std::ptrdiff_t start = 0;
  std::ptrdiff_t stride = 1;
  for (size_t i = axes.size(); i-- > 0;) {
    AxisIndices& axis = axes[i];
    if (axis.step == 0 && !axis.table) {
      return outOfMemory("the indices of " + request.where);
    }
    for (size_t k = 0; axis.table && k < axis.count; ++k) {
      axis.table[k] *= static_cast<uint32_t>(stride);
    }
    start += axis.start * stride;
    Level level = {axis.count, axis.step * stride, std::move(axis.table)};
    stride *= static_cast<std::ptrdiff_t>(shape[i]);
    Level* inner = levels.empty() ? nullptr : &levels.back();
    const bool continues =
        inner != nullptr && !inner->offsets && !level.offsets &&
        level.stride == static_cast<std::ptrdiff_t>(inner->count) * inner->stride;
    if (continues) {
      inner->count *= level.count;
    } else if (level.count > 1 || level.offsets || i == 0) {
      levels.push_back(std::move(level));
    }
  }
  std::ranges::reverse(levels);
  return std::unique_ptr<Step>(
      std::make_unique<IndexedCopyStep>(request, std::move(levels), start));
}

std::vector<AxisIndices> wholeAxes(const StepRequest& request) {
  std::vector<AxisIndices> result;
  for (const int64_t dim : request.shapes[request.node.inputs[0]]) {
    result.emplace_back().count = size(dim);
  }
  return result;
}

}  // namespace divisi::nn
