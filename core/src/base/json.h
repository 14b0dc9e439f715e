// Reading JSON that nobody has checked: parsing with limits. json_fields.h reads what is in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "divisi/status.h"

namespace divisi {

using Json = nlohmann::json;

/// Parses a document. Refuses what is not valid UTF-8 JSON, nesting deeper than any divisi document
/// needs, a key given twice in one object, and anything but an object at the top.
/// @param where names the document in messages, for example "divisi.graph".
/// @param fault the code of what is refused.
Result<Json> parseObject(std::string_view text, const std::string& where,
                         StatusCode fault = StatusCode::kBadModel);

/// The value as text for a message, cut short.
[[nodiscard]] std::string excerpt(const Json& value);

}  // namespace divisi
