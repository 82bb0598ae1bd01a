#pragma once

namespace saccade {

/// Cores this process may use.
int available_cores();

/// Threads for work on the CPU: OMP_NUM_THREADS where it is set, as for torch's own; else one a core.
int working_threads();

}  // namespace saccade
