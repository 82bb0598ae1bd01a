#include "pipeline/prepare.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>
#include <unordered_map>

#include "data/error.h"
#include "data/files/hash.h"
#include "data/text/tokenizer.h"
#include "pipeline/cores.h"
#include "pipeline/in_order.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int64_t kPicturesAheadOfAThread = 4;
constexpr std::size_t kLookedFor = 100;

SkippedItem to_skipped(const BadRow& row) { return {row.file + ":" + std::to_string(row.line), row.reason}; }

// The same picture may be named by several files; its captions belong together.
void merge(Annotations& all, Annotations&& more, const CaptionsFile& file, std::unordered_map<std::string, std::size_t>& places) {
  for (auto& image : more.images) {
    if (image.split.empty()) image.split = file.split;
    const auto [place, is_new] = places.try_emplace(image.file, all.images.size());
    if (is_new) {
      all.images.push_back(std::move(image));
      continue;
    }
    auto& known = all.images[place->second];
    if (known.split.empty()) known.split = image.split;
    if (image.split.empty()) image.split = known.split;
    if (known.split != image.split) {
      all.bad_row_count += std::ssize(image.captions);
      all.bad_rows.push_back(
          {file.path.string(), 0, image.file + " is in split '" + image.split + "' here and in '" + known.split + "' elsewhere"});
      continue;
    }
    known.captions.insert(known.captions.end(), image.captions.begin(), image.captions.end());
  }
  all.rows += more.rows;
  all.bad_row_count += more.bad_row_count;
  all.bad_rows.insert(all.bad_rows.end(), more.bad_rows.begin(), more.bad_rows.end());
}

Annotations read_all(const PrepareOptions& options) {
  if (options.captions.empty()) throw Error("captions", "no file is named");
  Annotations all;
  std::unordered_map<std::string, std::size_t> places;
  for (const auto& file : options.captions) merge(all, read_annotations(file.path, options.format), file, places);
  apply_split_lists(all, options.split_lists);
  if (all.images.empty()) throw Error(options.captions.front().path.string(), "has no captions of images");
  return all;
}

// A share of nothing is nothing.
bool is_too_much(int64_t bad, int64_t total, const PrepareOptions& options) {
  return options.strict ? bad > 0 : static_cast<double>(bad) > options.max_bad_share * static_cast<double>(total);
}

[[noreturn]] void give_up(const SkippedItem& first, int64_t bad, int64_t total, const char* of) {
  throw Error(first.what, first.reason + " (" + std::to_string(bad) + " of " + std::to_string(total) + " " + of + " are bad)",
              "correct them, or allow more with --max-bad");
}

fs::path find_image_folder(const PrepareOptions& options, const std::vector<AnnotatedImage>& images) {
  if (!options.images.empty()) {
    if (!fs::is_directory(options.images)) throw Error(options.images.string(), "is no folder", "name the folder of the pictures");
    return options.images;
  }
  const auto& captions = options.captions.front().path;
  const auto beside = fs::is_directory(captions) ? captions : captions.has_parent_path() ? captions.parent_path() : fs::path(".");
  for (const auto& folder : {beside, beside / "images", beside / "Images"}) {
    for (std::size_t i = 0; i < std::min(images.size(), kLookedFor); ++i) {
      if (fs::exists(folder / images[i].file)) return folder;
    }
  }
  throw Error(beside.string(), "has none of the pictures that the captions name (" + images.front().file + ", ...)",
              "name their folder with --images");
}

// By a hash of the name: the same picture falls into the same place whatever the order of the file.
void make_split(std::vector<AnnotatedImage>& images, uint64_t seed) {
  std::vector<std::pair<std::string, AnnotatedImage*>> order;
  for (auto& image : images) order.emplace_back(hash_text(std::to_string(seed) + "/" + image.file), &image);
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto part = order.size() < 3 ? 0 : std::max<std::size_t>(1, order.size() / 20);
  for (std::size_t i = 0; i < order.size(); ++i) order[i].second->split = i < part ? "val" : i < 2 * part ? "test" : "train";
}

bool has_words(const AnnotatedImage& image) {
  return std::any_of(image.captions.begin(), image.captions.end(), [](const auto& caption) { return !tokenize_words(caption).empty(); });
}

// The images that go in; the others are counted and listed.
std::vector<AnnotatedImage> choose_images(Annotations&& annotations, PreparedDatasetWriter& writer, PrepareSummary& summary) {
  std::vector<AnnotatedImage> chosen;
  for (auto& image : annotations.images) {
    if (image.split.empty()) {
      ++summary.images_without_split;
      writer.skip({image.file, "is in no split"});
    } else if (!has_words(image)) {
      ++summary.images_without_words;
      writer.skip({image.file, "has no caption with a word"});
    } else {
      chosen.push_back(std::move(image));
    }
  }
  return chosen;
}

