#include "task/options.h"

namespace divisi::task {

Result<nn::Json> parseOptions(std::string_view json) {
  if (json.empty()) return nn::Json::object();
  Result<nn::Json> parsed = nn::parseObject(json, "options");
  if (!parsed.ok()) return Status(StatusCode::kBadOption, parsed.status().message());
  return parsed;
}

}  // namespace divisi::task
