// Maxima and means of windows.
#include <algorithm>

#include "base/lanes.h"
#include "base/text.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

void readPool(JsonFields& fields, Node& node) {
  Attributes& attributes = node.attributes;
  readExtents(fields, "size", 1, attributes.size);
  attributes.stride = attributes.size;
  readOptionalExtents(fields, "stride", 1, attributes.stride);
  readOptionalExtents(fields, "padding", 0, attributes.padding);
  // Each window then covers some of the input.
  for (size_t side = 0; side < attributes.padding.size(); ++side) {
    if (attributes.padding[side] < attributes.size[side / 2]) continue;
    fields.fail("padding", " " + shapeText(attributes.padding) + " is not below the 'size' " +
                               shapeText(attributes.size));
    return;
  }
}

void readMaxPool(JsonFields& fields, Node& node) {
  readPool(fields, node);
  const Attributes& attributes = node.attributes;
  if (attributes.stride[0] > attributes.size[0] || attributes.stride[1] > attributes.size[1]) {
    fields.fail(unsupported(fields.name("stride") + " " + shapeText(attributes.stride) +
                            " skips over part of the input, with a 'size' of " +
                            shapeText(attributes.size)));
  }
}

Result<Shape> poolShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  Status status = needSpatial(input, shapes.where);
  if (!status.ok()) return status;
  const Attributes& a = shapes.node.attributes;
  const int64_t height = positions(input[0] + a.padding[0] + a.padding[1], a.size[0], a.stride[0]);
  const int64_t width = positions(input[1] + a.padding[2] + a.padding[3], a.size[1], a.stride[1]);
  auto result = checked({height, width, input[2]}, shapes.where);
  if (!result.ok()) return result;
  status = needTaps(height, width, {1, a.size[0], a.size[1], 1}, shapes.where);
  if (!status.ok()) return status;
  return result;
}

Tensor emitMaxPool(Builder& b, const Emission& e) {
  const Attributes& a = e.node.attributes;
  // XNNPACK refuses a window of one element, which would change nothing.
  if (a.size[0] == 1 && a.size[1] == 1) return e.inputs[0];
  const Tensor input = b.as(e.inputs[0], canonical(*e.inputShapes[0]));
  const auto u = [](int64_t value) { return static_cast<uint32_t>(value); };
  Tensor output = b.result(canonical(e.outputShape));
  const OutputRange range = outputRange(Activation::kNone);
  if (b.status().ok()) {
    // XNNPACK goes around the image: top, right, bottom, left.
    b.check(xnn_define_max_pooling_2d(
        b.subgraph(), u(a.padding[0]), u(a.padding[3]), u(a.padding[1]), u(a.padding[2]),
        u(a.size[0]), u(a.size[1]), u(a.stride[0]), u(a.stride[1]), /*dilation_height=*/1,
        /*dilation_width=*/1, range.lowest, range.highest, input.id, output.id, /*flags=*/0));
  }
  return output;
}

// The mean of what a window has of the input.
class MeanPoolStep final : public Step {
 public:
  explicit MeanPoolStep(const StepRequest& request)
      : Step(request.node.inputs, {request.node.output}),
        attributes_(request.node.attributes),
        input_(request.shapes[request.node.inputs[0]]),
        output_(request.shapes[request.node.output]) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    float* y = values[outputs()[0]];
    for (int64_t row = 0; row < output_[0]; ++row) {
      const Extent rows = extent(0, row);
      for (int64_t column = 0; column < output_[1]; ++column) {
        const Extent columns = extent(1, column);
        for (size_t c = 0; c < size(output_[2]); c += kLanes) {
          const Lanes mean = meanOf(values[inputs()[0]] + c, rows, columns);
          for (size_t lane = 0; lane < std::min(kLanes, size(output_[2]) - c); ++lane) {
            *y++ = mean[lane];
          }
        }
      }
    }
    return {};
  }

 private:
  struct Extent {
    int64_t first;
    int64_t end;
  };

  // What the window at that place of the result covers along an axis, without the padding.
  [[nodiscard]] Extent extent(size_t axis, int64_t place) const {
    const int64_t first = place * attributes_.stride[axis] - attributes_.padding[2 * axis];
    return {std::max<int64_t>(first, 0), std::min(first + attributes_.size[axis], input_[axis])};
  }

  [[nodiscard]] Lanes meanOf(const float* x, Extent rows, Extent columns) const {
    DoubleLanes sum = {};
    for (int64_t row = rows.first; row < rows.end; ++row) {
      for (int64_t column = columns.first; column < columns.end; ++column) {
        const float* pixel = x + size((row * input_[1] + column) * input_[2]);
        sum += __builtin_convertvector(loadLanes(pixel), DoubleLanes);
      }
    }
    const int64_t pixels = (rows.end - rows.first) * (columns.end - columns.first);
    return __builtin_convertvector(sum / static_cast<double>(pixels), Lanes);
  }

  Attributes attributes_;
  Shape input_;
  Shape output_;
};

Result<std::unique_ptr<Step>> makeMeanPool(const StepRequest& request) {
  return std::unique_ptr<Step>(std::make_unique<MeanPoolStep>(request));
}

}  // namespace

std::span<const Operator> pooling() {
  static const std::vector<Operator> rows = {
      {.name = "max_pool", .read = readMaxPool, .shape = poolShape, .emit = emitMaxPool},
      {.name = "avg_pool", .read = readPool, .shape = poolShape, .makeStep = makeMeanPool},
  };
  return rows;
}

}  // namespace divisi::nn
