/// data/: from files to batches. Files of others enter (captions, pictures, weights), and are never trusted; plain structs and tensors
/// leave. This header holds the one exception of the house for what is wrong with a user's input.
#pragma once

#include <stdexcept>
#include <string>

namespace saccade {

/// The user's input is wrong. what() reads `<path or key>: <what is wrong>; <what would be right>`.
class Error : public std::runtime_error {
 public:
  Error(const std::string& where, const std::string& wrong) : std::runtime_error(where + ": " + wrong) {}
  Error(const std::string& where, const std::string& wrong, const std::string& right)
      : std::runtime_error(where + ": " + wrong + "; " + right) {}
};

}  // namespace saccade
