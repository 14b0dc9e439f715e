// Functions of each element by itself.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/integers.h"
#include "base/lanes.h"
#include "base/text.h"
#include "nn/algebra/exponential.h"
#include "nn/operators/checks.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

void readSlope(JsonFields& fields, Node& node) {
  readFactor(fields, "slope", node.attributes.factor);
}

void readAlpha(JsonFields& fields, Node& node) {
  float& alpha = node.attributes.factor;
  alpha = 1;
  if (!fields.has("alpha")) return;
  readFactor(fields, "alpha", alpha);
  // XNNPACK's kernels fold the factor into an exponent, for which it must be a normal number.
  if (alpha <= 0 || !std::isnormal(alpha)) fields.fail("alpha", "above 0", alpha);
}

Tensor emitUnary(Builder& b, const Emission& e, xnn_unary_operator op,
                 const xnn_unary_params& params) {
  // Element by element, so whatever the dimensions are they may stay.
  const Tensor& input = e.inputs[0];
  Tensor output = b.result(input.dims);
  if (b.status().ok()) {
    b.check(xnn_define_unary(b.subgraph(), op, &params, input.id, output.id, /*flags=*/0));
  }
  return output;
}

Tensor emitRelu(Builder& b, const Emission& e) {
  xnn_unary_params params{};
  params.clamp.min = 0;
  params.clamp.max = std::numeric_limits<float>::infinity();
  return emitUnary(b, e, xnn_unary_clamp, params);
}

Tensor emitSigmoid(Builder& b, const Emission& e) { return emitUnary(b, e, xnn_unary_sigmoid, {}); }

Tensor emitLeakyRelu(Builder& b, const Emission& e) {
  xnn_unary_params params{};
  params.leaky_relu.negative_slope = e.node.attributes.factor;
  return emitUnary(b, e, xnn_unary_leaky_relu, params);
}

Tensor emitElu(Builder& b, const Emission& e) {
  xnn_unary_params params{};
  params.elu.alpha = e.node.attributes.factor;
  return emitUnary(b, e, xnn_unary_elu, params);
}

// The probability that a normal deviate is below x, half of erfc(-x / sqrt 2): the form of formula
// 7.1.26 of Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, refitted so that the
// error stays below 2e-7 of the result far below zero, too (tests/golden/fit_gelu.py).
Lanes normalProbability(Lanes x) {
  const Lanes z = (x < 0.0F ? -x : x) * 0.707106781F;
  const Lanes t = 1.0F / multiplyAdd(z, allLanes(0.44F), allLanes(1));
  Lanes sum = allLanes(0.0710645355F);
  for (const float term : {-0.277252491F, 0.295423252F, -0.0189477924F, 0.215118276F, 0.217538074F,
                           0.248832683F, 0.248223641F}) {
    sum = multiplyAdd(sum, t, allLanes(term));
  }
  const Lanes beyond = 0.5F * sum * t * expLanes(x * x * -0.5F);
  return x < 0.0F ? beyond : 1.0F - beyond;
}

// The same by 1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)), as Hendrycks and Gimpel have it beside the
// exact form ("Gaussian Error Linear Units", 2016), and as networks were trained with it.
Lanes approximateProbability(Lanes x) {
  const Lanes cubic = x * multiplyAdd(x * x, allLanes(0.044715F), allLanes(1));
  return 1.0F / (1.0F + expLanes(cubic * -1.595769122F));
}

class GeluStep final : public Step {
 public:
  explicit GeluStep(const StepRequest& request)
      : Step(request.node.inputs, {request.node.output}),
        count_(size(*product(request.shapes[request.node.output]))),
        isApproximate_(request.node.attributes.isApproximate) {}

  Status run(std::span<float* const> values, float* /*scratch*/) override {
    const float* from = values[inputs()[0]];
    float* to = values[outputs()[0]];
    for (size_t i = 0; i < count_; i += kLanes) {
      // The last lanes may lie in the slack behind the input.
      const Lanes x = loadLanes(from + i);
      const Lanes y = x * (isApproximate_ ? approximateProbability(x) : normalProbability(x));
      std::memcpy(to + i, &y, std::min(kLanes, count_ - i) * sizeof(float));
    }
    return {};
  }

 private:
  size_t count_;
  bool isApproximate_;
};

Result<std::unique_ptr<Step>> makeGelu(const StepRequest& request) {
  return std::unique_ptr<Step>(std::make_unique<GeluStep>(request));
}

void readApproximate(JsonFields& fields, Node& node) {
  if (!fields.has("approximate")) return;
  const std::string form = fields.text("approximate");
  node.attributes.isApproximate = form == "tanh";
  if (form != "tanh" && form != "none") {
    fields.fail(unsupported(fields.name("approximate") + " " + quote(form) +
                            " is unknown (known: 'none', 'tanh')"));
  }
}

}  // namespace

std::span<const Operator> activations() {
  static const std::vector<Operator> rows = {
      {.name = "relu", .shape = sameShape, .emit = emitRelu, .role = Role::kActivation},
      {.name = "leaky_relu",
       .read = readSlope,
       .shape = sameShape,
       .emit = emitLeakyRelu,
       .role = Role::kActivation},
      {.name = "elu", .read = readAlpha, .shape = sameShape, .emit = emitElu},
      {.name = "gelu", .read = readApproximate, .shape = sameShape, .makeStep = makeGelu},
      {.name = "sigmoid", .shape = sameShape, .emit = emitSigmoid},
  };
  return rows;
}

}  // namespace divisi::nn
