#pragma once

namespace saccade {

/// Starts the program anew, once, with threads that spin for microseconds while they wait for each other. libgomp, which LibTorch computes
/// with, lets them spin for milliseconds, which takes the cores from the threads that decode pictures and from other processes (two of them
/// beside each other: 9 s instead of 1.5); made to sleep at once they wake too late (training scenes on two cores: 860 captions/s instead
/// of 1200). It reads the number when it is loaded, before main. Does nothing where GOMP_SPINCOUNT or OMP_WAIT_POLICY says what the user
/// wants.
void start_with_short_spins(char** arguments);

}  // namespace saccade
