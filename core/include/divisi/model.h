// Model: a divisi model file, checked and ready to be compiled.
//
//   Result<Model> model = Model::open(bytes);           // bytes must outlive `model`
//   auto separator = Separator::create(model.value(), options);
//   // from here on neither `model` nor `bytes` is needed by `separator`
//
// A model file is a safetensors file whose `__metadata__` holds three JSON documents,
// `divisi.task`, `divisi.graph` and `divisi.card`; models/FORMAT.md is the specification. The
// reader trusts nothing: every length, offset, shape, dtype and reference is checked before use,
// and the message of a kBadModel says where in the file the fault is.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "divisi/status.h"

namespace divisi {

namespace nn {
struct ModelFile;
}

class Model {
 public:
  /// Reads and checks the header and the three documents. Tensor data stays where it is: `bytes` is
  /// borrowed for as long as the Model lives.
  /// @return kBadModel (damaged file), kUnsupported (a newer format version).
  static Result<Model> open(std::span<const std::byte> bytes);

  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  /// The documents of the task and the card as they stand in the file (JSON text).
  [[nodiscard]] const std::string& taskJson() const;
  [[nodiscard]] const std::string& cardJson() const;

  /// For the core's own sources.
  [[nodiscard]] const nn::ModelFile& file() const { return *file_; }

 private:
  explicit Model(std::unique_ptr<nn::ModelFile> file);
  std::unique_ptr<nn::ModelFile> file_;
};

}  // namespace divisi
