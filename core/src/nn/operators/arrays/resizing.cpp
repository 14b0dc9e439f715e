// Images brought to another height and width.
#include <algorithm>
#include <cmath>

#include "base/integers.h"
#include "base/lanes.h"
#include "base/text.h"
#include "nn/operators/arrays/indexed_copy.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

void readResize(JsonFields& fields, Node& node) {
  Attributes& a = node.attributes;
  if (fields.has("factor")) {
    const auto factors = fields.numbers("factor");
    const bool fits = factors.size() == 2 && std::ranges::min(factors) > 0 &&
                      std::ranges::max(factors) <= kMaxElements;
    if (fits) {
      std::ranges::copy(factors, a.factors.begin());
    } else {
      fields.fail("factor", " must be two numbers above 0, for height and width");
    }
    if (fields.has("size")) fields.fail("size", " must not stand beside 'factor'");
  } else {
    readExtents(fields, "size", 1, a.size);
  }
  a.isLinear = readMode(fields, "mode", {"nearest", "linear"}) == 1;
  a.alignment =
      static_cast<Alignment>(readMode(fields, "align", {"half-pixel", "corners", "asymmetric"}));
}

Result<Shape> resizeShape(const NodeShapes& shapes) {
  Shape result = *shapes.inputs[0];
  Status status = needSpatial(result, shapes.where);
  if (!status.ok()) return status;
  const Attributes& a = shapes.node.attributes;
  for (size_t axis = 0; axis < 2; ++axis) {
    if (a.factors[axis] == 0) {
      result[axis] = a.size[axis];
    } else {
      // Within what int64 holds, and too large for a value whatever lies beyond.
      const double length = std::floor(static_cast<double>(result[axis]) * a.factors[axis]);
      result[axis] = static_cast<int64_t>(std::min(length, 2.0 * kMaxElements));
    }
  }
  return checked(std::move(result), shapes.where);
}

// Where the elements of the resized axis lie on the axis before, as in ONNX's Resize.
class Positions {
 public:
  Positions(const StepRequest& request, size_t axis)
      : alignment_(request.node.attributes.alignment),
        before_(static_cast<double>(request.shapes[request.node.inputs[0]][axis])),
        after_(static_cast<double>(request.shapes[request.node.output][axis])) {
    const double factor = request.node.attributes.factors[axis];
    numerator_ = factor == 0 ? before_ : 1;
    denominator_ = factor == 0 ? after_ : factor;
  }

  [[nodiscard]] size_t count() const { return static_cast<size_t>(after_); }

  [[nodiscard]] size_t nearest(size_t i) const {
    const double place = at(i);
    // Half-way between two the lower one.
    const double index =
        alignment_ == Alignment::kAsymmetric ? std::floor(place) : std::ceil(place - 0.5);
    return within(index);
  }

  // Between two elements: `share` of the second, the rest of the first.
  struct Pair {
    size_t first;
    size_t second;
    float share;
  };
  [[nodiscard]] Pair around(size_t i) const {
    const double place = std::clamp(at(i), 0.0, before_ - 1);
    const double first = std::floor(place);
    return {within(first), within(first + 1), static_cast<float>(place - first)};
  }

 private:
  [[nodiscard]] double at(size_t i) const {
    const auto place = static_cast<double>(i);
    switch (alignment_) {
      case Alignment::kCorners:
        return after_ == 1 ? 0 : place * (before_ - 1) / (after_ - 1);
      case Alignment::kAsymmetric:
        return place * numerator_ / denominator_;
      default:
        return (place + 0.5) * numerator_ / denominator_ - 0.5;
    }
  }

  [[nodiscard]] size_t within(double index) const {
    return static_cast<size_t>(std::clamp(index, 0.0, before_ - 1));
  }

  Alignment alignment_;
  double before_;
  double after_;
  double numerator_;
  double denominator_;
};

class LinearResizeStep final : public Step {
 public:
  explicit LinearResizeStep(const StepRequest& request)
      : Step(request.node.inputs, {request.node.output}),
        rows_(request, 0),
        columns_(request, 1),
        pairs_(new(std::nothrow) Positions::Pair[columns_.count()]),
        width_(size(request.shapes[request.node.inputs[0]][1])),
        channels_(size(request.shapes[request.node.output][2])) {
    for (size_t i = 0; pairs_ && i < columns_.count(); ++i) pairs_[i] = columns_.around(i);
  }

  [[nodiscard]] explicit operator bool() const { return pairs_ != nullptr; }

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    const float* x = values[inputs()[0]];
    float* y = values[outputs()[0]];
    for (size_t row = 0; row < rows_.count(); ++row) {
      const Positions::Pair pair = rows_.around(row);
      const float* top = x + pair.first * width_ * channels_;
      const float* bottom = x + pair.second * width_ * channels_;
      for (size_t column = 0; column < columns_.count(); ++column, y += channels_) {
        pixel(top, bottom, pair.share, pairs_[column], y);
      }
    }
    return {};
  }

 private:
  void pixel(const float* top, const float* bottom, float share, const Positions::Pair& columns,
             float* y) const {
    const size_t left = columns.first * channels_;
    const size_t right = columns.second * channels_;
    const auto across = [&](const float* row, size_t c) {
      const Lanes first = loadLanes(row + left + c);
      return first + (loadLanes(row + right + c) - first) * columns.share;
    };
    for (size_t c = 0; c < channels_; c += kLanes) {
      const Lanes upper = across(top, c);
      const Lanes result = upper + (across(bottom, c) - upper) * share;
      for (size_t lane = 0; lane < std::min(kLanes, channels_ - c); ++lane) {
        y[c + lane] = result[lane];
      }
    }
  }

  Positions rows_;
  Positions columns_;
  std::unique_ptr<Positions::Pair[]> pairs_;  // of each column of the result
  size_t width_;
  size_t channels_;
};

Result<std::unique_ptr<Step>> makeResize(const StepRequest& request) {
  if (request.node.attributes.isLinear) {
    auto step = std::make_unique<LinearResizeStep>(request);
    if (*step) return std::unique_ptr<Step>(std::move(step));
    return outOfMemory("the columns of " + request.where);
  }
  auto axes = wholeAxes(request);
  for (size_t axis = 0; axis < 2; ++axis) {
    const Positions positions(request, axis);
    axes[axis] = tableOf(positions.count(), [&](size_t i) { return positions.nearest(i); });
  }
  return makeIndexedCopy(request, std::move(axes));
}

}  // namespace

std::span<const Operator> resizing() {
  static const std::vector<Operator> rows = {
      {.name = "resize", .read = readResize, .shape = resizeShape, .makeStep = makeResize},
  };
  return rows;
}

}  // namespace divisi::nn
