// Pieces of error messages.
#pragma once

#include <string>
#include <string_view>

#include "divisi/status.h"

namespace divisi {

/// The name in single quotes, cut to a length that fits a message. Names come from untrusted files
/// and may be megabytes long.
[[nodiscard]] std::string quote(std::string_view name);

[[nodiscard]] inline Status badModel(std::string message) {
  return {StatusCode::kBadModel, std::move(message)};
}

[[nodiscard]] inline Status unsupported(std::string message) {
  return {StatusCode::kUnsupported, std::move(message)};
}

/// @param what "audio", "a chunk of audio": behind "no memory for".
[[nodiscard]] inline Status outOfMemory(const std::string& what) {
  return {StatusCode::kOutOfMemory, "no memory for " + what};
}

/// A fault of the document that says what a model is for.
[[nodiscard]] inline Status badTask(const std::string& message) {
  return badModel("divisi.task: " + message);
}

}  // namespace divisi
