#include "base/json_fields.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.h"

namespace divisi {
namespace {

// The newest version of each document that this reader understands.
constexpr int64_t kNewestVersion = 1;

// The integer if it is one from `low` to `high`.
std::optional<int64_t> integerOf(const Json& value, int64_t low, int64_t high) {
  // get<int64_t> of an unsigned number beyond int64 would wrap around.
  if (value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
    return std::nullopt;
  }
  if (!value.is_number_integer()) return std::nullopt;
  const auto number = value.get<int64_t>();
  return number >= low && number <= high ? std::optional(number) : std::nullopt;
}

const Json& emptyObject() {
  static const Json empty = Json::object();
  return empty;
}

std::string integerText(int64_t low, int64_t high) {
  if (high == INT64_MAX) return "an integer of " + std::to_string(low) + " or more";
  return "an integer from " + std::to_string(low) + " to " + std::to_string(high);
}

}  // namespace

std::string JsonFields::name(std::string_view key) const {
  return path_ + std::string(key) + (path_.ends_with('\'') ? "'" : "");
}

void JsonFields::fail(Status status) {
  if (status_.ok()) status_ = std::move(status);
}

void JsonFields::fail(std::string_view key, const std::string& message) {
  fail(Status(fault_, name(key) + message));
}

void JsonFields::fail(std::string_view key, const std::string& expected, const Json& got) {
  fail(key, " must be " + expected + ", got " + excerpt(got));
}

void JsonFields::ask(std::string_view key) {
  if (std::ranges::find(asked_, key) == asked_.end()) asked_.push_back(key);
}

bool JsonFields::has(std::string_view key) {
  ask(key);
  return object_.contains(key);
}

bool JsonFields::hasList(std::string_view key) { return has(key) && object_.find(key)->is_array(); }

const Json* JsonFields::find(std::string_view key) {
  ask(key);
  const auto found = object_.find(key);
  if (found != object_.end()) return &*found;
  fail(key, " is missing");
  return nullptr;
}

int64_t JsonFields::checkedInteger(std::string_view key, int64_t low, int64_t high) {
  const Json* value = find(key);
  if (value == nullptr) return low;
  const auto number = integerOf(*value, low, high);
  if (!number) fail(key, integerText(low, high), *value);
  return number.value_or(low);
}

std::vector<int64_t> JsonFields::integers(std::string_view key, size_t count, int64_t low,
                                          int64_t high) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_array() || (count != 0 && value->size() != count)) {
    fail(key, "a list of " + (count == 0 ? "" : std::to_string(count) + " ") + "integers", *value);
    return {};
  }
  std::vector<int64_t> result;
  result.reserve(value->size());
  for (size_t i = 0; i < value->size(); ++i) {
    const auto number = integerOf((*value)[i], low, high);
    if (!number) {
      fail(key, "[" + std::to_string(i) + "] must be " + integerText(low, high) + ", got " +
                    excerpt((*value)[i]));
      return {};
    }
    result.push_back(*number);
  }
  return result;
}

double JsonFields::number(std::string_view key) {
  const Json* value = find(key);
  if (value == nullptr) return 0;
  if (value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
  fail(key, "a finite number", *value);
  return 0;
}

double JsonFields::number(std::string_view key, double low, double high) {
  const Json* value = find(key);
  if (value == nullptr) return low;
  if (value->is_number() && value->get<double>() >= low && value->get<double>() <= high) {
    return value->get<double>();
  }
  fail(key, "a number from " + Json(low).dump() + " to " + Json(high).dump(), *value);
  return low;
}

std::vector<double> JsonFields::numbers(std::string_view key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  const auto isNumber = [](const Json& entry) { return entry.is_number(); };
  if (value->is_array() && std::ranges::all_of(*value, isNumber)) {
    return value->get<std::vector<double>>();
  }
  fail(key, "a list of numbers", *value);
  return {};
}

bool JsonFields::boolean(std::string_view key) {
  const Json* value = find(key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) fail(key, "true or false", *value);
  return *value == true;
}

std::string JsonFields::text(std::string_view key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  if (value->is_string() && !value->get_ref<const std::string&>().empty()) {
    return value->get<std::string>();
  }
  fail(key, "a text", *value);
  return {};
}

std::vector<std::string> JsonFields::texts(std::string_view key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  const auto isText = [](const Json& entry) { return entry.is_string(); };
  if (!value->is_array() || !std::ranges::all_of(*value, isText)) {
    fail(key, "a list of texts", *value);
    return {};
  }
  return value->get<std::vector<std::string>>();
}

const Json& JsonFields::object(std::string_view key) {
  const Json* value = find(key);
  if (value == nullptr) return emptyObject();
  if (value->is_object()) return *value;
  fail(key, "an object", *value);
  return emptyObject();
}

const Json& JsonFields::objectOrEmpty(std::string_view key) {
  return has(key) ? object(key) : emptyObject();
}

const Json& JsonFields::list(std::string_view key, size_t most) {
  static const Json kNone = Json::array();
  const Json* value = find(key);
  if (value == nullptr) return kNone;
  if (value->is_array() && !value->empty() && value->size() <= most) return *value;
  fail(key, "a list of 1 to " + std::to_string(most) + " entries", *value);
  return kNone;
}

Status JsonFields::end(StatusCode unknown) {
  for (const auto& [key, value] : object_.items()) {
    if (std::ranges::find(asked_, key) != asked_.end()) continue;
    std::string known;
    for (const std::string_view each : asked_) {
      known += (known.empty() ? "" : ", ") + std::string(each);
    }
    const std::string before = path_.ends_with('\'') ? path_.substr(0, path_.size() - 1) : path_;
    fail(Status(unknown, before + "there is no " + quote(key) +
                             "; known: " + (known.empty() ? "none" : known)));
  }
  return status_;
}

Status checkVersion(const Json& document, const std::string& where) {
  JsonFields fields(document, where + ": ");
  const auto version = fields.integer<int64_t>("version", 1, INT64_MAX);
  if (!fields.status().ok()) return fields.status();
  if (version <= kNewestVersion) return {};
  return unsupported(where + ": version " + std::to_string(version) +
                     " is newer than this build of divisi, which reads up to version " +
                     std::to_string(kNewestVersion));
}

}  // namespace divisi
