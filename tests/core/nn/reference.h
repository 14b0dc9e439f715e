// The operators of models/FORMAT.md in double precision, written to be read: loops over
// definitions. Shares no code with the core, not even the graph's reader.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "nn/model_builder.h"
#include "nn/ref_tensor.h"
#include "nn/reference_sequences.h"

namespace divisi::nn::test {

class Reference {
 public:
  explicit Reference(const ModelBuilder& model) : graph_(model.graph) {
    for (const StoredTensor& stored : model.tensors) {
      RefTensor tensor(stored.shape);
      for (size_t i = 0; i < stored.values.size(); ++i) tensor.values[i] = stored.values[i];
      weights_.emplace(stored.name, std::move(tensor));
    }
  }

  /// The values of all outputs, by output name. Nodes must stand in running order.
  std::map<std::string, RefTensor> run(const std::map<std::string, RefTensor>& inputs) {
    values_ = inputs;
    for (const json& node : graph_["nodes"]) {
      const json attributes = node.value("attributes", json::object());
      std::vector<RefTensor> x;
      for (const json& name : node["inputs"]) x.push_back(values_.at(name));
      values_[node["output"]] = apply(node, attributes, x);
    }
    std::map<std::string, RefTensor> results;
    for (const json& output : graph_["outputs"]) {
      results[output["name"]] = values_.at(output["value"]);
    }
    return results;
  }

 private:
  const RefTensor& weight(const json& node, const char* key) {
    return weights_.at(node["weights"][key]);
  }

  static RefTensor map(const RefTensor& x, const auto& function) {
    RefTensor y = x;
    for (double& value : y.values) value = function(value);
    return y;
  }

  static std::vector<int64_t> list(const json& attributes, const char* key,
                                   std::vector<int64_t> otherwise) {
    return attributes.contains(key) ? attributes[key].get<std::vector<int64_t>>() : otherwise;
  }

  static RefTensor activate(RefTensor y, const json& attributes) {
    if (attributes.value("activation", "none") == "relu") {
      for (double& value : y.values) value = std::max(value, 0.0);
    }
    return y;
  }

  RefTensor apply(const json& node, const json& a, const std::vector<RefTensor>& x) {
    const std::string op = node["op"];
    if (op == "conv2d") return conv2d(node, a, x[0]);
    if (op == "transposed_conv2d") return transposedConv2d(node, a, x[0]);
    if (op == "affine") return affine(node, x[0]);
    if (op == "relu") return map(x[0], [](double v) { return std::max(v, 0.0); });
    if (op == "sigmoid") return map(x[0], [](double v) { return 1 / (1 + std::exp(-v)); });
    if (op == "leaky_relu") {
      const double slope = a["slope"];
      return map(x[0], [=](double v) { return v < 0 ? slope * v : v; });
    }
    if (op == "elu") {
      const double alpha = a.value("alpha", 1.0);
      return map(x[0], [=](double v) { return v < 0 ? alpha * std::expm1(v) : v; });
    }
    if (op == "gelu" && a.value("approximate", "none") == "tanh") {
      const double root = std::sqrt(2 / std::acos(-1.0));
      return map(x[0], [=](double v) {
        return v / 2 * (1 + std::tanh(root * (v + 0.044715 * v * v * v)));
      });
    }
    if (op == "gelu") {
      return map(x[0], [](double v) { return v / 2 * (1 + std::erf(v / std::sqrt(2.0))); });
    }
    if (op == "add" || op == "multiply") {
      RefTensor y = x[0];
      for (size_t i = 0; i < y.values.size(); ++i) {
        y.values[i] = op == "add" ? y.values[i] + x[1].values[i] : y.values[i] * x[1].values[i];
      }
      return y;
    }
    if (op == "layer_norm") return layerNorm(node, a, x[0]);
    if (op == "softmax") return softmax(a.value("axis", -1), x[0]);
    if (op == "concat") return concat(a.value("axis", -1), x);
    if (op == "pad") return pad(list(a, "padding", {}), x[0]);
    if (op == "max_pool") return maxPool(a, x[0]);
    if (op == "reduce_max" || op == "reduce_mean") return reduce(op, a["axis"], x[0]);
    if (op == "dense") return dense(node, a, x[0]);
    if (op == "matmul") return refMatmul(x[0], x[1], a.value("transposeB", false));
    if (op == "attention") return refAttention(a, x[0], x[1], x[2]);
    if (op == "lstm") {
      return refLstm(a, x[0], weight(node, "kernel"), weight(node, "recurrent"),
                     weight(node, "bias"));
    }
    if (op == "gru") {
      return refGru(a, x[0], weight(node, "kernel"), weight(node, "recurrent"),
                    weight(node, "bias"), weight(node, "recurrentBias"));
    }
    if (op == "reshape") {
      RefTensor y = x[0];
      y.shape = a["shape"].get<std::vector<int64_t>>();
      size_t known = 1;
      for (const int64_t dim : y.shape) known *= dim > 0 ? static_cast<size_t>(dim) : 1;
      for (int64_t& dim : y.shape) {
        if (dim < 0) dim = static_cast<int64_t>(x[0].values.size() / known);
      }
      return y;
    }
    return transpose(a["permutation"], x[0]);
  }

