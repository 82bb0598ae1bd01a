#include "pipeline/exception_message.h"

#include <c10/util/Exception.h>

#include <algorithm>

namespace saccade {

std::string message_of(const std::exception& error) {
  const auto* contract = dynamic_cast<const c10::Error*>(&error);
  std::string line = contract != nullptr ? contract->what_without_backtrace() : error.what();
  line.erase(line.find_last_not_of(" \r\n") + 1);
  std::ranges::replace_if(
      line, [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return line;
}

}  // namespace saccade
