// Products of two values.
#include <algorithm>

#include "base/text.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"
#include "nn/product/blocked_product.h"

namespace divisi::nn {
namespace {

void readMatmul(JsonFields& fields, Node& node) {
  if (fields.has("transposeB")) node.attributes.isTransposed = fields.boolean("transposeB");
}

// The leading axes of both, as numpy broadcasts them; the last two are matrices.
Result<Shape> matmulShape(const NodeShapes& shapes) {
  const Shape& a = *shapes.inputs[0];
  const Shape& b = *shapes.inputs[1];
  const auto text = "the inputs " + shapeText(a) + " and " + shapeText(b);
  if (a.size() < 2 || b.size() < 2) {
    return badModel(shapes.where + ": " + text + " must have two axes or more");
  }
  const bool isTransposed = shapes.node.attributes.isTransposed;
  const int64_t depth = isTransposed ? b.back() : b[b.size() - 2];
  if (a.back() != depth) {
    return badModel(shapes.where + ": " + text + " cannot be multiplied: " +
                    std::to_string(a.back()) + " columns and " + std::to_string(depth) + " rows");
  }
  const size_t rank = std::max(a.size(), b.size());
  Shape result(rank, 1);
  for (size_t i = 0; i + 2 < rank; ++i) {
    const auto at = [&](const Shape& shape) {
      return i + shape.size() < rank ? int64_t{1} : shape[i + shape.size() - rank];
    };
    if (at(a) != at(b) && at(a) != 1 && at(b) != 1) {
      return badModel(shapes.where + ": " + text + " have leading axes that do not fit: " +
                      std::to_string(at(a)) + " and " + std::to_string(at(b)));
    }
    result[i] = std::max(at(a), at(b));
  }
  result[rank - 2] = a[a.size() - 2];
  result[rank - 1] = isTransposed ? b[b.size() - 2] : b.back();
  return checked(std::move(result), shapes.where);
}

class MatmulStep final : public Step {
 public:
  explicit MatmulStep(const StepRequest& request)
      : Step(request.node.inputs, {request.node.output}),
        isTransposed_(request.node.attributes.isTransposed),
        a_(request.shapes[request.node.inputs[0]]),
        b_(request.shapes[request.node.inputs[1]]),
        result_(request.shapes[request.node.output]) {
    rows_ = size(a_[a_.size() - 2]);
    depth_ = size(a_.back());
    columns_ = size(result_.back());
    // One right-hand matrix for all: the left-hand ones are one below the other.
    if (size(elementsIn(b_)) == depth_ * columns_) rows_ = size(elementsIn(a_)) / depth_;
  }

  [[nodiscard]] size_t scratchElements() const override {
    return matricesScratch(depth_, columns_);
  }

  Status run(std::span<float* const> values, float* scratch) override {
    float* result = values[outputs()[0]];
    const size_t products = size(elementsIn(result_)) / (rows_ * columns_);
    for (size_t i = 0; i < products; ++i, result += rows_ * columns_) {
      const MatrixView left = {.first = values[inputs()[0]] + matrixOf(a_, i) * rows_ * depth_,
                               .rows = rows_,
                               .stride = depth_};
      multiplyMatrices(left, values[inputs()[1]] + matrixOf(b_, i) * depth_ * columns_,
                       isTransposed_, depth_, columns_, result, scratch);
    }
    return {};
  }

 private:
  // The number of the matrix of `shape` that is broadcast to number `index` of the result.
  [[nodiscard]] size_t matrixOf(const Shape& shape, size_t index) const {
    size_t matrix = 0;
    size_t stride = 1;
    for (size_t i = result_.size() - 2; i-- > 0;) {
      const size_t place = index % size(result_[i]);
      index /= size(result_[i]);
      if (i + shape.size() < result_.size()) continue;
      const size_t length = size(shape[i + shape.size() - result_.size()]);
      if (length > 1) matrix += place * stride;
      stride *= length;
    }
    return matrix;
  }

  bool isTransposed_;
  Shape a_;
  Shape b_;
  Shape result_;
  size_t rows_ = 0;
  size_t depth_ = 0;
  size_t columns_ = 0;
};

Result<std::unique_ptr<Step>> makeMatmul(const StepRequest& request) {
  return std::unique_ptr<Step>(std::make_unique<MatmulStep>(request));
}

}  // namespace

std::span<const Operator> products() {
  static const std::vector<Operator> rows = {
      {.name = "matmul",
       .minInputs = 2,
       .maxInputs = 2,
       .read = readMatmul,
       .shape = matmulShape,
       .makeStep = makeMatmul},
  };
  return rows;
}

}  // namespace divisi::nn
