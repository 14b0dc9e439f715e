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

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
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

/// Remembers the first fault, so that the caller checks once; values are then of no use.
class JsonFields {
 public:
  /// @param object borrowed. @param path what leads to it, for messages: "frontEnd."
  JsonFields(const Json& object, std::string path, const JsonSource& source = {})
      : object_(object), path_(std::move(path)), source_(source) {}

  int integer(const char* key, int low, int high);
  /// An integer from 0 to `high`, which doubles hold exactly.
  uint64_t count(const char* key, uint64_t high);
  double number(const char* key, double low, double high);
  bool boolean(const char* key);
  /// Not empty.
  std::string text(const char* key);
  const Json& object(const char* key);
  /// Lists of any length.
  std::vector<double> numbers(const char* key);
  std::vector<std::string> texts(const char* key);

  [[nodiscard]] bool has(const char* key);
  [[nodiscard]] const Status& status() const { return status_; }

  /// Refuses keys that nobody has asked for.
  [[nodiscard]] Status end();

  /// A fault of the caller's own finding.
  void fail(const char* key, const std::string& expected, const Json& got);

 private:
  void fail(const std::string& message);
  void ask(std::string_view key);
  /// Null, and a fault, when there is none.
  const Json* find(const char* key);

  const Json& object_;
  std::string path_;
  JsonSource source_;
  std::vector<std::string_view> asked_;
  Status status_;
};

}  // namespace divisi::nn
