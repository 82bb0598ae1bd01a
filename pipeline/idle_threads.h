#pragma once

namespace saccade {

/// Makes LibTorch's threads sleep soon when they have nothing to do. libgomp lets them spin for milliseconds, which takes the cores from
/// the threads that decode pictures, and from other processes (matrix products on two busy cores: 9 s instead of 1.5). OMP_WAIT_POLICY is
/// read when the library is loaded, too early for us; but libgomp spins 300 times less once it has more threads than there are cores, so
/// one idle team is made and kept. Does nothing a second time, or where OMP_WAIT_POLICY or GOMP_SPINCOUNT says what the user wants.
void let_idle_threads_sleep();

}  // namespace saccade