/// What the boxes' files say of the images of the set.
struct KnownBoxes {
  std::vector<Instances> files;
  std::unordered_map<std::string, std::vector<const ImageInstances*>> by_file;  ///< by the image's name in the set
};

KnownBoxes read_boxes(const PrepareOptions& options, const std::vector<AnnotatedImage>& images, PreparedDatasetWriter& writer,
                      PrepareSummary& summary) {
  KnownBoxes known;
  if (options.boxes.empty()) return known;
  int64_t rows = 0;
  for (const auto& file : options.boxes) {
    const auto& read = known.files.emplace_back(read_instances(file));
    for (const auto& image : read.images) rows += std::ssize(image.boxes);
    summary.bad_boxes += read.bad_row_count;
    for (const auto& row : read.bad_rows) writer.skip(to_skipped(row));
    if (const auto more = read.bad_row_count - std::ssize(read.bad_rows); more > 0)
      writer.skip({file.string(), std::to_string(more) + " more bad rows"});
    if (is_too_much(summary.bad_boxes, rows + summary.bad_boxes, options))
      give_up(to_skipped(read.bad_rows.front()), summary.bad_boxes, rows + summary.bad_boxes, "boxes");
  }
  std::vector<std::string> names;
  for (const auto& image : images) names.push_back(image.file);
  const auto places = places_by_name(names);
  for (const auto& file : known.files) {
    for (const auto& image : file.images) {
      const auto found = places.find(image.file);
      if (found == places.end()) {
        ++summary.boxed_elsewhere;
      } else {
        known.by_file[names[found->second]].push_back(&image);
      }
    }
  }
  if (known.by_file.empty()) {
    throw Error(options.boxes.front().string(),
                "has boxes of none of the pictures (its first: " + known.files.front().images.front().file + ")",
                "its file_name should be as the captions name the pictures");
  }
  return known;
}

std::vector<NamedBox> boxes_of(const KnownBoxes& known, const std::string& file, const PictureGeometry& geometry) {
  std::vector<NamedBox> boxes;
  const auto found = known.by_file.find(file);
  if (found == known.by_file.end()) return boxes;
  for (const auto* image : found->second) {
    const auto more = boxes_on_picture(*image, geometry.width, geometry.height);
    boxes.insert(boxes.end(), more.begin(), more.end());
  }
  return boxes;
}

/// A picture that was read, or why not.
struct ReadImage {
  DecodedFitted decoded;
  std::string error;
};

ReadImage read_image(const fs::path& folder, const std::string& file, const PreparedOptions& options) {
  try {
    const auto path = folder / file;
    return {.decoded = load_fitted(read_picture_file(path), path.string(), options.side, options.fit)};
  } catch (const std::exception& error) {  // whatever a decoder throws is this picture's failure, not the run's
    return {.error = error.what()};
  }
}

std::string joined(const std::vector<std::string>& warnings) {
  std::string text;
  for (const auto& warning : warnings) text += (text.empty() ? "" : "; ") + warning;
  return text;
}

/// What is written of the images, beside their captions.
struct PictureFiles {
  fs::path folder;
  KnownBoxes boxes;
};

void write_pictures(std::vector<AnnotatedImage>& images, const PictureFiles& files, const PrepareOptions& options,
                    PreparedDatasetWriter& writer, PrepareSummary& summary) {
  const int64_t count = std::ssize(images);
  const int threads = options.threads > 0 ? options.threads : available_cores();
  Progress progress({.total = count, .label = "preparing", .unit = "pictures", .quiet = options.quiet});
  const auto read = [&](int64_t i) { return read_image(files.folder, images[static_cast<std::size_t>(i)].file, options.prepared); };
  produce_in_order(count, threads, kPicturesAheadOfAThread * threads, read, [&](int64_t i, ReadImage&& read) {
    StopSignal::throw_if_requested();
    progress.advance();
    auto& image = images[static_cast<std::size_t>(i)];
    if (!read.error.empty()) {
      const SkippedItem skipped{image.file, read.error};
      if (is_too_much(++summary.bad_pictures, count, options)) give_up(skipped, summary.bad_pictures, count, "pictures");
      return writer.skip(skipped);
    }
    summary.damaged_pictures += read.decoded.warnings.empty() ? 0 : 1;
    ++summary.images[image.split];
    auto& [picture, geometry] = read.decoded.fitted;
    const auto boxes = boxes_of(files.boxes, image.file, geometry);
    writer.append({.file = std::move(image.file),
                   .id = std::move(image.id),
                   .split = std::move(image.split),
                   .geometry = geometry,
                   .captions = std::move(image.captions),
                   .warning = joined(read.decoded.warnings)},
                  picture, boxes);
  });
}

