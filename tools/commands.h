/// The commands of the program, one source each: parse, load, call, print. Adding one: its source, its declaration here, and its line in
/// the table of main.cpp; if it needs LibTorch, in that of torch_main.cpp.
#pragma once

#include <string>
#include <vector>

namespace saccade {

/// The words after the command's name.
using Words = std::vector<std::string>;

int run_prepare(const Words& words);
int run_train(const Words& words);
int run_caption(const Words& words);
int run_overlay(const Words& words);
int run_explain(const Words& words);
int run_convert_weights(const Words& words);
int run_info(const Words& words);
int run_demo(const Words& words);
int run_bench(const Words& words);
/// `bench metrics`; the words after these two.
int run_bench_metrics(const Words& words);
int run_compare(const Words& words);
int run_tokenize(const Words& words);

}  // namespace saccade
