// Layout: how the tensor at a port of a network is ordered, from words as einops has them
// (Rogozhnikov, "Einops: Clear and Reliable Tensor Manipulations with Einstein-like Notation",
// ICLR 2022): "bins columns (channels parts)".
//
//   size_t placeOf(const Layout& layout, const AxisSizes& sizes, size_t bin, size_t column) {
//     return bin * layout.stride(Axis::kBins, sizes) + column * layout.stride(Axis::kColumns,
//     sizes);
//   }
//
// Parentheses merge axes into one of the tensor's, which does not change where elements lie.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "divisi/status.h"

namespace divisi::separation {

enum class Axis { kFrames, kColumns, kBins, kChannels, kParts, kStems };
inline constexpr size_t kAxisCount = 6;

/// The number of indices of each Axis.
using AxisSizes = std::array<int64_t, kAxisCount>;

class Layout {
 public:
  /// @return kBadModel for what is no layout, with the word.
  static Result<Layout> parse(std::string_view text);

  [[nodiscard]] bool has(Axis axis) const;
  [[nodiscard]] std::vector<int64_t> shape(const AxisSizes& sizes) const;
  /// Elements from one index of the axis to the next; 0 where the tensor does not have it.
  [[nodiscard]] size_t stride(Axis axis, const AxisSizes& sizes) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::vector<Axis>> axes_;  // of the tensor; each merges these, or is of size 1
};

/// The word for an axis.
[[nodiscard]] std::string_view wordOf(Axis axis);

}  // namespace divisi::separation
