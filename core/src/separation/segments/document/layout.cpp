#include "separation/segments/document/layout.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace divisi::separation {
namespace {

constexpr std::array<std::string_view, kAxisCount> kWords = {"frames",   "columns", "bins",
                                                             "channels", "parts",   "stems"};

std::optional<Axis> axisOf(std::string_view word) {
  const auto* const found = std::ranges::find(kWords, word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<Axis>(found - kWords.begin());
}

/// Words and parentheses.
std::vector<std::string_view> tokensOf(std::string_view text) {
  std::vector<std::string_view> tokens;
  for (size_t begin = 0; begin < text.size();) {
    if (text[begin] == ' ') {
      ++begin;
      continue;
    }
    size_t end = begin + 1;
    if (text[begin] != '(' && text[begin] != ')') {
      end = std::min(text.find_first_of(" ()", begin), text.size());
    }
    tokens.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return tokens;
}

}  // namespace

std::string_view wordOf(Axis axis) { return kWords[static_cast<size_t>(axis)]; }

Result<Layout> Layout::parse(std::string_view text) {
  Layout layout;
  layout.text_ = text;
  const auto fault = [&](const std::string& what) {
    return badModel("layout " + quote(text) + ": " + what);
  };
  bool merging = false;
  for (const std::string_view token : tokensOf(text)) {
    if (token == "(" || token == ")") {
      if (merging == (token == "(")) return fault("parentheses that do not match");
      merging = token == "(";
      if (merging) layout.axes_.emplace_back();
      continue;
    }
    if (!merging) layout.axes_.emplace_back();
    if (token == "1") continue;
    const std::optional<Axis> axis = axisOf(token);
    if (!axis) {
      return fault("there is no axis " + quote(token) +
                   "; known: frames, columns, bins, channels, parts, stems, 1");
    }
    if (layout.has(*axis)) return fault(quote(token) + " twice");
    layout.axes_.back().push_back(*axis);
  }
  if (merging) return fault("parentheses that do not match");
  if (layout.axes_.empty()) return fault("no axis");
  return layout;
}

bool Layout::has(Axis axis) const {
  return std::ranges::any_of(axes_, [&](const std::vector<Axis>& merged) {
    return std::ranges::find(merged, axis) != merged.end();
  });
}

std::vector<int64_t> Layout::shape(const AxisSizes& sizes) const {
  std::vector<int64_t> shape;
  for (const std::vector<Axis>& merged : axes_) {
    shape.push_back(1);
    for (const Axis axis : merged) shape.back() *= sizes[static_cast<size_t>(axis)];
  }
  return shape;
}

size_t Layout::stride(Axis axis, const AxisSizes& sizes) const {
  if (!has(axis)) return 0;
  int64_t stride = 1;
  for (auto merged = axes_.rbegin(); merged != axes_.rend(); ++merged) {
    for (auto each = merged->rbegin(); each != merged->rend(); ++each) {
      if (*each == axis) return static_cast<size_t>(stride);
      stride *= sizes[static_cast<size_t>(*each)];
    }
  }
  return 0;
}

}  // namespace divisi::separation
