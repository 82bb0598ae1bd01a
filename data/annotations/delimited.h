#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/files/mapped_file.h"

namespace saccade {

enum class Quoting {
  kNone,    ///< a quotation mark is a character like any other
  kDouble,  ///< RFC 4180: "a, ""b""" is one field; line breaks are allowed in it
};

struct TableRow {
  int64_t line = 0;  ///< where the row starts, 1-based
  std::vector<std::string> fields;
  std::string problem;  ///< why the row cannot be used; empty: it can
};

/// Rows of a table in a text file. A row that is broken is given with its problem, and reading goes on at the next line. Blank lines are
/// passed over.
class TableReader {
 public:
  TableReader(const std::filesystem::path& path, char separator, Quoting quoting);
  std::optional<TableRow> next();

 private:
  TableRow read_row();
  std::string read_quoted_field(TableRow& row);
  void skip_line();

  MappedFile file_;
  std::string_view rest_;
  char separator_;
  Quoting quoting_;
  int64_t line_ = 1;
};

}  // namespace saccade
