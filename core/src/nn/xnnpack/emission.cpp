#include "nn/xnnpack/emission.h"

#include <limits>

namespace divisi::nn {

size_t canonicalAxis(const Emission& e) {
  const size_t rank = e.inputShapes[0]->size();
  return resolveAxis(e.node.attributes.axis, rank) + (rank == 3 ? 1 : 0);
}

OutputRange outputRange(Activation activation) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  return {activation == Activation::kRelu ? 0.0F : -kInfinity, kInfinity};
}

Tensor emitJoin(Builder& b, std::vector<Tensor> tensors, size_t axis, bool isResult) {
  if (tensors.size() == 1) return tensors[0];
  // XNNPACK joins up to five at once; more are joined in steps from the front.
  constexpr size_t kMost = 5;
  while (true) {
    const size_t count = std::min(tensors.size(), kMost);
    const bool last = count == tensors.size();
    Shape dims = tensors[0].dims;
    for (size_t i = 1; i < count; ++i) dims[axis] += tensors[i].dims[axis];
    const Tensor joined = last && isResult ? b.result(dims) : b.intermediate(dims);
    if (!b.status().ok()) return joined;
    const auto at = static_cast<int32_t>(axis);
    const auto id = [&](size_t i) { return tensors[i].id; };
    xnn_subgraph_t graph = b.subgraph();
    switch (count) {
      case 2:
        b.check(xnn_define_concatenate2(graph, at, id(0), id(1), joined.id, 0));
        break;
      case 3:
        b.check(xnn_define_concatenate3(graph, at, id(0), id(1), id(2), joined.id, 0));
        break;
      case 4:
        b.check(xnn_define_concatenate4(graph, at, id(0), id(1), id(2), id(3), joined.id, 0));
        break;
      default:
        b.check(
            xnn_define_concatenate5(graph, at, id(0), id(1), id(2), id(3), id(4), joined.id, 0));
        break;
    }
    if (last) return joined;
    tensors.erase(tensors.begin(), tensors.begin() + static_cast<std::ptrdiff_t>(count));
    tensors.insert(tensors.begin(), joined);
  }
}

}  // namespace divisi::nn
