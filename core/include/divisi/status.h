// Status and Result: how every fallible function of the core reports what went wrong.
//
//   Result<int> half(int number) {
//     if (number % 2 == 0) return number / 2;
//     return Status{StatusCode::kBadOption, "expected an even number: " + std::to_string(number)};
//   }
//   Status quarter(int number, int& quarter) {
//     Result<int> result = half(number);
//     if (result.ok()) result = half(result.value());
//     if (!result.ok()) return result.status();
//     quarter = result.value();
//     return {};
//   }
//
// The core is built without exceptions. A caller's mistake (bad audio, bad model, wrong order of
// calls) is a Status; a broken invariant of the core itself is an assert.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace divisi {

/// The kinds of failure. `codeName` gives the word that JavaScript sees in `DivisiError.code`.
enum class StatusCode {
  kOk,
  kBadAudio,     ///< "bad-audio": sample rate, channel count or sample values cannot be used
  kBadModel,     ///< "bad-model": the model file is damaged or says something impossible
  kBadOption,    ///< "bad-option": an option's value is outside what it allows
  kUnsupported,  ///< "unsupported": well formed, but this build cannot do it
  kOutOfMemory,  ///< "out-of-memory"
  kClosed,       ///< "closed": the stream has been finished or the object closed
  kInternal,     ///< "internal": a fault of divisi's own; please report it
};

/// The word for a code in every layer above the core, for example "bad-audio".
[[nodiscard]] const char* codeName(StatusCode code);

/// Success, or a code with a message that names the offending value ("expected 1 to 8 channels,
/// got 9").
class [[nodiscard]] Status {
 public:
  /// Success.
  Status() = default;
  /// A failure.
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  /// Whether this is success.
  [[nodiscard]] bool ok() const { return code_ == StatusCode::kOk; }
  /// The kind of failure; kOk for success.
  [[nodiscard]] StatusCode code() const { return code_; }
  /// What went wrong, with the value; empty for success.
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

/// A value, or the Status that says why there is none. Convertible from both.
template <typename T>
class [[nodiscard]] Result {
 public:
  /// A value.
  Result(T value) : value_(std::move(value)) {}  // NOLINT
  /// A failure. Precondition: !status.ok().
  Result(Status status) : status_(std::move(status)) { assert(!status_.ok()); }  // NOLINT

  /// Whether there is a value.
  [[nodiscard]] bool ok() const { return value_.has_value(); }
  /// Why there is no value; success where there is one.
  [[nodiscard]] const Status& status() const { return status_; }
  /// The value. Precondition: ok().
  [[nodiscard]] T& value() {
    assert(ok());
    return *value_;
  }
  /// The value. Precondition: ok().
  [[nodiscard]] const T& value() const {
    assert(ok());
    return *value_;
  }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace divisi
