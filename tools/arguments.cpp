#include "tools/arguments.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>
#include <iostream>
#include <map>
#include <numeric>
#include <sstream>

namespace saccade {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kHelpWidth = 96, kOptionColumn = 28;

std::string joined(const std::vector<std::string>& names, const std::string& separator) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : separator) + name;
  return text;
}

/// Lines of at most kHelpWidth columns, each but the first indented.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::istringstream words(text);
  std::string result, word;
  std::size_t column = indent;
  while (words >> word) {
    if (column > indent && column + 1 + word.size() > kHelpWidth) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

std::string range_text(WholeRange range) {
  const auto least = std::to_string(range.least);
  return range.most == WholeRange{}.most ? "a whole number of at least " + least
                                         : "a whole number from " + least + " to " + std::to_string(range.most);
}

std::string real_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string range_text(RealRange range) {
  const bool below = range.least != RealRange{}.least, above = range.most != RealRange{}.most;
  if (below && above) return "a number from " + real_text(range.least) + " to " + real_text(range.most);
  if (below) return "a number of at least " + real_text(range.least);
  return above ? "a number of at most " + real_text(range.most) : "a number";
}

/// Levenshtein's distance: letters to insert, delete or replace.
std::size_t edit_distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const auto replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

}  // namespace

int64_t parse_whole_number(const std::string& text, WholeRange range) {
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value < range.least || value > range.most) {
    throw std::invalid_argument("expected " + range_text(range));
  }
  return value;
}

double parse_real_number(const std::string& text, RealRange range) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value < range.least || value > range.most) {
    throw std::invalid_argument("expected " + range_text(range));
  }
  return value;
}

void check_is_one_of(const std::string& text, const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), text) == names.end()) throw std::invalid_argument("expected one of " + joined(names, ", "));
}

std::string nearest_name(const std::string& name, const std::vector<std::string>& names) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const auto& candidate : names) {
    const bool is_beginning = name.size() >= 3 && candidate.starts_with(name);
    const auto distance = is_beginning ? 0 : edit_distance(name, candidate);
    if (distance < least) least = distance, nearest = candidate;
  }
  return nearest;
}

CommandLine& CommandLine::group(std::string heading) {
  heading_ = std::move(heading);
  return *this;
}

CommandLine& CommandLine::add(Option option) {
  option.heading = heading_;
  options_.push_back(std::move(option));
  return *this;
}

CommandLine& CommandLine::flag(std::string name, bool* target, std::string help) {
  return add({"", std::move(name), "", std::move(help), [target](const std::string&) { *target = true; }, Occurrence::kFlag});
}

CommandLine& CommandLine::option(std::string name, std::string placeholder, ValueReader reader, std::string help) {
  return add({"", std::move(name), std::move(placeholder), std::move(help), std::move(reader), Occurrence::kOptional});
}

CommandLine& CommandLine::required(std::string name, std::string placeholder, ValueReader reader, std::string help) {
  return add({"", std::move(name), std::move(placeholder), std::move(help), std::move(reader), Occurrence::kRequired});
}

CommandLine& CommandLine::repeated(std::string name, std::string placeholder, ValueReader reader, std::string help) {
  return add({"", std::move(name), std::move(placeholder), std::move(help), std::move(reader), Occurrence::kRepeated});
}

CommandLine& CommandLine::operands(std::string placeholder, ValueReader reader, WholeRange range) {
  operand_placeholder_ = std::move(placeholder);
  operand_reader_ = std::move(reader);
  operand_range_ = range;
  return *this;
}

