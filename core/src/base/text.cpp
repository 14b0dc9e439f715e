#include "base/text.h"

namespace divisi {

std::string quote(std::string_view name) {
  constexpr size_t kLongest = 80;
  if (name.size() <= kLongest) return "'" + std::string(name) + "'";
  size_t end = kLongest;
  // Not in the middle of a UTF-8 sequence: continuation bytes are 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return "'" + std::string(name.substr(0, end)) + "...'";
}

}  // namespace divisi
