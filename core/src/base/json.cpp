#include "base/json.h"

#include <set>
#include <vector>

#include "base/text.h"

namespace divisi {
namespace {

// divisi's documents need six levels; the parser and the printer use memory for each.
constexpr int kMaxDepth = 32;

bool nestsTooDeep(std::string_view text) {
  int depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inString) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        inString = false;
      }
    } else if (c == '"') {
      inString = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<Json> parseObject(std::string_view text, const std::string& where, StatusCode fault) {
  const auto refuse = [&](const std::string& message) {
    return Status(fault, where + ": " + message);
  };
  if (nestsTooDeep(text)) {
    return refuse("JSON nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  // The parser keeps the last of two equal keys, and another reader may keep the first: refuse
  // both.
  std::vector<std::set<std::string>> keys;
  std::string duplicate;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      keys.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys.back().insert(key).second && duplicate.empty()) duplicate = quote(key);
    }
    return true;
  };
  Json document = Json::parse(text, watch, /*allow_exceptions=*/false);
  if (document.is_discarded()) return refuse("not valid JSON in UTF-8");
  if (!duplicate.empty()) return refuse("the key " + duplicate + " stands twice");
  if (!document.is_object()) return refuse("expected a JSON object");
  return document;
}

std::string excerpt(const Json& value) {
  // Containers are not printed: they may be as large as the file.
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  if (value.is_object()) return "an object";
  if (value.is_string()) return quote(value.get_ref<const std::string&>());
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace divisi
