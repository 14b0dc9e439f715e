// EventQueue: events of an output that wait to be pulled, first in first out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "base/growing_array.h"
#include "divisi/stream.h"

namespace divisi::task {

class EventQueue {
 public:
  /// @return false when memory ran out.
  [[nodiscard]] bool push(const Event& event) { return events_.append(event); }

  [[nodiscard]] size_t available() const { return events_.size() - pulled_; }

  /// Moves the oldest events to the caller's. @return how many.
  size_t pull(std::span<Event> events) {
    const size_t count = std::min(events.size(), available());
    std::ranges::copy(events_.span().subspan(pulled_, count), events.begin());
    pulled_ += count;
    if (available() > 0) return count;
    events_.clear();
    pulled_ = 0;
    return count;
  }

 private:
  GrowingArray<Event> events_;
  size_t pulled_ = 0;
};

}  // namespace divisi::task
