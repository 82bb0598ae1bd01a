#pragma once

#include <string>
#include <vector>

namespace saccade {

enum class Cores {
  kFew,
  kAll,  ///< the command computes for long, on all cores
};

/// Goes on as saccade-torch, the program beside this one that LibTorch is linked into. Comes back only where that failed, with the exit
/// code.
///
/// Where it takes all cores, its threads spin for microseconds while they wait for each other. libgomp, which LibTorch computes with, lets
/// them spin for milliseconds, which takes the cores from the threads that decode pictures and from other processes (two of them beside
/// each other: 9 s instead of 1.5); made to sleep at once they wake too late (training scenes on two cores: 860 captions/s instead of
/// 1200). It reads the number when it is loaded, before main. GOMP_SPINCOUNT or OMP_WAIT_POLICY say otherwise where the user has set them.
int continue_with_torch(const std::string& name, const std::vector<std::string>& words, Cores cores);

}  // namespace saccade
