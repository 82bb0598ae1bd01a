#include "pipeline/exception_message.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include "data/error.h"

namespace saccade {
namespace {

TEST(ExceptionMessage, HasNoBacktrace) {
  try {
    TORCH_CHECK(false, "the heads do not divide\nthe hidden size");
  } catch (const std::exception& error) {
    EXPECT_NE(std::string(error.what()).find("Exception raised from"), std::string::npos) << "then this proves nothing";
    EXPECT_EQ(message_of(error), "the heads do not divide the hidden size");
  }
}

TEST(ExceptionMessage, OfOthersIsWhatTheySay) { EXPECT_EQ(message_of(Error("a.jpg", "is empty")), "a.jpg: is empty"); }

}  // namespace
}  // namespace saccade
