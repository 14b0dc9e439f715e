// Dense layers: products with a kernel of the file.
#include "base/text.h"
#include "nn/graph/weights.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"
#include "nn/product/blocked_product.h"
#include "nn/product/integers/integer_dense.h"

namespace divisi::nn {
namespace {

// Kernels of fewer weights, and those of few rows of input, are kept in float32: expanding them at
// each run would take longer than the product.
constexpr size_t kFewestCompact = size_t{1} << 16;
constexpr size_t kFewestRows = 16;

Result<Shape> denseShape(const NodeShapes& shapes) {
  const Shape& input = *shapes.inputs[0];
  const Weight& kernel = shapes.node.weights[0];
  const Shape& shape = kernel.tensor->shape;
  if (shape.size() != 2 || shape[1] != input.back()) {
    return badModel(shapes.where + ": the weight " + quote(kernel.name) + " has the shape " +
                    shapeText(shape) + ", expected [outputs, " + std::to_string(input.back()) +
                    "]");
  }
  Status status = needPackable(kernel, shapes.where);
  if (status.ok()) status = needWeight(shapes.node.weights[1], {shape[0]}, shapes.where);
  if (!status.ok()) return status;
  Shape result = input;
  result.back() = shape[0];
  return checked(std::move(result), shapes.where);
}

size_t rowsOf(const Shape& shape) { return size(elementsIn(shape) / shape.back()); }

// A layer's kernel, and how it is multiplied.
struct FloatProduct {
  PanelKernel kernel;

  [[nodiscard]] size_t depth() const { return kernel.depth(); }
  [[nodiscard]] size_t scratchElements(size_t /*rows*/) const { return denseScratch(kernel); }
};

struct IntegerProduct {
  IntegerKernel kernel;

  [[nodiscard]] size_t depth() const { return kernel.depth(); }
  [[nodiscard]] size_t scratchElements(size_t rows) const { return integerScratch(kernel, rows); }
};

template <typename Product>
class DenseStep final : public Step {
 public:
  DenseStep(const StepRequest& request, Product product, FloatBuffer bias)
      : Step(request.node.inputs, {request.node.output}),
        rows_(rowsOf(request.shapes[request.node.output])),
        outputs_(bias.size()),
        isRelu_(request.node.attributes.activation == Activation::kRelu),
        product_(std::move(product)),
        bias_(std::move(bias)) {}

  [[nodiscard]] size_t scratchElements() const override { return product_.scratchElements(rows_); }

  Status run(std::span<float* const> values, float* scratch) override {
    multiplyDense({.first = values[inputs()[0]], .rows = rows_, .stride = product_.depth()},
                  product_.kernel, outputs_, {.bias = bias_.data(), .relu = isRelu_},
                  values[outputs()[0]], scratch);
    return {};
  }

 private:
  size_t rows_;
  size_t outputs_;
  bool isRelu_;
  Product product_;
  FloatBuffer bias_;
};

// Whether the kernel is kept in float32.
bool expands(const StepRequest& request) {
  const Shape& shape = request.node.weights[0].tensor->shape;
  return size(shape[0] * shape[1]) < kFewestCompact ||
         rowsOf(request.shapes[request.node.output]) < kFewestRows;
}

Result<std::unique_ptr<Step>> makeDense(const StepRequest& request) {
  const auto failed = [&](const Status& status) {
    return Status(status.code(), request.where + ": " + status.message());
  };
  auto source = kernelSource(request.file, request.node.weights[0]);
  if (!source.ok()) return failed(source.status());
  auto bias = expand(request.file, request.node.weights[1]);
  if (!bias.ok()) return failed(bias.status());
  const Shape& shape = request.node.weights[0].tensor->shape;
  source.value().outputs = size(shape[0]);
  source.value().channels = size(shape[1]);
  FloatProduct product;
  if (!product.kernel.create(source.value(), {}, expands(request))) {
    return failed(outOfMemory("the weight " + quote(request.node.weights[0].name)));
  }
  return std::unique_ptr<Step>(std::make_unique<DenseStep<FloatProduct>>(
      request, std::move(product), std::move(bias.value())));
}

// In whole numbers where the kernel is one for them.
Result<std::unique_ptr<Step>> makeDenseOfAnyKind(const StepRequest& request) {
  if (request.node.weights[0].scale == nullptr || expands(request)) return makeDense(request);
  auto source = kernelSource(request.file, request.node.weights[0]);
  auto bias = expand(request.file, request.node.weights[1]);
  if (!source.ok() || !bias.ok()) return makeDense(request);  // which says what is wrong
  const Shape& shape = request.node.weights[0].tensor->shape;
  source.value().outputs = size(shape[0]);
  source.value().channels = size(shape[1]);
  if (!IntegerKernel::suits(source.value())) return makeDense(request);
  IntegerProduct product;
  if (!product.kernel.create(source.value())) {
    return outOfMemory(request.where + ": the weight " + quote(request.node.weights[0].name));
  }
  if (!product.kernel.isPrecise()) return makeDense(request);
  return std::unique_ptr<Step>(std::make_unique<DenseStep<IntegerProduct>>(
      request, std::move(product), std::move(bias.value())));
}

Operator dense(Result<std::unique_ptr<Step>> (*makeStep)(const StepRequest&)) {
  return {.name = "dense",
          .weights = {"kernel", "bias"},
          .read = readActivation,
          .shape = denseShape,
          .makeStep = makeStep,
          .takesRelu = true};
}

}  // namespace

std::span<const Operator> denseLayers() {
  static const std::vector<Operator> rows = {dense(makeDenseOfAnyKind)};
  return rows;
}

std::span<const Operator> floatDenseLayers() {
  static const std::vector<Operator> rows = {dense(makeDense)};
  return rows;
}

}  // namespace divisi::nn
