/// METEOR's data for tests that need them.
#pragma once

#include <gtest/gtest.h>

#include "pipeline/metrics/meteor/files.h"

/// Skips the test, saying why, where ./run setup could not lay METEOR's data.
#define SACCADE_NEEDS_METEOR()                                                        \
  if (const auto found = saccade::find_meteor_files(); !found || !found->paraphrases) \
  GTEST_SKIP() << "METEOR's data are not in .deps/meteor; ./run setup takes them from the reference scorer's package"
