#include "pipeline/metrics/ngrams.h"

#include <bit>
#include <utility>

namespace saccade {
namespace {

// The finaliser of SplitMix64: every bit of the key moves every bit of the hash.
uint64_t mix(uint64_t key) {
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9ULL;
  key = (key ^ (key >> 27)) * 0x94d049bb133111ebULL;
  return key ^ (key >> 31);
}

}  // namespace

Ngram make_ngram(std::span<const WordId> words) {
  const auto packed = [&](std::size_t i) { return i < words.size() ? static_cast<uint64_t>(static_cast<uint32_t>(words[i])) + 1 : 0; };
  return {.front = packed(0) << 32 | packed(1), .back = packed(2) << 32 | packed(3)};
}

std::vector<WordId> words_of(const Ngram& ngram) {
  std::vector<WordId> words;
  for (const uint64_t pair : {ngram.front, ngram.back}) {
    for (const uint64_t packed : {pair >> 32, pair & 0xffffffff}) {
      if (packed != 0) words.push_back(static_cast<WordId>(packed - 1));
    }
  }
  return words;
}

std::vector<Ngram> NgramTable::ngrams() const {
  std::vector<Ngram> ngrams(size_);
  for (const auto& slot : slots_) {
    if (slot.number != kUnseen) ngrams[slot.number] = slot.ngram;
  }
  return ngrams;
}

std::size_t NgramTable::slot(const Ngram& ngram) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = mix(ngram.front ^ mix(ngram.back + 0x9e3779b97f4a7c15ULL)) & mask;
  while (slots_[at].number != kUnseen && slots_[at].ngram != ngram) at = (at + 1) & mask;
  return at;
}

uint32_t NgramTable::insert(const Ngram& ngram) {
  auto& found = slots_[slot(ngram)];
  if (found.number != kUnseen) return found.number;
  const auto number = static_cast<uint32_t>(size_++);
  found = {.ngram = ngram, .number = number};
  if (2 * size_ > slots_.size()) rehash(2 * slots_.size());
  return number;
}

void NgramTable::reserve(std::size_t count) {
  if (2 * count > slots_.size()) rehash(std::bit_ceil(2 * count));
}

void NgramTable::rehash(std::size_t slots) {
  const auto old = std::exchange(slots_, std::vector<Slot>(slots));
  for (const auto& entry : old) {
    if (entry.number != kUnseen) slots_[slot(entry.ngram)] = entry;
  }
}

}  // namespace saccade
