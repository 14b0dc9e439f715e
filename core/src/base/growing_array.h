// GrowingArray: numbers that are appended for as long as a song lasts, in memory that may run out.
//
//   bool keep(GrowingArray<int16_t>& rows, std::span<const int16_t> row) { return rows.append(row);
//   }
//
// std::vector would end the program where FloatBuffer's like says no (float_buffer.h).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <type_traits>

namespace divisi {

template <typename T>
class GrowingArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// @return false when memory ran out; the array is then as before.
  [[nodiscard]] bool append(std::span<const T> values) {
    if (!reserve(size_ + values.size())) return false;
    std::copy(values.begin(), values.end(), data_.get() + size_);
    size_ += values.size();
    return true;
  }
  [[nodiscard]] bool append(T value) { return append({&value, 1}); }

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] T* data() { return data_.get(); }
  [[nodiscard]] const T* data() const { return data_.get(); }
  [[nodiscard]] std::span<const T> span() const { return {data_.get(), size_}; }

  /// Gives the memory back.
  void clear() {
    data_.reset();
    size_ = capacity_ = 0;
  }

 private:
  [[nodiscard]] bool reserve(size_t count) {
    if (count <= capacity_) return true;
    // Half as much again keeps both the copies and what lies unused small.
    const size_t wanted = std::max(count, capacity_ + capacity_ / 2);
    if (wanted > SIZE_MAX / sizeof(T)) return false;
    auto* larger = static_cast<T*>(std::realloc(data_.get(), wanted * sizeof(T)));
    if (larger == nullptr) return false;
    static_cast<void>(data_.release());  // realloc has freed or kept it
    data_.reset(larger);
    capacity_ = wanted;
    return true;
  }

  struct Free {
    void operator()(T* values) const { std::free(values); }
  };
  std::unique_ptr<T[], Free> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace divisi
