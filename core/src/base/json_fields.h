// FieldReader: reads the members of a `divisi.task` document one after another.
//
//   struct Options {
//     int hop = 0;
//     std::string title;
//   };
//   Result<Options> parse(const Json& document) {
//     FieldReader fields(document, "");
//     const Options options{.hop = fields.integer("hop", 1, 65536), .title = fields.text("title")};
//     if (!fields.status().ok()) return fields.status();
//     return options;
//   }
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/json.h"
#include "divisi/status.h"

namespace divisi::tasks {

using nn::Json;

/// kBadModel, saying that the fault is in the task.
inline Status badTask(const std::string& message) {
  return {StatusCode::kBadModel, "divisi.task: " + message};
}

/// Remembers the first fault, so that the caller checks once.
class FieldReader {
 public:
  FieldReader(const Json& object, std::string path) : object_(object), path_(std::move(path)) {}

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

  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
  [[nodiscard]] const Status& status() const { return status_; }

  void fail(const char* key, const std::string& expected, const Json& got) {
    if (!status_.ok()) return;
    status_ = badTask(path_ + key + " must be " + expected + ", got " + nn::excerpt(got));
  }

 private:
  const Json* find(const char* key) {
    const auto found = object_.find(key);
    if (found != object_.end()) return &*found;
    if (status_.ok()) status_ = badTask(path_ + key + " is missing");
    return nullptr;
  }

  const Json& object_;
  std::string path_;
  Status status_;
};

}  // namespace divisi::tasks