  RefTensor conv2d(const json& node, const json& a, const RefTensor& x) {
    const RefTensor& kernel = weight(node, "kernel");
    const RefTensor& bias = weight(node, "bias");
    const auto stride = list(a, "stride", {1, 1});
    const auto dilation = list(a, "dilation", {1, 1});
    const auto padding = list(a, "padding", {0, 0, 0, 0});
    const int64_t height =
        (x.dim(0) + padding[0] + padding[1] - ((kernel.dim(1) - 1) * dilation[0] + 1)) / stride[0] +
        1;
    const int64_t width =
        (x.dim(1) + padding[2] + padding[3] - ((kernel.dim(2) - 1) * dilation[1] + 1)) / stride[1] +
        1;
    RefTensor y({height, width, kernel.dim(0)});
    const int64_t groupOutputs = kernel.dim(0) / a.value("groups", int64_t{1});
    for (int64_t h = 0; h < height; ++h) {
      for (int64_t w = 0; w < width; ++w) {
        for (int64_t o = 0; o < kernel.dim(0); ++o) {
          double sum = bias.values[static_cast<size_t>(o)];
          for (int64_t kh = 0; kh < kernel.dim(1); ++kh) {
            for (int64_t kw = 0; kw < kernel.dim(2); ++kw) {
              const int64_t i = h * stride[0] + kh * dilation[0] - padding[0];
              const int64_t j = w * stride[1] + kw * dilation[1] - padding[2];
              if (i < 0 || i >= x.dim(0) || j < 0 || j >= x.dim(1)) continue;
              const int64_t first = o / groupOutputs * kernel.dim(3);
              for (int64_t c = 0; c < kernel.dim(3); ++c)
                sum += x.at(i, j, first + c) * kernel.kernel(o, kh, kw, c);
            }
          }
          y.at(h, w, o) = sum;
        }
      }
    }
    return activate(y, a);
  }

  RefTensor transposedConv2d(const json& node, const json& a, const RefTensor& x) {
    const RefTensor& kernel = weight(node, "kernel");
    const RefTensor& bias = weight(node, "bias");
    const auto stride = list(a, "stride", {});
    const auto crop = list(a, "crop", {0, 0, 0, 0});
    const auto dilation = list(a, "dilation", {1, 1});
    const int64_t groupOutputs = kernel.dim(0) / a.value("groups", int64_t{1});
    const int64_t height =
        (x.dim(0) - 1) * stride[0] + (kernel.dim(1) - 1) * dilation[0] + 1 - crop[0] - crop[1];
    const int64_t width =
        (x.dim(1) - 1) * stride[1] + (kernel.dim(2) - 1) * dilation[1] + 1 - crop[2] - crop[3];
    RefTensor y({height, width, kernel.dim(0)});
    for (size_t i = 0; i < y.values.size(); ++i) {
      y.values[i] = bias.values[i % bias.values.size()];
    }
    for (int64_t i = 0; i < x.dim(0); ++i) {
      for (int64_t j = 0; j < x.dim(1); ++j) {
        for (int64_t kh = 0; kh < kernel.dim(1); ++kh) {
          for (int64_t kw = 0; kw < kernel.dim(2); ++kw) {
            const int64_t h = i * stride[0] + kh * dilation[0] - crop[0];
            const int64_t w = j * stride[1] + kw * dilation[1] - crop[2];
            if (h < 0 || h >= height || w < 0 || w >= width) continue;
            for (int64_t o = 0; o < kernel.dim(0); ++o) {
              const int64_t first = o / groupOutputs * kernel.dim(3);
              for (int64_t c = 0; c < kernel.dim(3); ++c) {
                y.at(h, w, o) += x.at(i, j, first + c) * kernel.kernel(o, kh, kw, c);
              }
            }
          }
        }
      }
    }
    return activate(y, a);
  }

