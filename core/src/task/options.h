// Reading the options of a stream: a JSON object, as strictly as a document of a model file.
//
//   struct Options {
//     int hopFrames = 0;
//   };
//   Status read(std::string_view optionsJson, Options& options) {
//     const Result<Json> parsed = parseOptions(optionsJson);
//     if (!parsed.ok()) return parsed.status();
//     JsonFields fields = optionFields(parsed.value());
//     if (fields.has("hopFrames")) options.hopFrames = fields.integer("hopFrames", 0, 100);
//     return fields.end();
//   }
#pragma once

#include <string_view>

#include "base/json_fields.h"

namespace divisi::task {

/// @param json "" is "{}". @return kBadOption when it is no JSON object.
Result<Json> parseOptions(std::string_view json);

/// Reads them; a bad value is kBadOption.
inline JsonFields optionFields(const Json& options) {
  return {options, "", StatusCode::kBadOption};
}

/// Of tasks without options. @return kBadOption naming what was given.
Status expectNoOptions(std::string_view json);

}  // namespace divisi::task
