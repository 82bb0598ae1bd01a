#include <algorithm>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "data/files/file_lock.h"
#include "data/files/hash.h"
#include "data/prepared/image_lines.h"
#include "data/prepared/prepared_dataset.h"
#include "data/text/tokenizer.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

bool is_of_prepared_set(const std::string& name) {
  return name == kDatasetFile || name == kImageLinesFile || name == kPixelsFile || name == kCaptionsFile || name == kBoxesFile ||
         name.starts_with("features-") || is_left_by_killed_process(name);
}

// Somebody's folder of photographs must not become a data set by a slip of the keyboard.
FileLock claim_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder)) throw Error(folder.string(), "cannot be made a folder: " + error.message());
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    if (!is_of_prepared_set(name))
      throw Error(folder.string(), "holds '" + name + "', which is of no prepared set", "name a new or empty folder");
  }
  FileLock lock(folder, "the data set");
  remove_stale_temporaries(folder);
  return lock;
}

std::vector<std::string> training_words(const std::string& caption, const PreparedOptions& options) {
  auto words = tokenize_words(caption);
  if (std::ssize(words) > options.max_caption_words) words.resize(static_cast<std::size_t>(options.max_caption_words));
  return words;
}

Vocabulary build_vocabulary(const std::vector<PreparedImage>& images, const PreparedOptions& options, const fs::path& folder) {
  std::vector<std::vector<std::string>> captions;
  for (const auto& image : images) {
    if (image.split != options.vocabulary_split) continue;
    for (const auto& caption : image.captions) captions.push_back(training_words(caption, options));
  }
  if (captions.empty())
    throw Error(folder.string(), "no image is in split '" + options.vocabulary_split + "', which the vocabulary is built from");
  auto vocabulary = Vocabulary::build(captions, options.min_word_count);
  if (vocabulary.size() == Vocabulary::build({}, 1).size())
    throw Error(folder.string(),
                "no word of split '" + options.vocabulary_split + "' occurs " + std::to_string(options.min_word_count) + " times",
                "a lower --min-count");
  return vocabulary;
}

/// The captions as the network learns them; see PreparedDataset for the tensors.
struct TokenTables {
  std::vector<int32_t> tokens;
  std::vector<int64_t> token_offsets{0}, caption_offsets{0};
};

TokenTables tokenize(const std::vector<PreparedImage>& images, const Vocabulary& vocabulary, const PreparedOptions& options) {
  TokenTables tables;
  for (const auto& image : images) {
    for (const auto& caption : image.captions) {
      const auto words = training_words(caption, options);
      if (words.empty()) continue;
      tables.tokens.push_back(static_cast<int32_t>(vocabulary.id("<start>")));
      for (const auto id : vocabulary.ids(words)) tables.tokens.push_back(static_cast<int32_t>(id));
      tables.tokens.push_back(static_cast<int32_t>(vocabulary.id("<end>")));
      tables.token_offsets.push_back(std::ssize(tables.tokens));
    }
    tables.caption_offsets.push_back(std::ssize(tables.token_offsets) - 1);
  }
  return tables;
}

template <typename T>
torch::Tensor as_tensor(std::vector<T>& values) {
  return torch::from_blob(values.data(), {std::ssize(values)}, torch::CppTypeToScalarType<T>::value);
}

template <typename T>
void add(Hasher& hasher, const std::vector<T>& values) {
  hasher.add(std::as_bytes(std::span(values)));
}

void add(Hasher& hasher, const std::string& text) { hasher.add(text + '\0'); }

// Writes images.jsonl; what training and evaluation see of it goes into the fingerprint, names and places do not.
void write_image_lines(const std::vector<PreparedImage>& images, const fs::path& path, Hasher& fingerprint) {
  AtomicFile file(path);
  for (const auto& image : images) {
    file.write(to_line(image));
    add(fingerprint, image.split);
    for (const auto& caption : image.captions) add(fingerprint, caption);
  }
  file.commit();
}

nlohmann::json describe_file(const fs::path& path, const std::string& hash) { return {{"bytes", fs::file_size(path)}, {"hash", hash}}; }

nlohmann::json describe_skipped(const std::vector<SkippedItem>& skipped) {
  auto list = nlohmann::json::array();
  for (const auto& [what, reason] : skipped) list.push_back({{"what", what}, {"reason", reason}});
  return list;
}

}  // namespace

struct PreparedDatasetWriter::State {
  FileLock lock;
  fs::path folder;
  PreparedOptions options;
  SafetensorsRows pixels;
  Hasher pixels_hash;
  BoxTable boxes{options.box_names};
  std::vector<PreparedImage> images;
  std::vector<SkippedItem> skipped;
  int64_t skipped_count = 0;
};

