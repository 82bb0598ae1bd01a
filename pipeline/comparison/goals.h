/// Whether attention came to what it should.
#pragma once

#include <string>
#include <vector>

#include "pipeline/comparison/compare_kinds.h"

namespace saccade {

/// What `result` lacks of the goal of its kind, in sentences; empty: nothing.
std::vector<std::string> missed_goals(const KindResult& result, const AttentionGoal& goal);

}  // namespace saccade
