#include "task/options.h"

namespace divisi::task {

Result<Json> parseOptions(std::string_view json) {
  if (json.empty()) return Json::object();
  Result<Json> parsed = parseObject(json, "options");
  if (!parsed.ok()) return Status(StatusCode::kBadOption, parsed.status().message());
  return parsed;
}

}  // namespace divisi::task
