/// A data set ready for training: a folder that is written once, verified by hash, and shared by epochs and processes.
///   dataset.json           vocabulary, options, where it came from, what was skipped and why, hashes of the other files; written last
///   images.jsonl           one image a line: file, split, geometry, captions as people wrote them
///   images.safetensors     images [n, S, S, 3] uint8 RGB
///   captions.safetensors   tokens, and which caption belongs to which image
///   boxes.safetensors      where things are, if that is known: box_table.h
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/files/safetensors.h"
#include "data/pictures/decode.h"
#include "data/prepared/box_table.h"
#include "data/prepared/image_lines.h"
#include "data/text/vocabulary.h"

namespace saccade {

/// What was left out, and why.
struct SkippedItem {
  std::string what;  ///< "captions.txt:17", or a picture's file
  std::string reason;
};

class PreparedDataset {
 public:
  /// Throws Error if the folder is no prepared set, its files do not fit together, or captions or boxes were changed. Pixels are not read:
  /// see verify_pixels().
  explicit PreparedDataset(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  /// Hash of everything that training sees; a model records it.
  const std::string& fingerprint() const { return fingerprint_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  int64_t side() const { return side_; }
  FitMode fit() const { return fit_; }
  const std::vector<PreparedImage>& images() const { return images_; }
  /// The first of what was left out, at most kMaxSkippedListed; skipped_count() counts all.
  const std::vector<SkippedItem>& skipped() const { return skipped_; }
  int64_t skipped_count() const { return skipped_count_; }
  /// Indices into images(), in their order. Throws Error, naming the splits there are, for an unknown or empty split.
  std::vector<int64_t> split(const std::string& name) const;
  std::vector<std::string> split_names() const;
  /// [n, S, S, 3] uint8, mapped.
  const torch::Tensor& pixels() const { return pixels_; }
  /// Image i as the network gets it, S × S.
  Picture picture(int64_t i) const;
  /// Token ids of the captions of image i: <start>, words, <end>. Captions without a word are left out; every image has one with words.
  std::vector<std::vector<int64_t>> captions(int64_t image) const;
  /// In pixels of the network's input; empty where the set was prepared without.
  const BoxTable& boxes() const { return boxes_; }
  /// Reads all pixels and throws Error unless they are those that were written.
  void verify_pixels() const;

 private:
  std::filesystem::path folder_;
  std::string fingerprint_;
  Vocabulary vocabulary_;
  int64_t side_ = 0;
  FitMode fit_ = FitMode::kSquash;
  std::vector<PreparedImage> images_;
  std::vector<SkippedItem> skipped_;
  int64_t skipped_count_ = 0;
  std::string pixels_hash_;
  torch::Tensor pixels_;           // [n, S, S, 3]
  torch::Tensor tokens_;           // [all tokens] int32
  torch::Tensor token_offsets_;    // [captions + 1] int64: where a caption's tokens begin
  torch::Tensor caption_offsets_;  // [n + 1] int64: where an image's captions begin
  BoxTable boxes_;
};

inline constexpr std::size_t kMaxSkippedListed = 10'000;

struct PreparedOptions {
  int side = 224;
  FitMode fit = FitMode::kSquash;
  int64_t min_word_count = 5;      ///< words that are rarer in the training split become <unk>
  int64_t max_caption_words = 40;  ///< longer captions are cut for training; references stay whole
  std::string vocabulary_split = "train";
  BoxNames box_names = BoxNames::kCategories;
};

/// Writes the folder, the pictures one after another; memory holds the captions only. finish() makes it a prepared set; without it, none is
/// there, and one that was there before is kept.
class PreparedDatasetWriter {
 public:
  /// `max_images`: how many may be appended. Throws Error if the folder holds anything that is not of a prepared set.
  PreparedDatasetWriter(const std::filesystem::path& folder, const PreparedOptions& options, int64_t max_images);
  ~PreparedDatasetWriter();
  /// `picture` is side × side; at least one caption has a word in it. `boxes` in pixels of the original, which image.geometry tells of.
  void append(PreparedImage image, const Picture& picture, const std::vector<NamedBox>& boxes = {});
  void skip(SkippedItem item);
  /// Builds the vocabulary from the training split only, writes captions and dataset.json. Throws Error if that split is empty.
  void finish(const nlohmann::json& source);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace saccade
