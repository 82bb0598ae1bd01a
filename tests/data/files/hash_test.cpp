#include "data/files/hash.h"

#include <gtest/gtest.h>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

// Of the empty text, from the xxHash project's own test vectors (XXH3_128bits, seed 0).
TEST(Hash, OfNothingIsThePublishedOne) { EXPECT_EQ(hash_text(""), "99aa06d3014798d86001c324468d497f"); }

TEST(Hash, IsTheSameHoweverTheTextIsCut) {
  const std::string text(5000, 'a');
  Hasher hasher;
  hasher.add(text.substr(0, 17));
  hasher.add(std::string_view());
  hasher.add(text.substr(17));
  EXPECT_EQ(hasher.hex(), hash_text(text));
}

TEST(Hash, OfAFileIsThatOfItsBytes) {
  TemporaryFolder folder;
  write_file_atomically(folder / "a", "two dogs play");
  EXPECT_EQ(hash_file(folder / "a"), hash_text("two dogs play"));
  EXPECT_THROW(hash_file(folder / "absent"), Error);
}

TEST(Hash, FindsEverySingleFlippedBit) {
  std::string text(256, '\x5a');
  const auto good = hash_text(text);
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(hash_text(text), good) << "bit " << bit;
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
  }
}

}  // namespace
}  // namespace saccade
