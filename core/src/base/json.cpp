#include "base/json.h"

#include <cmath>
#include <set>

#include "base/text.h"

namespace divisi::nn {
namespace {

// divisi's documents need six levels; the parser and the printer use memory for each.
constexpr int kMaxDepth = 32;

// The newest version of each document that this reader understands.
constexpr int64_t kNewestVersion = 1;

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

Result<Json> parseObject(std::string_view text, const std::string& where) {
  if (nestsTooDeep(text)) {
    return badModel(where + ": JSON nested deeper than " + std::to_string(kMaxDepth) + " levels");
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
  if (document.is_discarded()) return badModel(where + ": not valid JSON in UTF-8");
  if (!duplicate.empty()) return badModel(where + ": the key " + duplicate + " stands twice");
  if (!document.is_object()) return badModel(where + ": expected a JSON object");
  return document;
}

const Json* find(const Json& object, std::string_view key) {
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::string excerpt(const Json& value) {
  // Containers are not printed: they may be as large as the file.
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  if (value.is_object()) return "an object";
  if (value.is_string()) return quote(value.get_ref<const std::string&>());
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> stringMember(const Json& object, std::string_view key,
                                 const std::string& where) {
  const Json* value = find(object, key);
  if (value == nullptr) return badModel(where + ": " + quote(key) + " is missing");
  if (!value->is_string()) {
    return badModel(where + ": " + quote(key) + " must be a string, got " + excerpt(*value));
  }
  return value->get_ref<const std::string&>();
}

Result<const Json*> arrayMember(const Json& object, std::string_view key,
                                const std::string& where) {
  const Json* value = find(object, key);
  if (value == nullptr) return badModel(where + ": " + quote(key) + " is missing");
  if (!value->is_array()) {
    return badModel(where + ": " + quote(key) + " must be a list, got " + excerpt(*value));
  }
  return value;
}

Status checkVersion(const Json& document, const std::string& where) {
  const Json* version = find(document, "version");
  if (version == nullptr) return badModel(where + ": 'version' is missing");
  const auto number = integerValue(*version, 1, INT64_MAX, where + ": 'version'");
  if (!number.ok()) return number.status();
  if (number.value() > kNewestVersion) {
    return unsupported(where + ": version " + std::to_string(number.value()) +
                       " is newer than this build of divisi, which reads up to version " +
                       std::to_string(kNewestVersion));
  }
  return {};
}

Result<int64_t> integerValue(const Json& value, int64_t lowest, int64_t highest,
                             const std::string& where) {
  bool inRange = false;
  if (value.is_number_unsigned()) {
    const auto number = value.get<uint64_t>();
    inRange = number <= static_cast<uint64_t>(INT64_MAX) &&
              static_cast<int64_t>(number) >= lowest && static_cast<int64_t>(number) <= highest;
  } else if (value.is_number_integer()) {
    const auto number = value.get<int64_t>();
    inRange = number >= lowest && number <= highest;
  }
  if (!inRange) {
    const std::string upTo = highest == INT64_MAX ? " or more" : " to " + std::to_string(highest);
    return badModel(where + ": expected an integer, " + std::to_string(lowest) + upTo + ", got " +
                    excerpt(value));
  }
  return value.get<int64_t>();
}

Result<std::vector<int64_t>> integerList(const Json& value, size_t count, int64_t lowest,
                                         int64_t highest, const std::string& where) {
  if (!value.is_array() || (count != 0 && value.size() != count)) {
    return badModel(where + ": expected a list of " +
                    (count == 0 ? std::string("integers") : std::to_string(count) + " integers") +
                    ", got " + excerpt(value));
  }
  std::vector<int64_t> result;
  result.reserve(value.size());
  for (size_t i = 0; i < value.size(); ++i) {
    const auto number =
        integerValue(value[i], lowest, highest, where + "[" + std::to_string(i) + "]");
    if (!number.ok()) return number.status();
    result.push_back(number.value());
  }
  return result;
}

Result<double> numberValue(const Json& value, const std::string& where) {
  if (!value.is_number() || !std::isfinite(value.get<double>())) {
    return badModel(where + ": expected a finite number, got " + excerpt(value));
  }
  return value.get<double>();
}

Result<Shape> shapeValue(const Json& value, const std::string& where) {
  auto dims = integerList(value, 0, 1, kMaxElements, where);
  if (!dims.ok()) return dims.status();
  const Shape& shape = dims.value();
  if (shape.empty() || shape.size() > kMaxRank) {
    return badModel(where + ": expected 1 to " + std::to_string(kMaxRank) + " dimensions, got " +
                    std::to_string(shape.size()));
  }
  if (!product(shape)) {
    return badModel(where + ": " + shapeText(shape) + " has more than " +
                    std::to_string(kMaxElements) + " elements");
  }
  return shape;
}

}  // namespace divisi::nn