nlohmann::json describe_source(const PrepareOptions& options, const fs::path& images, bool split_was_made) {
  nlohmann::json source = {{"images", images.string()}, {"captions", nlohmann::json::array()}, {"split_lists", nlohmann::json::array()}};
  for (const auto& file : options.boxes) source["boxes"].push_back({{"file", file.string()}, {"hash", hash_file(file)}});
  for (const auto& [path, split] : options.captions) {
    source["captions"].push_back({{"file", path.string()}, {"hash", fs::is_regular_file(path) ? hash_file(path) : ""}});
  }
  for (const auto& [split, list] : options.split_lists) {
    source["split_lists"].push_back({{"split", split}, {"file", list.string()}, {"hash", hash_file(list)}});
  }
  if (split_was_made) source["split_seed"] = options.seed;
  return source;
}

int64_t bytes_of_folder(const fs::path& folder) {
  int64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder)) bytes += entry.is_regular_file() ? static_cast<int64_t>(entry.file_size()) : 0;
  return bytes;
}

}  // namespace

PrepareSummary prepare(const PrepareOptions& options) {
  const auto start = Clock::now();
  if (!options.overwrite && fs::exists(options.output / "dataset.json"))
    throw Error(options.output.string(), "holds a data set already", "name another folder, or replace it with --overwrite");
  auto annotations = read_all(options);
  PrepareSummary summary{.rows = annotations.rows, .bad_rows = annotations.bad_row_count};
  if (is_too_much(summary.bad_rows, summary.rows, options))
    give_up(to_skipped(annotations.bad_rows.front()), summary.bad_rows, summary.rows, "rows");
  const auto folder = find_image_folder(options, annotations.images);
  summary.split_was_made =
      std::all_of(annotations.images.begin(), annotations.images.end(), [](const auto& image) { return image.split.empty(); });
  if (summary.split_was_made) make_split(annotations.images, options.seed);

  const auto& training = options.prepared.vocabulary_split;
  if (std::none_of(annotations.images.begin(), annotations.images.end(), [&](const auto& image) { return image.split == training; }))
    throw Error(options.captions.front().path.string(), "has no image in split '" + training + "', which training learns from",
                "name its pictures with --split " + training + "=LIST");

  PreparedDatasetWriter writer(options.output, options.prepared, std::ssize(annotations.images));
  for (const auto& row : annotations.bad_rows) writer.skip(to_skipped(row));
  if (const auto more = summary.bad_rows - std::ssize(annotations.bad_rows); more > 0)
    writer.skip({"captions", std::to_string(more) + " more bad rows"});
  auto images = choose_images(std::move(annotations), writer, summary);
  write_pictures(images, {.folder = folder, .boxes = read_boxes(options, images, writer, summary)}, options, writer, summary);
  writer.finish(describe_source(options, folder, summary.split_was_made));

  // Opened as training will open it: what cannot be read back was not prepared.
  const PreparedDataset dataset(options.output);
  summary.fingerprint = dataset.fingerprint();
  summary.words = dataset.vocabulary().size();
  for (const auto& image : dataset.images()) summary.captions += std::ssize(image.captions);
  summary.boxes = dataset.boxes().size();
  summary.bytes = bytes_of_folder(options.output);
  summary.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return summary;
}

std::string describe(const PrepareSummary& summary) {
  std::ostringstream text;
  text << "images:";
  for (const auto& [split, count] : summary.images) text << " " << count << " " << split;
  if (summary.split_was_made) text << " (the data has no split; made 90 : 5 : 5)";
  text << "\ncaptions: " << summary.captions << ", vocabulary of " << summary.words << " words\n";
  if (summary.boxes > 0) text << "boxes: " << summary.boxes << "\n";
  const std::array<std::pair<int64_t, const char*>, 7> left_out{{{summary.bad_rows, "bad rows"},
                                                                 {summary.bad_boxes, "bad rows of boxes"},
                                                                 {summary.boxed_elsewhere, "pictures with boxes that are not in the set"},
                                                                 {summary.images_without_split, "images in no split"},
                                                                 {summary.images_without_words, "images without words"},
                                                                 {summary.bad_pictures, "pictures absent or beyond use"},
                                                                 {summary.damaged_pictures, "pictures damaged, but used"}}};
  for (const auto& [count, what] : left_out) {
    if (count > 0) text << what << ": " << count << "\n";
  }
  text << summary.bytes / 1'000'000 << " MB in " << describe_duration(summary.seconds) << "; fingerprint " << summary.fingerprint << "\n";
  return text.str();
}

}  // namespace saccade