  RefTensor affine(const json& node, const RefTensor& x) {
    const RefTensor& scale = weight(node, "scale");
    const RefTensor& offset = weight(node, "offset");
    RefTensor y = x;
    for (size_t i = 0; i < y.values.size(); ++i) {
      const size_t c = i % scale.values.size();
      y.values[i] = x.values[i] * scale.values[c] + offset.values[c];
    }
    return y;
  }

  static size_t axisOf(int64_t axis, const RefTensor& x) {
    return static_cast<size_t>(axis < 0 ? axis + static_cast<int64_t>(x.shape.size()) : axis);
  }

  // The product of the dimensions before, at and behind an axis.
  struct Around {
    size_t before = 1;
    size_t length = 1;
    size_t after = 1;
  };
  static Around around(const RefTensor& x, size_t axis) {
    Around result;
    for (size_t i = 0; i < x.shape.size(); ++i) {
      (i < axis    ? result.before
       : i == axis ? result.length
                   : result.after) *= static_cast<size_t>(x.shape[i]);
    }
    return result;
  }

  static RefTensor concat(int64_t axisAttribute, const std::vector<RefTensor>& x) {
    const size_t axis = axisOf(axisAttribute, x[0]);
    RefTensor y = x[0];
    for (size_t i = 1; i < x.size(); ++i) y.shape[axis] += x[i].shape[axis];
    y.values.clear();
    for (size_t before = 0; before < around(x[0], axis).before; ++before) {
      for (const RefTensor& part : x) {
        const Around a = around(part, axis);
        const auto* from = part.values.data() + before * a.length * a.after;
        y.values.insert(y.values.end(), from, from + a.length * a.after);
      }
    }
    return y;
  }

  static RefTensor pad(const std::vector<int64_t>& padding, const RefTensor& x) {
    RefTensor y({x.dim(0) + padding[0] + padding[1], x.dim(1) + padding[2] + padding[3], x.dim(2)});
    for (int64_t h = 0; h < x.dim(0); ++h) {
      for (int64_t w = 0; w < x.dim(1); ++w) {
        for (int64_t c = 0; c < x.dim(2); ++c)
          y.at(h + padding[0], w + padding[2], c) = x.at(h, w, c);
      }
    }
    return y;
  }

  static RefTensor maxPool(const json& a, const RefTensor& x) {
    const auto size = list(a, "size", {});
    const auto stride = list(a, "stride", size);
    RefTensor y(
        {(x.dim(0) - size[0]) / stride[0] + 1, (x.dim(1) - size[1]) / stride[1] + 1, x.dim(2)});
    for (int64_t h = 0; h < y.dim(0); ++h) {
      for (int64_t w = 0; w < y.dim(1); ++w) {
        for (int64_t c = 0; c < x.dim(2); ++c) {
          double most = -INFINITY;
          for (int64_t i = 0; i < size[0]; ++i) {
            for (int64_t j = 0; j < size[1]; ++j) {
              most = std::max(most, x.at(h * stride[0] + i, w * stride[1] + j, c));
            }
          }
          y.at(h, w, c) = most;
        }
      }
    }
    return y;
  }

