#include "base/json_fields.h"

#include <algorithm>

#include "base/text.h"

namespace divisi::nn {

int JsonFields::integer(const char* key, int low, int high) {
  const Json* value = find(key);
  if (value == nullptr) return low;
  // get<int64_t> of an unsigned number beyond int64 would wrap around.
  const bool fits = value->is_number_unsigned()
                        ? value->get<uint64_t>() <= static_cast<uint64_t>(high)
                        : value->is_number_integer() && value->get<int64_t>() <= high;
  if (!fits || value->get<int64_t>() < low) {
    fail(key, "an integer from " + std::to_string(low) + " to " + std::to_string(high), *value);
    return low;
  }
  return value->get<int>();
}

uint64_t JsonFields::count(const char* key, uint64_t high) {
  const Json* value = find(key);
  if (value == nullptr) return 0;
  if (!value->is_number_unsigned() || value->get<uint64_t>() > high) {
    fail(key, "an integer from 0 to " + std::to_string(high), *value);
    return 0;
  }
  return value->get<uint64_t>();
}

double JsonFields::number(const char* key, double low, double high) {
  const Json* value = find(key);
  if (value == nullptr) return low;
  if (!value->is_number() || value->get<double>() < low || value->get<double>() > high) {
    fail(key, "a number from " + Json(low).dump() + " to " + Json(high).dump(), *value);
    return low;
  }
  return value->get<double>();
}

bool JsonFields::boolean(const char* key) {
  const Json* value = find(key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) fail(key, "true or false", *value);
  return *value == true;
}

std::string JsonFields::text(const char* key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_string() || value->get_ref<const std::string&>().empty()) {
    fail(key, "a text", *value);
    return {};
  }
  return value->get<std::string>();
}

const Json& JsonFields::object(const char* key) {
  static const Json kNone = Json::object();
  const Json* value = find(key);
  if (value == nullptr) return kNone;
  if (!value->is_object()) {
    fail(key, "an object", *value);
    return kNone;
  }
  return *value;
}

std::vector<double> JsonFields::numbers(const char* key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_array() || !std::ranges::all_of(*value, &Json::is_number)) {
    fail(key, "a list of numbers", *value);
    return {};
  }
  return value->get<std::vector<double>>();
}

std::vector<std::string> JsonFields::texts(const char* key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_array() || !std::ranges::all_of(*value, &Json::is_string)) {
    fail(key, "a list of texts", *value);
    return {};
  }
  return value->get<std::vector<std::string>>();
}

bool JsonFields::has(const char* key) {
  ask(key);
  return object_.contains(key);
}

Status JsonFields::end() {
  for (const auto& [key, value] : object_.items()) {
    if (std::ranges::find(asked_, key) != asked_.end()) continue;
    std::string known;
    for (const std::string_view each : asked_) {
      known += (known.empty() ? "" : ", ") + std::string(each);
    }
    fail("there is no " + quote(path_ + key) + "; known: " + known);
  }
  return status_;
}

void JsonFields::fail(const char* key, const std::string& expected, const Json& got) {
  fail(path_ + key + " must be " + expected + ", got " + excerpt(got));
}

void JsonFields::fail(const std::string& message) {
  if (status_.ok()) status_ = {source_.code, std::string(source_.prefix) + message};
}

void JsonFields::ask(std::string_view key) {
  if (std::ranges::find(asked_, key) == asked_.end()) asked_.push_back(key);
}

const Json* JsonFields::find(const char* key) {
  ask(key);
  const auto found = object_.find(key);
  if (found != object_.end()) return &*found;
  fail(path_ + key + " is missing");
  return nullptr;
}

}  // namespace divisi::nn
