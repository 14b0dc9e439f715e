// Pieces of error messages: names from a file that nobody has checked, and shapes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "divisi/status.h"

namespace divisi::nn {

/// The name in single quotes, cut to a length that fits a message. Names come from untrusted files
/// and may be megabytes long.
[[nodiscard]] std::string quote(std::string_view name);

/// "[512, 1024, 2]".
[[nodiscard]] std::string shapeText(std::span<const int64_t> shape);

[[nodiscard]] inline Status badModel(std::string message) {
  return {StatusCode::kBadModel, std::move(message)};
}

[[nodiscard]] inline Status unsupported(std::string message) {
  return {StatusCode::kUnsupported, std::move(message)};
}

}  // namespace divisi::nn