  RefTensor layerNorm(const json& node, const json& a, const RefTensor& x) {
    const RefTensor& scale = weight(node, "scale");
    const RefTensor& offset = weight(node, "offset");
    const size_t length = scale.values.size();
    RefTensor y = x;
    for (size_t first = 0; first < x.values.size(); first += length) {
      double mean = 0;
      for (size_t i = 0; i < length; ++i) mean += x.values[first + i];
      mean /= static_cast<double>(length);
      double variance = 0;
      for (size_t i = 0; i < length; ++i) variance += std::pow(x.values[first + i] - mean, 2);
      variance /= static_cast<double>(length);
      const double deviation = std::sqrt(variance + a.value("epsilon", 1e-5));
      for (size_t i = 0; i < length; ++i) {
        y.values[first + i] =
            (x.values[first + i] - mean) / deviation * scale.values[i] + offset.values[i];
      }
    }
    return y;
  }

  static RefTensor softmax(int64_t axisAttribute, const RefTensor& x) {
    const Around a = around(x, axisOf(axisAttribute, x));
    RefTensor y = x;
    for (size_t b = 0; b < a.before; ++b) {
      for (size_t c = 0; c < a.after; ++c) {
        const auto at = [&](size_t i) { return (b * a.length + i) * a.after + c; };
        double most = -INFINITY;
        for (size_t i = 0; i < a.length; ++i) most = std::max(most, x.values[at(i)]);
        double sum = 0;
        for (size_t i = 0; i < a.length; ++i) sum += std::exp(x.values[at(i)] - most);
        for (size_t i = 0; i < a.length; ++i) {
          y.values[at(i)] = std::exp(x.values[at(i)] - most) / sum;
        }
      }
    }
    return y;
  }

  static RefTensor reduce(const std::string& op, int64_t axisAttribute, const RefTensor& x) {
    const size_t axis = axisOf(axisAttribute, x);
    const Around a = around(x, axis);
    std::vector<int64_t> shape = x.shape;
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
    RefTensor y(shape);
    for (size_t b = 0; b < a.before; ++b) {
      for (size_t c = 0; c < a.after; ++c) {
        double most = -INFINITY;
        double sum = 0;
        for (size_t i = 0; i < a.length; ++i) {
          const double value = x.values[(b * a.length + i) * a.after + c];
          most = std::max(most, value);
          sum += value;
        }
        y.values[b * a.after + c] = op == "reduce_max" ? most : sum / static_cast<double>(a.length);
      }
    }
    return y;
  }

  RefTensor dense(const json& node, const json& a, const RefTensor& x) {
    const RefTensor& kernel = weight(node, "kernel");
    const RefTensor& bias = weight(node, "bias");
    const auto outputs = static_cast<size_t>(kernel.dim(0));
    const auto inputs = static_cast<size_t>(kernel.dim(1));
    std::vector<int64_t> shape = x.shape;
    shape.back() = kernel.dim(0);
    RefTensor y(shape);
    for (size_t row = 0; row < x.values.size() / inputs; ++row) {
      for (size_t o = 0; o < outputs; ++o) {
        double sum = bias.values[o];
        for (size_t n = 0; n < inputs; ++n) {
          sum += x.values[row * inputs + n] * kernel.values[o * inputs + n];
        }
        y.values[row * outputs + o] = sum;
      }
    }
    return activate(y, a);
  }

  static RefTensor transpose(const std::vector<size_t>& permutation, const RefTensor& x) {
    std::vector<int64_t> shape;
    for (const size_t axis : permutation) shape.push_back(x.shape[axis]);
    RefTensor y(shape);
    for (size_t i = 0; i < y.values.size(); ++i) {
      // The index along each axis of y, and from it the place in x.
      size_t rest = i;
      std::vector<size_t> index(shape.size());
      for (size_t axis = shape.size(); axis-- > 0;) {
        index[permutation[axis]] = rest % static_cast<size_t>(shape[axis]);
        rest /= static_cast<size_t>(shape[axis]);
      }
      size_t place = 0;
      for (size_t axis = 0; axis < index.size(); ++axis) {
        place = place * static_cast<size_t>(x.shape[axis]) + index[axis];
      }
      y.values[i] = x.values[place];
    }
    return y;
  }

  json graph_;
  std::map<std::string, RefTensor> weights_;
  std::map<std::string, RefTensor> values_;
};

}  // namespace divisi::nn::test
