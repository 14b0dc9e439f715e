// JsonFields: reads the members of a JSON object that nobody has checked, one after another.
//
//   JsonFields fields(document, "");
//   task.hop = fields.integer("hop", 1, 65536);
//   task.title = fields.text("title");
//   if (!fields.status().ok()) return fields.status();
//
// What it says of faults names the key and the value, for example "divisi.task: hop must be an
// integer from 1 to 65536, got 0".
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "divisi/status.h"

namespace divisi::nn {

/// Whose fault a bad value is, and what stands before the key in messages.
struct JsonSource {
  StatusCode code = StatusCode::kBadModel;
  std::string_view prefix = "divisi.task: ";
};

/// kBadModel, saying that the fault is in the task.
inline Status badTask(const std::string& message) {
  return {StatusCode::kBadModel, "divisi.task: " + message};
}

/// Remembers the first fault, so that the caller checks once.
class JsonFields {
 public:
  /// @param object borrowed. @param path what leads to it, for messages: "frontEnd."
  JsonFields(const Json& object, std::string path, const JsonSource& source = {})
      : object_(object), path_(std::move(path)), source_(source) {}

  int integer(const char* key, int low, int high) {
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

  double number(const char* key, double low, double high) {
    const Json* value = find(key);
    if (value == nullptr) return low;
    if (!value->is_number() || value->get<double>() < low || value->get<double>() > high) {
      fail(key, "a number from " + Json(low).dump() + " to " + Json(high).dump(), *value);
      return low;
    }
    return value->get<double>();
  }

  std::string text(const char* key) {
    const Json* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_string() || value->get_ref<const std::string&>().empty()) {
      fail(key, "a text", *value);
      return {};
    }
    return value->get<std::string>();
  }

  const Json& object(const char* key) {
    static const Json kNone = Json::object();
    const Json* value = find(key);
    if (value == nullptr) return kNone;
    if (!value->is_object()) {
      fail(key, "an object", *value);
      return kNone;
    }
    return *value;
  }

  [[nodiscard]] bool has(const char* key) {
    ask(key);
    return object_.contains(key);
  }
  [[nodiscard]] const Status& status() const { return status_; }

  /// Refuses keys that nobody has asked for.
  [[nodiscard]] Status end() {
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

  void fail(const char* key, const std::string& expected, const Json& got) {
    fail(path_ + key + " must be " + expected + ", got " + excerpt(got));
  }

 private:
  void ask(std::string_view key) {
    if (std::ranges::find(asked_, key) == asked_.end()) asked_.push_back(key);
  }

  void fail(const std::string& message) {
    if (status_.ok()) status_ = {source_.code, std::string(source_.prefix) + message};
  }

  const Json* find(const char* key) {
    ask(key);
    const auto found = object_.find(key);
    if (found != object_.end()) return &*found;
    fail(path_ + key + " is missing");
    return nullptr;
  }

  const Json& object_;
  std::string path_;
  JsonSource source_;
  std::vector<std::string_view> asked_;
  Status status_;
};

}  // namespace divisi::nn
