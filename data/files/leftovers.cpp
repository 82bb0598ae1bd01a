#include "data/files/leftovers.h"

#include <algorithm>

#include "data/files/atomic_file.h"

namespace saccade {

bool holds_only_leftovers(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator entries(folder);
  return std::all_of(begin(entries), end(entries),
                     [](const auto& entry) { return is_left_by_killed_process(entry.path().filename().string()); });
}

}  // namespace saccade
