/// tools/: the command line. Words of a shell enter; a job of pipeline/ is called; results on stdout and an exit code leave.
/// This header holds the frame that every command shares: options are declared once, parsed strictly, and --help is printed from the same
/// declaration.
#pragma once

#include <boost/program_options.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace saccade {

/// The command line is wrong; exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Takes the text of a value to the variable it is for. Throws std::invalid_argument that says what is expected, or Error.
using ValueReader = std::function<void(const std::string& text)>;

/// Inclusive.
struct WholeRange {
  int64_t least = 0;
  int64_t most = std::numeric_limits<int32_t>::max();
};
struct RealRange {
  double least = std::numeric_limits<double>::lowest();
  double most = std::numeric_limits<double>::max();
};

/// Decimal digits and nothing after them; a sign only where the range has negative numbers.
int64_t parse_whole_number(const std::string& text, WholeRange range);
/// Neither nan nor infinity is a number.
double parse_real_number(const std::string& text, RealRange range);
void check_is_one_of(const std::string& text, const std::vector<std::string>& names);

/// Readers for a target of the type itself or an optional of it.
template <typename Target>
ValueReader text_value(Target* target) {
  return [target](const std::string& text) {
    if (text.empty()) throw std::invalid_argument("expected some text");
    *target = text;
  };
}
template <typename Target>
ValueReader whole_number(Target* target, WholeRange range = {}) {
  return [target, range](const std::string& text) { *target = parse_whole_number(text, range); };
}
template <typename Target>
ValueReader real_number(Target* target, RealRange range = {}) {
  return [target, range](const std::string& text) { *target = parse_real_number(text, range); };
}
template <typename Target>
ValueReader one_of(Target* target, std::vector<std::string> names) {
  return [target, names = std::move(names)](const std::string& text) {
    check_is_one_of(text, names);
    *target = text;
  };
}
/// Each occurrence adds one.
template <typename Target>
ValueReader appended_to(Target* target) {
  return [target](const std::string& text) { target->emplace_back(text); };
}

/// What --help says besides the options.
struct CommandText {
  std::string usage;        ///< "caption --model MODEL [options] INPUT..."
  std::string description;  ///< a sentence or two
  std::vector<std::string> examples;
};

/// The command line of one command.
class CommandLine {
 public:
  explicit CommandLine(CommandText text) : text_(std::move(text)) {}

  /// Options declared from here on stand under this heading.
  CommandLine& group(std::string heading);
  CommandLine& flag(std::string name, bool* target, std::string help);
  CommandLine& option(std::string name, std::string placeholder, ValueReader reader, std::string help);
  CommandLine& required(std::string name, std::string placeholder, ValueReader reader, std::string help);
  /// May stand more than once.
  CommandLine& repeated(std::string name, std::string placeholder, ValueReader reader, std::string help);
  /// Must stand once, may stand more often.
  CommandLine& required_list(std::string name, std::string placeholder, ValueReader reader, std::string help);
  /// What stands without an option: between `range.least` and `range.most` of them. Without this call there is none.
  CommandLine& operands(std::string placeholder, ValueReader reader, WholeRange range);

  enum class Parsed { kRun, kHelpWasPrinted };
  /// Reads the words after the command's name. Throws UsageError; prints the help on stdout where it is asked for.
  Parsed parse(const std::vector<std::string>& words);
  /// For a command that works in several ways. Throws UsageError for an option that was given and is not among those that have an effect in
  /// this one; `why` ends the sentence "--beam has no effect ...".
  void refuse_all_but(const std::vector<const char*>& names, const std::string& why) const;

  std::string help() const;

 private:
  enum class Occurrence { kOptional, kRequired, kRepeated, kRequiredList, kFlag };
  struct Option {
    std::string heading, name, placeholder, help;
    ValueReader reader;
    Occurrence occurrence;
  };
  CommandLine& add(Option option);
  const Option* find(const std::string& name) const;
  std::vector<boost::program_options::option> cut(const std::vector<std::string>& words) const;
  void read(const Option& option, const boost::program_options::option& item) const;
  [[noreturn]] void refuse_unknown(const std::string& word) const;
  static const char* mark_of(Occurrence occurrence);
  std::string nearest_option(const std::string& name) const;

  CommandText text_;
  std::string heading_ = "Options";
  std::vector<Option> options_;
  std::vector<std::string> given_;  // names, as they stood
  std::string operand_placeholder_;
  ValueReader operand_reader_;
  WholeRange operand_range_{0, 0};
};

/// The name among `names` that is most likely meant; empty if none is near.
std::string nearest_name(const std::string& name, const std::vector<std::string>& names);

}  // namespace saccade
