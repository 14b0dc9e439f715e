#include "nn/algebra/reduction.h"

#include <algorithm>
#include <limits>

#include "base/lanes.h"

namespace divisi::nn {
namespace {

// By reference: how eight words are passed by value differs between compilers.
struct Sum {
  static constexpr double kStart = 0;
  static void join(DoubleLanes& all, const DoubleLanes& more) { all += more; }
};

// Not a number where one of the elements isn't, as in numpy.
struct Maximum {
  static constexpr double kStart = -std::numeric_limits<double>::infinity();
  static void join(DoubleLanes& all, const DoubleLanes& more) {
    // NOLINTNEXTLINE(misc-redundant-expression): only what is not a number differs from itself
    all = ((all > more) | (all != all)) ? all : more;
  }
};

template <typename Kind>
constexpr DoubleLanes kNothing = {Kind::kStart, Kind::kStart, Kind::kStart, Kind::kStart};

// A minimum is the maximum of the negatives: `sign` is -1.
template <typename Kind>
class Reducer {
 public:
  Reducer(const ReductionPlan& plan, double sign) : plan_(plan), sign_(sign) {
    // One of the two lists ends with the axis whose elements lie side by side.
    inRows_ = plan.kept.empty() || plan.kept.back().strides[0] != 1;
    std::vector<Axis>& shortened = inRows_ ? reduced_ : kept_;
    reduced_ = plan.reduced;
    kept_ = plan.kept;
    if (shortened.empty()) return;
    length_ = shortened.back().count;
    shortened.pop_back();
  }

  void run(const float* x, float* y) const {
    forEachIndex(kept_, [&](const auto& at) {
      if (inRows_) {
        *y++ = alongRow(x + at[0]);
      } else {
        acrossRows(x + at[0], y);
        y += length_;
      }
    });
  }

 private:
  void join(DoubleLanes& sums, const float* x) const {
    Kind::join(sums, __builtin_convertvector(loadLanes(x), DoubleLanes) * sign_);
  }

  // One result: the elements side by side are joined, too.
  float alongRow(const float* x) const {
    DoubleLanes sums = kNothing<Kind>;
    forEachIndex(reduced_, [&](const auto& at) {
      const float* row = x + at[0];
      size_t i = 0;
      for (; i + kLanes <= length_; i += kLanes) join(sums, row + i);
      if (i == length_) return;
      DoubleLanes rest = kNothing<Kind>;
      for (size_t lane = 0; i + lane < length_; ++lane) {
        rest[lane] = sign_ * static_cast<double>(row[i + lane]);
      }
      Kind::join(sums, rest);
    });
    Kind::join(sums, DoubleLanes{sums[2], sums[3], sums[0], sums[1]});
    Kind::join(sums, DoubleLanes{sums[1], sums[0], sums[3], sums[2]});
    return static_cast<float>(sums[0] * sign_ * plan_.factor);
  }

  // Results side by side, of which four at a time are computed.
  void acrossRows(const float* x, float* y) const {
    for (size_t first = 0; first < length_; first += kLanes) {
      DoubleLanes sums = kNothing<Kind>;
      forEachIndex(reduced_, [&](const auto& at) { join(sums, x + first + at[0]); });
      const Lanes result = __builtin_convertvector(sums * (sign_ * plan_.factor), Lanes);
      for (size_t lane = 0; lane < std::min(kLanes, length_ - first); ++lane) {
        y[first + lane] = result[lane];
      }
    }
  }

  const ReductionPlan& plan_;
  double sign_;
  bool inRows_;
  size_t length_ = 1;
  std::vector<Axis> kept_;
  std::vector<Axis> reduced_;
};

}  // namespace

void reduceAxes(const ReductionPlan& plan, const float* x, float* y) {
  if (plan.kind == Reduction::kSum) {
    Reducer<Sum>(plan, 1).run(x, y);
  } else {
    Reducer<Maximum>(plan, plan.kind == Reduction::kMinimum ? -1 : 1).run(x, y);
  }
}

}  // namespace divisi::nn
