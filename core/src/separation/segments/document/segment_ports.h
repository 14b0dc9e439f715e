// Reading the ports of a SegmentDocument.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>

#include "base/json_fields.h"
#include "divisi/status.h"
#include "separation/segments/document/segment_document.h"

namespace divisi::separation {

inline constexpr size_t kMaxPorts = 64;

/// Reads the members `inputs` and `outputs` into a document whose other fields are there.
/// @param stft the member of that name, or an empty object. @return kBadModel.
Status readPorts(const Json& inputs, const Json& outputs, const Json& stft, SegmentDocument& task);

/// A member that is one of a few words.
template <typename T>
T choiceOf(JsonFields& fields, const Json& object, const char* key,
           std::initializer_list<std::pair<const char*, T>> choices) {
  const std::string word = fields.text(key);
  std::string known;
  for (const auto& [name, value] : choices) {
    if (word == name) return value;
    known += (known.empty() ? "'" : ", '") + std::string(name) + "'";
  }
  if (!word.empty()) fields.fail(key, "one of " + known, object.at(key));
  return choices.begin()->second;
}

}  // namespace divisi::separation
