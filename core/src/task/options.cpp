#include "task/options.h"

namespace divisi::task {

Result<Json> parseOptions(std::string_view json) {
  if (json.empty()) return Json::object();
  return parseObject(json, "options", StatusCode::kBadOption);
}

}  // namespace divisi::task
