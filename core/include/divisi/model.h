// Model: a divisi model file, checked and ready to be compiled.
//
//   Result<std::shared_ptr<CompiledTask>> compile(std::span<const std::byte> bytes) {
//     Result<Model> model = Model::open(bytes);      // bytes must outlive the model
//     if (!model.ok()) return model.status();
//     return CompiledTask::compile(model.value());   // needs neither from here on
//   }
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

/// A checked model file, which borrows the file's bytes.
class Model {
 public:
  /// Reads and checks the header and the three documents. Tensor data stays where it is: `bytes` is
  /// borrowed for as long as the Model lives.
  /// @return kBadModel (damaged file), kUnsupported (a newer format version).
  static Result<Model> open(std::span<const std::byte> bytes);

  /// Moves; what was moved from can only be assigned to or destroyed.
  Model(Model&&) noexcept;
  /// Moves; what was moved from can only be assigned to or destroyed.
  Model& operator=(Model&&) noexcept;
  ~Model();

  /// The document `divisi.task` as it stands in the file (JSON text).
  [[nodiscard]] const std::string& taskJson() const;
  /// The document `divisi.card` as it stands in the file (JSON text).
  [[nodiscard]] const std::string& cardJson() const;

  /// For the core's own sources.
  [[nodiscard]] const nn::ModelFile& file() const { return *file_; }

 private:
  explicit Model(std::unique_ptr<nn::ModelFile> file);
  std::unique_ptr<nn::ModelFile> file_;
};

}  // namespace divisi
