#include "separation/stem_selection.h"

#include <algorithm>

#include "base/text.h"

namespace divisi::separation {
namespace {

Result<size_t> indexOf(const std::vector<std::string>& stems, const std::string& name) {
  const auto found = std::ranges::find(stems, name);
  if (found != stems.end()) return static_cast<size_t>(found - stems.begin());
  std::string known;
  for (const std::string& stem : stems) known += (known.empty() ? "" : ", ") + stem;
  return Status(StatusCode::kBadOption,
                "stem " + quote(name) + " is not one of the model's: " + known);
}

}  // namespace

Result<StemSelection> selectStems(const SeparationMethod& method, const SeparationPlan& plan,
                                  const std::vector<std::string>& names) {
  const std::vector<std::string>& asked = names.empty() ? method.stems() : names;
  std::vector<size_t> wanted;
  for (const std::string& name : asked) {
    const Result<size_t> index = indexOf(method.stems(), name);
    if (!index.ok()) return index.status();
    if (std::ranges::count(asked, name) > 1) {
      return Status(StatusCode::kBadOption, "stem " + quote(name) + " is asked for twice");
    }
    wanted.push_back(index.value());
  }
  const auto isRemainder = [&](size_t stem) { return plan.remainder() == stem; };
  StemSelection selection;
  selection.hasRemainder = std::ranges::any_of(wanted, isRemainder);
  for (size_t stem = 0; stem < method.stems().size(); ++stem) {
    const bool isWanted = std::ranges::find(wanted, stem) != wanted.end();
    // The remainder is what all others leave; and so is what is shared out.
    const bool takesAll = selection.hasRemainder || plan.sharesResidual();
    if (!isRemainder(stem) && (isWanted || takesAll)) {
      selection.rendered.push_back(stem);
    }
  }
  for (const size_t stem : wanted) {
    const auto found = std::ranges::find(selection.rendered, stem);
    const auto place = static_cast<int>(found - selection.rendered.begin());
    selection.stems.push_back({method.stems()[stem], isRemainder(stem) ? -1 : place});
  }
  return selection;
}

}  // namespace divisi::separation
