#include "nn/operators/checks.h"

#include <cmath>

#include "base/text.h"
#include "nn/graph/weights.h"

namespace divisi::nn {

void readActivation(JsonFields& fields, Node& node) {
  if (!fields.has("activation")) return;
  const std::string name = fields.text("activation");
  if (name == "relu") {
    node.attributes.activation = Activation::kRelu;
  } else if (name != "none") {
    fields.fail(unsupported(fields.name("activation") + " " + quote(name) +
                            " is unknown (known: 'none', 'relu')"));
  }
}

void readAxis(JsonFields& fields, Node& node) {
  constexpr auto kRank = static_cast<int64_t>(kMaxRank);
  node.attributes.axis = fields.integer("axis", -kRank, kRank - 1);
}

void readOptionalAxis(JsonFields& fields, Node& node) {
  if (fields.has("axis")) readAxis(fields, node);
}

void readFactor(JsonFields& fields, const char* key, float& out) {
  const double number = fields.number(key);
  out = static_cast<float>(number);
  if (!std::isfinite(out)) fields.fail(key, "a number that fits float32", number);
}

size_t readMode(JsonFields& fields, const char* key,
                std::initializer_list<std::string_view> names) {
  if (!fields.has(key)) return 0;
  const std::string name = fields.text(key);
  const auto* found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  std::string known;
  for (const std::string_view other : names) {
    known += (known.empty() ? "" : ", ") + quote(other);
  }
  fields.fail(
      unsupported(fields.name(key) + " " + quote(name) + " is unknown (known: " + known + ")"));
  return 0;
}

Result<FloatBuffer> weightOf(const StepRequest& request, size_t index) {
  auto weight = expand(request.file, request.node.weights[index]);
  if (weight.ok()) return weight;
  return Status(weight.status().code(), request.where + ": " + weight.status().message());
}

Result<Shape> broadcastShape(const NodeShapes& shapes) {
  const Shape& a = *shapes.inputs[0];
  const Shape& b = *shapes.inputs[1];
  Shape result(std::max(a.size(), b.size()));
  for (size_t i = 1; i <= result.size(); ++i) {
    const int64_t first = i <= a.size() ? a[a.size() - i] : 1;
    const int64_t second = i <= b.size() ? b[b.size() - i] : 1;
    if (first != second && first != 1 && second != 1) {
      return badModel(shapes.where + ": the inputs' shapes " + shapeText(a) + " and " +
                      shapeText(b) + " do not fit each other");
    }
    result[result.size() - i] = std::max(first, second);
  }
  return checked(std::move(result), shapes.where);
}

Result<Shape> sameShape(const NodeShapes& shapes) {
  const Shape& first = *shapes.inputs[0];
  for (const Shape* input : shapes.inputs) {
    if (*input != first) {
      return badModel(shapes.where + ": the inputs have different shapes, " + shapeText(first) +
                      " and " + shapeText(*input));
    }
  }
  return first;
}

Result<Shape> checked(Shape shape, const std::string& where) {
  if (*std::ranges::min_element(shape) < 1) {
    return badModel(where + ": the result " + shapeText(shape) + " would be empty");
  }
  if (!product(shape)) {
    return badModel(where + ": the result " + shapeText(shape) + " has more than " +
                    std::to_string(kMaxElements) + " elements");
  }
  return shape;
}

Status needAxis(int64_t axis, const Shape& shape, const std::string& where) {
  const auto rank = static_cast<int64_t>(shape.size());
  if (axis >= -rank && axis < rank) return {};
  return badModel(where + ": 'axis' " + std::to_string(axis) + " is not an axis of the input " +
                  shapeText(shape));
}

Status needSpatial(const Shape& shape, const std::string& where) {
  if (shape.size() == 3) return {};
  return badModel(where + ": the input must have the shape [height, width, channels], got " +
                  shapeText(shape));
}

Status needWeight(const Weight& weight, const Shape& expected, const std::string& where) {
  if (weight.tensor->shape == expected) return {};
  return badModel(where + ": the weight " + quote(weight.name) + " has the shape " +
                  shapeText(weight.tensor->shape) + ", expected " + shapeText(expected));
}

Status needTaps(int64_t height, int64_t width, const Shape& kernel, const std::string& where) {
  if (product(std::array{height, width, kernel[1], kernel[2]}, kMaxTaps)) return {};
  return unsupported(where + ": a kernel of " + std::to_string(kernel[1]) + " x " +
                     std::to_string(kernel[2]) + " over " + std::to_string(height) + " x " +
                     std::to_string(width) + " pixels is more than this build can run");
}

Status needPackable(const Weight& kernel, const std::string& where) {
  Shape padded = kernel.tensor->shape;
  padded.front() = (padded.front() + 15) / 16 * 16;
  padded.back() = (padded.back() + 3) / 4 * 4;
  if (product(padded)) return {};
  return unsupported(where + ": the weight " + quote(kernel.name) + " with the shape " +
                     shapeText(kernel.tensor->shape) + " is larger than this build can pack");
}

int64_t positions(int64_t input, int64_t window, int64_t stride) {
  return input < window ? 0 : (input - window) / stride + 1;
}

}  // namespace divisi::nn
