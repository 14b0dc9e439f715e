#include "nn/graph/shape.h"

#include <string>

#include "base/json_fields.h"

namespace divisi::nn {

std::string shapeText(std::span<const int64_t> shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  return text + "]";
}

Shape readShape(JsonFields& fields, std::string_view key) {
  Shape shape = fields.integers(key, 0, 1, kMaxElements);
  if (!fields.status().ok()) return shape;
  if (shape.empty() || shape.size() > kMaxRank) {
    fields.fail(key, " must have 1 to " + std::to_string(kMaxRank) + " dimensions, got " +
                         std::to_string(shape.size()));
  } else if (!product(shape)) {
    fields.fail(key, " " + shapeText(shape) + " has more than " + std::to_string(kMaxElements) +
                         " elements");
  }
  return shape;
}

}  // namespace divisi::nn
