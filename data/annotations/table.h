#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/annotations/annotations.h"
#include "data/annotations/delimited.h"

namespace saccade {

/// Which columns of a table hold what.
struct TableColumns {
  std::size_t file = 0, caption = 1, count = 2;
  std::optional<std::size_t> split, id, number;  ///< number: Flickr30k's comment_number
  bool has_header = false;
};

/// From the names in a header ("image,caption", "file_name,text", ...), or, where the first row is none, from which field looks like a
/// picture's name. None: no such table.
std::optional<TableColumns> find_columns(const std::vector<std::string>& first_row);

/// Puts a last field together again that a separator within it, which nobody quoted, has cut.
void join_last_field(std::vector<std::string>& fields, std::size_t count, char separator);

/// Throws Error if the first row shows no columns of pictures and captions.
Annotations read_table(const std::filesystem::path& path, char separator, Quoting quoting);

/// The separator that the first line speaks for: comma, vertical bar, semicolon or tab.
char likely_separator(std::string_view first_line);

}  // namespace saccade
