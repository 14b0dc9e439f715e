#include "nn/model/graph_reader.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>

#include "base/json_fields.h"
#include "base/text.h"
#include "nn/operators/operator_table.h"

namespace divisi::nn {
namespace {

// Far above any network, low enough that a hostile file cannot make loading slow.
constexpr size_t kMaxNodes = 20000;
constexpr size_t kMaxPorts = 1000;

constexpr const char* kWhere = "divisi.graph";
constexpr size_t kNobody = std::numeric_limits<size_t>::max();

Status notAnObject(const std::string& where, const Json& entry) {
  return badModel(where + " must be an object, got " + excerpt(entry));
}

class GraphReader {
 public:
  GraphReader(const Json& document, const Safetensors& file) : document_(document), file_(file) {}

  Result<Graph> read() {
    Status status = checkVersion(document_, kWhere);
    if (!status.ok()) return status;
    JsonFields fields(document_, std::string(kWhere) + ": '");
    const Json& inputs = fields.list("inputs", kMaxPorts);
    const Json& nodes = fields.list("nodes", kMaxNodes);
    const Json& outputs = fields.list("outputs", kMaxPorts);
    status = fields.status();
    if (status.ok()) status = readInputs(inputs);
    if (status.ok()) status = readNodes(nodes);
    if (status.ok()) status = readOutputs(outputs);
    if (status.ok()) status = sortNodes();
    if (!status.ok()) return status;
    return std::move(graph_);
  }

 private:
  // Each name is defined once, by an input or by a node.
  Result<ValueIndex> define(const std::string& name, const std::string& where, size_t writer) {
    const auto [it, fresh] = values_.emplace(name, graph_.valueNames.size());
    if (!fresh) return badModel(where + ": the value " + quote(name) + " is already written");
    graph_.valueNames.push_back(name);
    writers_.push_back(writer);
    return it->second;
  }

  Result<ValueIndex> lookUp(const std::string& name, const std::string& where) {
    const auto it = values_.find(name);
    if (it == values_.end()) {
      return badModel(where + ": nothing writes the value " + quote(name));
    }
    return it->second;
  }

  Status readInputs(const Json& inputs) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      const std::string where = std::string(kWhere) + ": input " + std::to_string(i);
      if (!inputs[i].is_object()) return notAnObject(where, inputs[i]);
      JsonFields fields(inputs[i], where + ": '");
      const std::string name = fields.text("name");
      Shape shape = readShape(fields, "shape");
      if (!fields.status().ok()) return fields.status();
      const auto value = define(name, where, kNobody);
      if (!value.ok()) return value.status();
      graph_.inputs.push_back({value.value(), std::move(shape)});
    }
    return {};
  }

  Status readOutputs(const Json& outputs) {
    for (size_t i = 0; i < outputs.size(); ++i) {
      const std::string where = std::string(kWhere) + ": output " + std::to_string(i);
      if (!outputs[i].is_object()) return notAnObject(where, outputs[i]);
      JsonFields fields(outputs[i], where + ": '");
      std::string name = fields.text("name");
      const std::string valueName = fields.text("value");
      if (!fields.status().ok()) return fields.status();
      for (const GraphOutput& other : graph_.outputs) {
        if (other.name == name) {
          return badModel(where + ": the name " + quote(name) + " stands twice");
        }
      }
      const auto value = lookUp(valueName, where);
      if (!value.ok()) return value.status();
      graph_.outputs.push_back({std::move(name), value.value()});
    }
    return {};
  }

  // Two passes, because a node may read what a later one writes.
  Status readNodes(const Json& nodes) {
    for (size_t i = 0; i < nodes.size(); ++i) {
      Status status = readHead(nodes[i], i);
      if (!status.ok()) return status;
    }
    for (Node& node : graph_.nodes) {
      const std::string where = describe(graph_, node);
      JsonFields fields(nodes[node.index], where + ": '");
      Status status = readNodeInputs(fields, where, node);
      if (status.ok()) status = readWeights(fields, where, node);
      if (status.ok()) status = readAttributes(fields, where, node);
      fields.ignore("op");
      fields.ignore("output");
      // A key that this reader doesn't know would change what the node computes.
      if (status.ok()) status = fields.end(StatusCode::kUnsupported);
      if (!status.ok()) return status;
    }
    return {};
  }

  Status readHead(const Json& entry, size_t index) {
    std::string where = "node " + std::to_string(index);
    if (!entry.is_object()) return notAnObject(where, entry);
    JsonFields opField(entry, where + ": '");
    const std::string op = opField.text("op");
    if (!opField.status().ok()) return opField.status();
    Node node;
    node.index = index;
    node.op = findOperator(op);
    if (node.op == nullptr) {
      return unsupported(where + ": this build of divisi has no operator " + quote(op));
    }
    where += " (" + op + ")";
    JsonFields fields(entry, where + ": '");
    const std::string name = fields.text("output");
    if (!fields.status().ok()) return fields.status();
    const auto value = define(name, where, index);
    if (!value.ok()) return value.status();
    node.output = value.value();
    graph_.nodes.push_back(std::move(node));
    return {};
  }

  Status readNodeInputs(JsonFields& fields, const std::string& where, Node& node) {
    const std::vector<std::string> names = fields.texts("inputs");
    if (!fields.status().ok()) return fields.status();
    if (names.size() < node.op->minInputs || names.size() > node.op->maxInputs) {
      return badModel(where + ": expected " + std::to_string(node.op->minInputs) +
                      (node.op->maxInputs > node.op->minInputs ? " or more" : "") +
                      " inputs, got " + std::to_string(names.size()));
    }
    for (const std::string& name : names) {
      const auto value = lookUp(name, where);
      if (!value.ok()) return value.status();
      node.inputs.push_back(value.value());
    }
    return {};
  }

