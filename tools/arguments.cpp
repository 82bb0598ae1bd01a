#include "tools/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>
#include <map>
#include <numeric>
#include <sstream>

#include "data/error.h"

namespace saccade {
namespace {

namespace po = boost::program_options;

constexpr const char* kOperand = "operand";  // a name Boost wants; as an option it is unknown, for find() does not know it
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

CommandLine& CommandLine::required_list(std::string name, std::string placeholder, ValueReader reader, std::string help) {
  return add({"", std::move(name), std::move(placeholder), std::move(help), std::move(reader), Occurrence::kRequiredList});
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

/// The words cut into options and operands; no short options, and no guessing what an abbreviation means.
std::vector<po::option> CommandLine::cut(const std::vector<std::string>& words) const {
  po::options_description known;
  for (const auto& option : options_) {
    if (option.occurrence == Occurrence::kFlag) {
      known.add_options()(option.name.c_str(), po::bool_switch());
    } else {
      known.add_options()(option.name.c_str(), po::value<std::string>());
    }
  }
  known.add_options()(kOperand, po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add(kOperand, -1);
  using namespace po::command_line_style;
  try {
    return po::command_line_parser(words)
        .options(known)
        .positional(positional)
        .style(allow_long | long_allow_adjacent | long_allow_next)
        .allow_unregistered()
        .run()
        .options;
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
}

void CommandLine::refuse_unknown(const std::string& word) const {
  const auto name = word.substr(0, word.find('='));
  const auto nearest = nearest_option(name.substr(std::min(name.size(), name.find_first_not_of('-'))));
  throw UsageError("unknown option '" + name + "'" + (nearest.empty() ? "" : "; did you mean --" + nearest + "?"));
}

void CommandLine::read(const Option& option, const po::option& item) const {
  const auto value = item.value.empty() ? std::string() : item.value.front();
  const bool is_adjacent = item.original_tokens.front().find('=') != std::string::npos;
  if (option.occurrence != Occurrence::kFlag && !is_adjacent && value.starts_with("--")) {
    throw UsageError("--" + option.name + " needs a value: " + option.placeholder + "; one that begins with -- is written --" +
                     option.name + "=" + value);
  }
  try {
    option.reader(value);
  } catch (const std::invalid_argument& error) {
    throw UsageError("--" + option.name + " " + value + ": " + error.what());
  } catch (const Error& error) {
    throw UsageError("--" + option.name + " " + value + ": " + error.what());
  }
}

CommandLine::Parsed CommandLine::parse(const std::vector<std::string>& words) {
  const auto end_of_options = std::find(words.begin(), words.end(), "--");
  if (std::any_of(words.begin(), end_of_options, is_help)) {
    std::cout << help();
    return Parsed::kHelpWasPrinted;
  }

  std::map<std::string, int64_t> seen;
  int64_t operand_count = 0;
  for (const auto& item : cut(words)) {
    const auto& word = item.original_tokens.front();
    if (item.position_key >= 0) {
      const bool is_after_dashes = std::find(words.begin(), end_of_options, word) == end_of_options;
      if (word.size() > 1 && word.starts_with('-') && !is_after_dashes) refuse_unknown(word);
      if (++operand_count > operand_range_.most) throw UsageError("'" + word + "' is one argument too many");
      try {
        operand_reader_(word);
      } catch (const std::invalid_argument& error) {
        throw UsageError(operand_placeholder_ + " '" + word + "': " + error.what());
      }
      continue;
    }
    const auto* option = find(item.string_key);
    if (item.unregistered || option == nullptr) refuse_unknown(word);
    const bool is_list = option->occurrence == Occurrence::kRepeated || option->occurrence == Occurrence::kRequiredList;
    if (++seen[option->name] > 1 && !is_list) throw UsageError("--" + option->name + " was given twice");
    given_.push_back(option->name);
    read(*option, item);
  }

  for (const auto& option : options_) {
    const bool is_required = option.occurrence == Occurrence::kRequired || option.occurrence == Occurrence::kRequiredList;
    if (is_required && seen.count(option.name) == 0) {
      throw UsageError("--" + option.name + " " + option.placeholder + " is missing: " + option.help);
    }
  }
  if (operand_count < operand_range_.least) throw UsageError(operand_placeholder_ + " is missing");
  return Parsed::kRun;
}

void CommandLine::refuse_all_but(const std::vector<const char*>& names, const std::string& why) const {
  for (const auto& name : given_) {
    if (std::find(names.begin(), names.end(), name) == names.end()) throw UsageError("--" + name + " has no effect " + why);
  }
}

const char* CommandLine::mark_of(Occurrence occurrence) {
  switch (occurrence) {
    case Occurrence::kRequired:
      return " (required)";
    case Occurrence::kRequiredList:
      return " (required; may be repeated)";
    case Occurrence::kRepeated:
      return " (may be repeated)";
    case Occurrence::kOptional:
    case Occurrence::kFlag:
      break;
  }
  return "";
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
    add_option("--" + option.name + (option.placeholder.empty() ? "" : " " + option.placeholder), option.help + mark_of(option.occurrence));
  }
  text += "\n";
  add_option("--help", "this text");
  if (!text_.examples.empty()) text += "\nExamples:\n";
  for (const auto& example : text_.examples) text += "  " + example + "\n";
  return text;
}

}  // namespace saccade
