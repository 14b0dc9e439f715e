// JsonFields: reads the members of a JSON object that nobody has checked, one after another.
//
//   struct FrontEnd {
//     int hop = 0;
//     std::string window;
//   };
//   Result<FrontEnd> read(const Json& document) {
//     JsonFields fields(document, "divisi.task: frontEnd.");
//     const FrontEnd read{.hop = fields.integer("hop", 1, 65536), .window = fields.text("window")};
//     if (!fields.status().ok()) return fields.status();   // divisi.task: frontEnd.hop is missing
//     return read;
//   }
//
// It serves documents of a model file (faults are kBadModel) and options (kBadOption) alike.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "divisi/status.h"

namespace divisi {

/// Remembers the first fault, so that the caller checks once. A getter that finds a fault gives the
/// lowest, or an empty, value.
class JsonFields {
 public:
  /// @param object borrowed, as the keys that are asked for.
  /// @param path what messages put before a key. One that ends in a quote gets it behind the key
  /// too: "node 3 (pad): '".
  JsonFields(const Json& object, std::string path, StatusCode fault = StatusCode::kBadModel)
      : object_(object), path_(std::move(path)), fault_(fault) {}

  [[nodiscard]] bool has(std::string_view key);
  /// Whether the member is there and is a list.
  [[nodiscard]] bool hasList(std::string_view key);

  template <std::integral T>
  T integer(std::string_view key, T low, T high) {
    return static_cast<T>(checkedInteger(key, low, high));
  }

  /// A list of `count` integers; `count` of 0 means any number of them.
  std::vector<int64_t> integers(std::string_view key, size_t count, int64_t low, int64_t high);

  /// An integer from 0 to `high`, which is below 2^63.
  uint64_t count(std::string_view key, uint64_t high) {
    return static_cast<uint64_t>(checkedInteger(key, 0, static_cast<int64_t>(high)));
  }

  /// A finite number.
  double number(std::string_view key);
  double number(std::string_view key, double low, double high);

  bool boolean(std::string_view key);

  /// A text that is not empty.
  std::string text(std::string_view key);

  /// A list of finite numbers, which may be empty.
  std::vector<double> numbers(std::string_view key);

  /// A list of texts, which may be empty themselves.
  std::vector<std::string> texts(std::string_view key);

  const Json& object(std::string_view key);
  /// The same, and an empty object where there is none.
  const Json& objectOrEmpty(std::string_view key);

  /// A list of 1 to `most` entries.
  const Json& list(std::string_view key, size_t most);

  /// Says that the key is read elsewhere, for end().
  void ignore(std::string_view key) { ask(key); }
  /// Refuses keys that nobody has asked for.
  /// @param unknown the code for them; by default that of bad values.
  [[nodiscard]] Status end(StatusCode unknown);
  [[nodiscard]] Status end() { return end(fault_); }

  /// Records that the member must be what `expected` says.
  void fail(std::string_view key, const std::string& expected, const Json& got);
  /// Records any other fault of a member: `message` follows its name.
  void fail(std::string_view key, const std::string& message);
  void fail(Status status);

  /// The key as messages name it.
  [[nodiscard]] std::string name(std::string_view key) const;
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  void ask(std::string_view key);
  const Json* find(std::string_view key);
  int64_t checkedInteger(std::string_view key, int64_t low, int64_t high);

  const Json& object_;
  std::string path_;
  StatusCode fault_;
  std::vector<std::string_view> asked_;  // of the caller: literals, most of them
  Status status_;
};

/// Checks that the `version` of a model file's document is one that this build reads.
/// @param where names the document in messages.
/// @return kBadModel (no such number), kUnsupported (a newer version).
Status checkVersion(const Json& document, const std::string& where);

}  // namespace divisi
