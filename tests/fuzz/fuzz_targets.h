/// What reads files of strangers, as functions over any bytes. They return normally or abort: a libFuzzer program is linked for each
/// (tests/fuzz/run), and the tests replay the stored corpus. To add one: a function and its line in the table of fuzz_targets.cpp, a folder
/// in tests/fuzz/corpus.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace saccade {

struct FuzzTarget {
  std::string_view name;
  void (*run)(std::span<const std::byte>);
};

std::span<const FuzzTarget> fuzz_targets();

}  // namespace saccade
