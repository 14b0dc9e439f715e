// Which of a model's stems come out, and which the networks' estimates have to be rendered for.
#pragma once

#include <string>
#include <vector>

#include "divisi/status.h"
#include "separation/method/separation_method.h"

namespace divisi::separation {

struct StemSelection {
  struct Stem {
    std::string name;
    int rendered = -1;  ///< index into `rendered`; -1: the remainder
  };
  std::vector<Stem> stems;       ///< in the order asked for
  std::vector<size_t> rendered;  ///< indices into the method's stems
  bool hasRemainder = false;
};

/// @param names a subset of the method's stems; empty means all.
/// @return kBadOption naming a stem that the model does not have, or that is asked for twice.
Result<StemSelection> selectStems(const SeparationMethod& method, const SeparationPlan& plan,
                                  const std::vector<std::string>& names);

}  // namespace divisi::separation