const CommandLine::Option* CommandLine::find(const std::string& name) const {
  const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& option) { return option.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

std::string CommandLine::nearest_option(const std::string& name) const {
  std::vector<std::string> names{"help"};
  for (const auto& option : options_) names.push_back(option.name);
  return nearest_name(name, names);
}

CommandLine::Parsed CommandLine::parse(const std::vector<std::string>& words) const {
  const auto end_of_options = std::find(words.begin(), words.end(), "--");
  if (std::any_of(words.begin(), end_of_options, is_help)) {
    std::cout << help();
    return Parsed::kHelpWasPrinted;
  }

  po::options_description known;
  for (const auto& option : options_) {
    if (option.occurrence == Occurrence::kFlag)
      known.add_options()(option.name.c_str(), po::bool_switch());
    else
      known.add_options()(option.name.c_str(), po::value<std::string>());
  }
  known.add_options()("operand", po::value<std::vector<std::string>>());  // "--operand" itself is refused below
  po::positional_options_description positional;
  positional.add("operand", -1);

  // No short options, and no guessing what an abbreviation means.
  using namespace po::command_line_style;
  std::vector<po::option> parsed;
  try {
    parsed = po::command_line_parser(words)
                 .options(known)
                 .positional(positional)
                 .style(allow_long | long_allow_adjacent | long_allow_next)
                 .allow_unregistered()
                 .run()
                 .options;
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }

  std::map<std::string, int64_t> seen;
  int64_t operand_count = 0;
  for (const auto& item : parsed) {
    const auto& word = item.original_tokens.front();
    const auto value = item.value.empty() ? std::string() : item.value.front();
    const bool is_operand = item.position_key >= 0;
    const bool may_be_option = std::find(words.begin(), end_of_options, word) != end_of_options;
    if (is_operand && !(may_be_option && word.size() > 1 && word.starts_with('-'))) {
      if (++operand_count > operand_range_.most) throw UsageError("'" + word + "' is one argument too many");
      operand_reader_(word);
      continue;
    }
    const auto* option = find(item.string_key);
    if (item.unregistered || is_operand || option == nullptr) {
      const auto name = word.substr(0, word.find('='));
      const auto nearest = nearest_option(name.substr(std::min(name.size(), name.find_first_not_of('-'))));
      throw UsageError("unknown option '" + name + "'" + (nearest.empty() ? "" : "; did you mean --" + nearest + "?"));
    }
    if (option->occurrence != Occurrence::kRepeated && ++seen[option->name] > 1) throw UsageError("--" + option->name + " was given twice");
    ++seen[option->name];
    const bool adjacent = word.find('=') != std::string::npos;
    if (option->occurrence != Occurrence::kFlag && !adjacent && value.starts_with("--")) {
      throw UsageError("--" + option->name + " needs a value: " + option->placeholder + "; one that begins with -- is written --" +
                       option->name + "=" + value);
    }
    try {
      option->reader(value);
    } catch (const std::invalid_argument& error) {
      throw UsageError("--" + option->name + " " + value + ": " + error.what());
    }
  }

  for (const auto& option : options_) {
    if (option.occurrence == Occurrence::kRequired && seen.count(option.name) == 0) {
      throw UsageError("--" + option.name + " " + option.placeholder + " is missing: " + option.help);
    }
  }
  if (operand_count < operand_range_.least) throw UsageError(operand_placeholder_ + " is missing");
  return Parsed::kRun;
}

std::string CommandLine::help() const {
  std::string text = "Usage: saccade " + text_.usage + "\n\n" + wrapped(text_.description, 0) + "\n";
  std::string heading;
  const auto add_option = [&](const std::string& left, const std::string& right) {
    text += "  " + left;
    const bool fits = left.size() + 4 <= kOptionColumn;
    text += fits ? std::string(kOptionColumn - left.size() - 2, ' ') : "\n" + std::string(kOptionColumn, ' ');
    text += wrapped(right, kOptionColumn) + "\n";
  };
  for (const auto& option : options_) {
    if (option.heading != heading) text += "\n" + option.heading + ":\n";
    heading = option.heading;
    const auto marks = option.occurrence == Occurrence::kRequired   ? " (required)"
                       : option.occurrence == Occurrence::kRepeated ? " (may be repeated)"
                                                                    : "";
    add_option("--" + option.name + (option.placeholder.empty() ? "" : " " + option.placeholder), option.help + marks);
  }
  text += "\n";
  add_option("--help", "this text");
  if (!text_.examples.empty()) text += "\nExamples:\n";
  for (const auto& example : text_.examples) text += "  " + example + "\n";
  return text;
}

}  // namespace saccade
