#include "pipeline/training/batches.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "models/shapes.h"

namespace saccade {
namespace {

// Batches are cut from sorted stretches of this many; longer stretches pad less and mix less.
constexpr int64_t kBatchesSortedTogether = 16;

// What draws are for: each purpose has its own series.
enum Purpose : uint64_t { kOrder, kOrderOfBatches, kMirror, kCaptions };

std::mt19937_64 generator(const TrainingConfig& config, int64_t epoch, Purpose purpose, int64_t index = 0) {
  std::seed_seq seeds{config.seed, config.seed >> 32, static_cast<uint64_t>(epoch), static_cast<uint64_t>(purpose),
                      static_cast<uint64_t>(index)};
  return std::mt19937_64(seeds);
}

/// std::shuffle gives another order with each standard library; this does not.
template <typename Item>
void shuffle(std::vector<Item>& items, std::mt19937_64 random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
}

}  // namespace

BatchPlanner::BatchPlanner(const PreparedDataset& dataset, const TrainingConfig& config) : config_(config) {
  for (const int64_t image : dataset.split(config.train_split)) {
    auto captions = dataset.captions(image);
    if (captions.empty()) continue;
    std::size_t longest = 0;
    for (const auto& caption : captions) longest = std::max(longest, caption.size());
    pictures_.push_back({image, std::move(captions), longest});
  }
  batches_ = (std::ssize(pictures_) + config.batch_pictures - 1) / config.batch_pictures;
}

std::vector<std::vector<int64_t>> BatchPlanner::plan(int64_t epoch) const {
  std::vector<int64_t> order(pictures_.size());
  std::iota(order.begin(), order.end(), 0);
  shuffle(order, generator(config_, epoch, kOrder));
  const auto stretch = static_cast<std::size_t>(config_.batch_pictures * kBatchesSortedTogether);
  for (std::size_t begin = 0; begin < order.size(); begin += stretch) {
    const auto end = std::min(begin + stretch, order.size());
    std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(begin), order.begin() + static_cast<std::ptrdiff_t>(end),
                     [this](int64_t a, int64_t b) { return pictures_[a].longest < pictures_[b].longest; });
  }
  std::vector<std::vector<int64_t>> batches;
  for (std::size_t begin = 0; begin < order.size(); begin += static_cast<std::size_t>(config_.batch_pictures)) {
    const auto end = std::min(begin + static_cast<std::size_t>(config_.batch_pictures), order.size());
    batches.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(begin), order.begin() + static_cast<std::ptrdiff_t>(end));
  }
  shuffle(batches, generator(config_, epoch, kOrderOfBatches));
  return batches;
}

Batch BatchPlanner::make(const std::vector<int64_t>& pictures, int64_t epoch) const {
  std::vector<std::vector<std::vector<int64_t>>> chosen;  // picture, caption, token
  std::size_t captions = 0, length = 0;
  for (const int64_t picture : pictures) {
    auto own = pictures_[picture].captions;
    if (std::ssize(own) > config_.captions_per_picture) {
      shuffle(own, generator(config_, epoch, kCaptions, picture));
      own.resize(static_cast<std::size_t>(config_.captions_per_picture));
    }
    captions = std::max(captions, own.size());
    for (const auto& caption : own) length = std::max(length, caption.size());
    chosen.push_back(std::move(own));
  }

  const auto count = std::ssize(pictures);
  Batch batch{.images = torch::empty({count}, torch::kLong),
              .mirrored = torch::zeros({count}, torch::kBool),
              .tokens = torch::full({count, static_cast<int64_t>(captions), static_cast<int64_t>(length)}, kPadToken, torch::kLong)};
  auto tokens = batch.tokens.accessor<int64_t, 3>();
  for (int64_t b = 0; b < count; ++b) {
    const int64_t picture = pictures[b];
    batch.images[b] = pictures_[picture].image;
    if (config_.flips) batch.mirrored[b] = generator(config_, epoch, kMirror, picture)() % 2 == 1;
    for (std::size_t k = 0; k < chosen[b].size(); ++k) {
      std::copy(chosen[b][k].begin(), chosen[b][k].end(), &tokens[b][static_cast<int64_t>(k)][0]);
    }
  }
  return batch;
}

}  // namespace saccade