  Status readWeights(JsonFields& fields, const std::string& where, Node& node) {
    JsonFields weights(fields.objectOrEmpty("weights"), where + ": 'weights': '");
    if (!fields.status().ok()) return fields.status();
    for (const std::string_view key : node.op->weights) {
      std::string name = weights.text(key);
      if (!weights.status().ok()) return weights.status();
      const auto tensor = file_.tensors.find(name);
      if (tensor == file_.tensors.end()) {
        return badModel(where + ": the file has no tensor " + quote(name));
      }
      const auto scale = findScale(key, name, tensor->second, where);
      if (!scale.ok()) return scale.status();
      node.weights.push_back({std::move(name), &tensor->second, scale.value()});
    }
    return weights.end(StatusCode::kUnsupported);
  }

  // What brings the integers of an I8 kernel to their size. Null for a tensor that holds floats.
  Result<const TensorInfo*> findScale(std::string_view role, const std::string& name,
                                      const TensorInfo& tensor, const std::string& where) const {
    const std::string scaleName = name + ".scale";
    const auto found = file_.tensors.find(scaleName);
    if (tensor.dtype != DType::kI8) {
      if (found == file_.tensors.end()) return static_cast<const TensorInfo*>(nullptr);
      return badModel(where + ": the file has a tensor " + quote(scaleName) +
                      ", but only tensors of dtype I8 have a scale");
    }
    // A bias has no channels to share a scale, and 8 bits are too coarse for it.
    if (role != "kernel") {
      return badModel(where + ": the " + std::string(role) + " " + quote(name) +
                      " has the dtype I8, which only kernels may have");
    }
    if (found == file_.tensors.end()) {
      return badModel(where + ": the tensor " + quote(name) +
                      " has the dtype I8, but the file has no tensor " + quote(scaleName));
    }
    const TensorInfo& scale = found->second;
    if (scale.dtype != DType::kF32) {
      return badModel(where + ": the scale " + quote(scaleName) + " must have the dtype F32");
    }
    if (tensor.shape.empty() || scale.shape != Shape{tensor.shape[0]}) {
      return badModel(where + ": the scale " + quote(scaleName) + " has the shape " +
                      shapeText(scale.shape) + ", but " + quote(name) + " of the shape " +
                      shapeText(tensor.shape) + " needs one number for each output channel");
    }
    return &scale;
  }

  static Status readAttributes(JsonFields& fields, const std::string& where, Node& node) {
    JsonFields attributes(fields.objectOrEmpty("attributes"), where + ": '");
    if (!fields.status().ok()) return fields.status();
    if (node.op->read != nullptr) node.op->read(attributes, node);
    return attributes.end(StatusCode::kUnsupported);
  }

  // Kahn's algorithm; what is left over stands on a cycle or behind one.
  Status sortNodes() {
    std::vector<size_t> waitingFor(graph_.nodes.size());
    std::vector<std::vector<size_t>> readers(graph_.valueNames.size());
    std::vector<size_t> ready;
    for (const Node& node : graph_.nodes) {
      for (const ValueIndex input : node.inputs) {
        if (writers_[input] == kNobody) continue;
        ++waitingFor[node.index];
        readers[input].push_back(node.index);
      }
    }
    // In the file's own order as far as possible, so that neighbours stay neighbours.
    for (size_t i = graph_.nodes.size(); i-- > 0;) {
      if (waitingFor[i] == 0) ready.push_back(i);
    }
    std::vector<Node> sorted;
    sorted.reserve(graph_.nodes.size());
    std::vector<bool> done(graph_.nodes.size());
    while (!ready.empty()) {
      const size_t index = ready.back();
      ready.pop_back();
      done[index] = true;
      const ValueIndex output = graph_.nodes[index].output;
      for (auto it = readers[output].rbegin(); it != readers[output].rend(); ++it) {
        if (--waitingFor[*it] == 0) ready.push_back(*it);
      }
      sorted.push_back(graph_.nodes[index]);
    }
    if (sorted.size() != graph_.nodes.size()) return cycle(done);
    graph_.nodes = std::move(sorted);
    return {};
  }

  // Walks from any node that never became ready to one that it waits for; after as many steps as
  // there are nodes the walk is on the cycle itself.
  Status cycle(const std::vector<bool>& done) {
    size_t index = static_cast<size_t>(std::find(done.begin(), done.end(), false) - done.begin());
    for (size_t step = 0; step < graph_.nodes.size(); ++step) {
      for (const ValueIndex input : graph_.nodes[index].inputs) {
        const size_t writer = writers_[input];
        if (writer != kNobody && !done[writer]) {
          index = writer;
          break;
        }
      }
    }
    return badModel(describe(graph_, graph_.nodes[index]) +
                    ": the graph has a cycle: the value depends on itself");
  }

  const Json& document_;
  const Safetensors& file_;
  Graph graph_;
  std::map<std::string, ValueIndex, std::less<>> values_;
  std::vector<size_t> writers_;  // for each value the node that writes it, or kNobody
};

}  // namespace

Result<Graph> readGraph(const std::string& json, const Safetensors& file) {
  const auto document = parseObject(json, kWhere);
  if (!document.ok()) return document.status();
  return GraphReader(document.value(), file).read();
}

}  // namespace divisi::nn
