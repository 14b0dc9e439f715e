#include "nn/operators/operators.h"

#include "nn/operators/operator_attributes.h"
#include "nn/operators/operator_shapes.h"

namespace divisi::nn {
namespace {

constexpr size_t kAnyNumber = 256;

const std::vector<OperatorSpec>& table() {
  static const std::vector<OperatorSpec> specs = {
      {Operator::kConv2d,
       "conv2d",
       1,
       1,
       {"kernel", "bias"},
       {"stride", "dilation", "padding", "activation"},
       readConv2d,
       inferConv2d},
      {Operator::kTransposedConv2d,
       "transposed_conv2d",
       1,
       1,
       {"kernel", "bias"},
       {"stride", "crop", "activation"},
       readTransposedConv2d,
       inferTransposedConv2d},
      {Operator::kAffine, "affine", 1, 1, {"scale", "offset"}, {}, readNone, inferAffine},
      {Operator::kRelu, "relu", 1, 1, {}, {}, readNone, inferSame},
      {Operator::kSigmoid, "sigmoid", 1, 1, {}, {}, readNone, inferSame},
      {Operator::kLeakyRelu, "leaky_relu", 1, 1, {}, {"slope"}, readLeakyRelu, inferSame},
      {Operator::kElu, "elu", 1, 1, {}, {"alpha"}, readElu, inferSame},
      {Operator::kAdd, "add", 2, 2, {}, {}, readNone, inferSame},
      {Operator::kMultiply, "multiply", 2, 2, {}, {}, readNone, inferSame},
      {Operator::kConcat, "concat", 2, kAnyNumber, {}, {"axis"}, readOptionalAxis, inferConcat},
      {Operator::kPad, "pad", 1, 1, {}, {"padding"}, readPad, inferPad},
      {Operator::kMaxPool, "max_pool", 1, 1, {}, {"size", "stride"}, readMaxPool, inferMaxPool},
      {Operator::kReduceMax, "reduce_max", 1, 1, {}, {"axis"}, readRequiredAxis, inferReduce},
      {Operator::kReduceMean, "reduce_mean", 1, 1, {}, {"axis"}, readRequiredAxis, inferReduce},
      {Operator::kDense, "dense", 1, 1, {"kernel", "bias"}, {"activation"}, readDense, inferDense},
      {Operator::kReshape, "reshape", 1, 1, {}, {"shape"}, readReshape, inferReshape},
      {Operator::kTranspose, "transpose", 1, 1, {}, {"permutation"}, readTranspose, inferTranspose},
  };
  return specs;
}

}  // namespace

const OperatorSpec* findOperator(std::string_view name) {
  for (const OperatorSpec& spec : table()) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

}  // namespace divisi::nn