PreparedDatasetWriter::PreparedDatasetWriter(const fs::path& folder, const PreparedOptions& options, int64_t max_images) {
  auto lock = claim_folder(folder);
  const std::vector<int64_t> shape = {max_images, options.side, options.side, 3};
  state_.reset(new State{.lock = std::move(lock),
                         .folder = folder,
                         .options = options,
                         .pixels = SafetensorsRows(folder / kPixelsFile, "images", torch::kUInt8, shape, {})});
}

PreparedDatasetWriter::~PreparedDatasetWriter() = default;

void PreparedDatasetWriter::append(PreparedImage image, const Picture& picture, const std::vector<NamedBox>& boxes) {
  const int side = state_->options.side;
  TORCH_CHECK(picture.width == side && picture.height == side, "prepared pictures are ", side, " x ", side);
  TORCH_CHECK(
      std::any_of(image.captions.begin(), image.captions.end(), [](const auto& caption) { return !tokenize_words(caption).empty(); }),
      "no caption of ", image.file, " has a word");
  state_->pixels_hash.add(std::as_bytes(std::span(picture.rgb)));
  state_->pixels.append(torch::from_blob(const_cast<uint8_t*>(picture.rgb.data()), {1, side, side, 3}, torch::kUInt8));
  state_->boxes.append(boxes_on_input(boxes, image.geometry, side));
  state_->images.push_back(std::move(image));
}

void PreparedDatasetWriter::skip(SkippedItem item) {
  if (++state_->skipped_count <= static_cast<int64_t>(kMaxSkippedListed)) state_->skipped.push_back(std::move(item));
}

void PreparedDatasetWriter::finish(const nlohmann::json& source) {
  const auto& [lock, folder, options, pixels, pixels_hash, boxes, images, skipped, skipped_count] = *state_;
  const auto vocabulary = build_vocabulary(images, options, folder);
  auto tables = tokenize(images, vocabulary, options);

  Hasher fingerprint;
  add(fingerprint, nlohmann::json(options.fit).get<std::string>() + std::to_string(options.side) + pixels_hash.hex());
  for (const auto& word : vocabulary.words()) add(fingerprint, word);
  add(fingerprint, tables.tokens);
  add(fingerprint, tables.token_offsets);
  add(fingerprint, tables.caption_offsets);

  // From here to the last line there is no data set: a process that ends in between leaves none, rather than a mixture of two.
  fs::remove(folder / kDatasetFile);
  state_->pixels.cut_to_written();
  state_->pixels.finish();
  write_safetensors(folder / kCaptionsFile, {{"tokens", as_tensor(tables.tokens)},
                                             {"token_offsets", as_tensor(tables.token_offsets)},
                                             {"caption_offsets", as_tensor(tables.caption_offsets)}});
  write_image_lines(images, folder / kImageLinesFile, fingerprint);
  nlohmann::ordered_json files = {{kPixelsFile, describe_file(folder / kPixelsFile, pixels_hash.hex())},
                                  {kCaptionsFile, describe_file(folder / kCaptionsFile, hash_file(folder / kCaptionsFile))},
                                  {kImageLinesFile, describe_file(folder / kImageLinesFile, hash_file(folder / kImageLinesFile))}};
  fs::remove(folder / kBoxesFile);  // of the set that was here before
  if (boxes.size() > 0) {
    boxes.write(folder / kBoxesFile);
    files[kBoxesFile] = describe_file(folder / kBoxesFile, hash_file(folder / kBoxesFile));
    add(fingerprint, files[kBoxesFile].at("hash").get<std::string>());
  }
  std::map<std::string, int64_t> splits;
  for (const auto& image : images) ++splits[image.split];
  const nlohmann::ordered_json dataset = {{"format", kDatasetFormat},
                                          {"version", kDatasetVersion},
                                          {"fingerprint", fingerprint.hex()},
                                          {"side", options.side},
                                          {"fit", options.fit},
                                          {"images", images.size()},
                                          {"captions", std::ssize(tables.token_offsets) - 1},
                                          {"splits", splits},
                                          {"min_word_count", options.min_word_count},
                                          {"max_caption_words", options.max_caption_words},
                                          {"vocabulary_split", options.vocabulary_split},
                                          {"source", source},
                                          {"files", files},
                                          {"skipped_count", skipped_count},
                                          {"skipped", describe_skipped(skipped)},
                                          {"vocabulary", vocabulary.words()}};
  write_file_atomically(folder / kDatasetFile, dataset.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace saccade
