#include "data/annotations/delimited.h"

#include <algorithm>
#include <array>

#include "data/annotations/lines.h"
#include "data/annotations/rows.h"
#include "data/annotations/text_limits.h"

namespace saccade {
namespace {

/// The end of an unquoted field: the separator or the end of the line.
std::size_t field_end(std::string_view text, char separator) {
  const std::array<char, 2> stops{separator, '\n'};
  return std::min(text.find_first_of(std::string_view(stops.data(), stops.size())), text.size());
}

}  // namespace

TableReader::TableReader(const std::filesystem::path& path, char separator, Quoting quoting)
    : file_(path), rest_(text_of(file_)), separator_(separator), quoting_(quoting) {}

void TableReader::skip_line() {
  const auto end = rest_.find('\n');
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  ++line_;
}

std::optional<TableRow> TableReader::next() {
  while (!rest_.empty()) {
    if (!trimmed(rest_.substr(0, std::min(rest_.find('\n'), kMaxRecordBytes))).empty()) break;
    skip_line();
  }
  if (rest_.empty()) return {};
  const auto start = rest_;
  const auto start_line = line_;
  auto row = read_row();
  if (!row.problem.empty()) {  // a quotation mark left open would swallow the rows that follow
    rest_ = start;
    line_ = start_line;
    skip_line();
  }
  return row;
}

TableRow TableReader::read_row() {
  TableRow row{.line = line_};
  const auto start_size = rest_.size();
  while (true) {
    if (row.fields.size() == kMaxColumns) {
      row.problem = "the row has more than " + std::to_string(kMaxColumns) + " columns";
      return row;
    }
    if (quoting_ == Quoting::kDouble && rest_.starts_with('"')) {
      row.fields.push_back(read_quoted_field(row));
    } else {
      const auto end = field_end(rest_, separator_);
      auto field = rest_.substr(0, end);
      rest_.remove_prefix(end);
      if ((rest_.empty() || rest_[0] == '\n') && field.ends_with('\r')) field.remove_suffix(1);
      if (field.size() <= kMaxRecordBytes) row.fields.emplace_back(field);
    }
    if (start_size - rest_.size() > kMaxRecordBytes) row.problem = "the row is longer than 1 MiB";
    if (!row.problem.empty()) return row;

    const bool at_end = rest_.empty() || rest_[0] == '\n';
    if (!rest_.empty()) rest_.remove_prefix(1);
    if (at_end) {
      ++line_;
      return row;
    }
  }
}

std::string TableReader::read_quoted_field(TableRow& row) {
  std::string field;
  rest_.remove_prefix(1);
  while (true) {
    const auto quote = rest_.substr(0, kMaxRecordBytes).find('"');
    if (quote == std::string_view::npos || field.size() > kMaxRecordBytes) {
      row.problem = "a quotation mark is opened and not closed";
      return field;
    }
    line_ += std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(quote), '\n');
    field += rest_.substr(0, quote);
    rest_.remove_prefix(quote + 1);
    if (!rest_.starts_with('"')) break;
    field += '"';
    rest_.remove_prefix(1);
  }
  if (rest_.starts_with("\r\n") || rest_ == "\r") rest_.remove_prefix(1);
  if (!rest_.empty() && rest_[0] != separator_ && rest_[0] != '\n')
    row.problem = "text stands behind a closing quotation mark; a mark inside is written twice";
  return field;
}

}  // namespace saccade
