#pragma once

#include <exception>
#include <string>

namespace saccade {

/// What an exception says, on one line; of a c10::Error without the backtrace that its what() ends with.
std::string message_of(const std::exception& error);

}  // namespace saccade
