#include "data/annotations/readers.h"
#include "data/annotations/table.h"

namespace saccade {

Annotations read_tsv(const std::filesystem::path& path) { return read_table(path, '\t', Quoting::kNone); }

}  // namespace saccade
