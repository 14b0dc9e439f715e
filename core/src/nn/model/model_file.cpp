#include "nn/model/model_file.h"

#include "base/json_fields.h"
#include "base/text.h"
#include "divisi/model.h"
#include "nn/model/graph_reader.h"
#include "nn/operators/operator.h"

namespace divisi {
namespace {

Result<std::string> takeDocument(const nn::Safetensors& container, const char* name) {
  const auto it = container.metadata.find(name);
  if (it == container.metadata.end()) {
    return badModel(std::string("not a divisi model: the header's '__metadata__' has no '") + name +
                    "'");
  }
  return it->second;
}

// The task and the card are read by those who use them; here they must only be what they claim.
Status checkDocument(const std::string& text, const char* name) {
  const auto document = parseObject(text, name);
  if (!document.ok()) return document.status();
  return checkVersion(document.value(), name);
}

}  // namespace

Result<Model> Model::open(std::span<const std::byte> bytes) {
  auto file = std::make_unique<nn::ModelFile>();
  file->bytes = bytes;

  auto container = nn::Safetensors::parse(bytes);
  if (!container.ok()) return container.status();
  file->container = std::move(container.value());

  auto task = takeDocument(file->container, "divisi.task");
  if (!task.ok()) return task.status();
  auto graph = takeDocument(file->container, "divisi.graph");
  if (!graph.ok()) return graph.status();
  auto card = takeDocument(file->container, "divisi.card");
  if (!card.ok()) return card.status();
  file->taskJson = std::move(task.value());
  file->cardJson = std::move(card.value());
  file->container.metadata.clear();

  Status status = checkDocument(file->taskJson, "divisi.task");
  if (status.ok()) status = checkDocument(file->cardJson, "divisi.card");
  if (!status.ok()) return status;

  auto parsed = nn::readGraph(graph.value(), file->container);
  if (!parsed.ok()) return parsed.status();
  file->graph = std::move(parsed.value());
  const auto shapes = nn::inferShapes(file->graph, file->graph.ownInputShapes());
  if (!shapes.ok()) return shapes.status();

  return Model(std::move(file));
}

Model::Model(std::unique_ptr<nn::ModelFile> file) : file_(std::move(file)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

const std::string& Model::taskJson() const { return file_->taskJson; }
const std::string& Model::cardJson() const { return file_->cardJson; }

}  // namespace divisi
