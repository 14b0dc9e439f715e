// Reading JSON that nobody has checked: parsing with limits, and getters that check types first.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"
#include "nn/graph/shape.h"

namespace divisi::nn {

using Json = nlohmann::json;

/// Parses a document. Refuses what is not valid UTF-8 JSON, nesting deeper than any divisi document
/// needs, a key given twice in one object, and anything but an object at the top.
/// @param where names the document in messages, for example "divisi.graph".
Result<Json> parseObject(std::string_view text, const std::string& where);

/// The member `key` of an object, or null when there is none.
[[nodiscard]] const Json* find(const Json& object, std::string_view key);

/// Each getter returns kBadModel naming `where`, the key and what was found instead.
Result<std::string> stringMember(const Json& object, std::string_view key,
                                 const std::string& where);
Result<const Json*> arrayMember(const Json& object, std::string_view key, const std::string& where);

/// Checks that the document's `version` is one that this reader knows.
/// @return kBadModel (no such number), kUnsupported (a newer version).
Status checkVersion(const Json& document, const std::string& where);

/// An integer from `lowest` to `highest`.
Result<int64_t> integerValue(const Json& value, int64_t lowest, int64_t highest,
                             const std::string& where);

/// A list of integers in that range. `count` of 0 means any number of them.
Result<std::vector<int64_t>> integerList(const Json& value, size_t count, int64_t lowest,
                                         int64_t highest, const std::string& where);

/// A finite number.
Result<double> numberValue(const Json& value, const std::string& where);

/// A shape: 1 to kMaxRank dimensions of at least 1, within kMaxElements.
Result<Shape> shapeValue(const Json& value, const std::string& where);

/// The value as text for a message, cut short.
[[nodiscard]] std::string excerpt(const Json& value);

}  // namespace divisi::nn
