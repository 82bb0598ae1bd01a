/// The table of a comparison: a row a kind, over its seeds.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipeline/comparison/compare_kinds.h"

namespace saccade {

struct ComparisonTable {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;  ///< in the order of the kinds' first results
  std::vector<std::string> reasons;            ///< why attention is not healthy, or could not be judged: "KIND, seed N: ..."
};

/// Scores times 100. Where there are several seeds, means and "±" their standard deviation (over N - 1), and of how many where not all
/// have the value. Columns that no result fills are left out.
ComparisonTable comparison_table(std::span<const KindResult> results);

std::string to_text(const ComparisonTable& table);  ///< with the reasons below
std::string to_csv(const ComparisonTable& table);
std::string to_markdown(const ComparisonTable& table);
/// One page: the table, and how the kinds learned, by the logs of their runs below `runs`.
std::string to_html(const ComparisonTable& table, std::span<const KindResult> results, const std::filesystem::path& runs);

}  // namespace saccade
