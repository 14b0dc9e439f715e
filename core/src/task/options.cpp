#include "task/options.h"

namespace divisi::task {

Result<Json> parseOptions(std::string_view json) {
  if (json.empty()) return Json::object();
  return parseObject(json, "options", StatusCode::kBadOption);
}

Status expectNoOptions(std::string_view json) {
  const Result<Json> parsed = parseOptions(json);
  return parsed.ok() ? optionFields(parsed.value()).end() : parsed.status();
}

}  // namespace divisi::task
