#include "tests/fuzz/fuzz_targets.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "data/annotations/annotations.h"
#include "data/annotations/instances.h"
#include "data/annotations/text_limits.h"
#include "data/error.h"
#include "data/files/checkpoint_pickle.h"
#include "data/files/safetensors_header.h"
#include "data/files/zip_archive.h"
#include "data/text/tokenizer.h"
#include "data/text/utf8.h"
#include "data/text/vocabulary.h"
#include "pipeline/metrics/document_frequencies.h"
#include "pipeline/metrics/meteor/normalizer.h"
#include "pipeline/metrics/ptb_tokenizer.h"
#include "pipeline/read_captions.h"

namespace saccade {
namespace {

using Bytes = std::span<const std::byte>;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// A refusal is an answer; any other exception is a fault.
template <typename Read>
void allow_errors(const Read& read) {
  try {
    read();
  } catch (const Error&) {
  }
}

/// Readers take paths: the bytes as a file in memory.
class MemoryFile {
 public:
  explicit MemoryFile(Bytes bytes) : descriptor_(::memfd_create("fuzz", 0)) {
    require(descriptor_ >= 0 && ::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "a file in memory");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void check_file_name(const std::string& file) {
  require(!file.empty() && file.front() != '/' && file.back() != '/' && file.size() <= kMaxFileNameBytes, "a file name is relative");
  for (const auto& part : std::filesystem::path(file)) require(part != ".." && part != ".", "a file name stays in its folder");
  for (const char c : file) require(static_cast<unsigned char>(c) >= 0x20, "a file name has no control characters");
}

void check_caption(const std::string& caption) {
  require(!caption.empty() && caption.front() != ' ' && caption.back() != ' ', "a caption is trimmed and not empty");
  require(caption.find('\n') == std::string::npos && caption.find("  ") == std::string::npos, "a caption is one line with single blanks");
  require(is_valid_utf8(caption), "a caption is UTF-8");
}

template <AnnotationFormat format>
void read_captions(Bytes bytes) {
  const MemoryFile file(bytes);
  allow_errors([&] {
    const auto annotations = read_annotations(file.path(), format);
    int64_t captions = 0;
    for (const auto& image : annotations.images) {
      check_file_name(image.file);
      require(!image.captions.empty() && !image.id.text.empty(), "an image has captions and an id");
      for (const auto& caption : image.captions) check_caption(caption);
      captions += static_cast<int64_t>(image.captions.size());
    }
    require(captions <= annotations.rows, "no more captions than rows");
    require(static_cast<int64_t>(annotations.bad_rows.size()) <= annotations.bad_row_count, "no more bad rows listed than counted");
    for (const auto& bad : annotations.bad_rows) require(is_valid_utf8(bad.reason), "a reason can be printed");
  });
}

void tokenize(Bytes bytes) {
  const auto words = tokenize_words({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  require(tokenize_words(join_words(words)) == words, "what is joined is read back");
  for (const auto& word : words) require(!word.empty() && is_valid_utf8(word), "a word is UTF-8 and not empty");
  const auto vocabulary = Vocabulary::build({words}, 1);
  for (const auto& word : words) require(vocabulary.word(vocabulary.id(word)) == word, "a word is found again");
}

void tokenize_caption(Bytes bytes) {
  const std::string_view caption(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto tokens = tokenize_for_scoring(caption);
  require(tokens.size() <= tokenize_ptb(caption).size(), "scores are counted over some of all tokens");
  for (const auto& token : tokens) {
    require(!token.empty() && is_valid_utf8(token), "a token is UTF-8 and not empty");
    require(token.find_first_of(" \t\n") == std::string::npos, "a token has no blank");
  }
  for (const auto& word : normalize_for_meteor(tokens)) require(!word.empty() && is_valid_utf8(word), "a word is UTF-8 and not empty");
}

void read_frequencies(Bytes bytes) {
  const MemoryFile file(bytes);
  allow_errors([&] {
    const auto frequencies = read_document_frequencies(file.path());
    for (const auto& entry : frequencies.entries)
      require(entry.images >= 1 && entry.images <= frequencies.images && !entry.ngram.empty(),
              "an n-gram of some images, not of more than all");
  });
}

void read_captions_to_score(Bytes bytes) {
  const MemoryFile file(bytes);
  allow_errors([&] {
    for (const auto& caption : saccade::read_captions(file.path()))
      require(!caption.image.empty() || caption.id, "a caption is of an image");
  });
}

void check_boxes_on_input(const ImageInstances& image, const PictureGeometry& geometry) {
  constexpr int kSide = 224;
  constexpr double kEnd = kSide + 1e-9;  // left + width is rounded
  for (const auto& [category, box] : boxes_on_picture(image, geometry.width, geometry.height)) {
    require(box.has_area(), "a box has an area on the picture");
    const auto seen = box_on_input(box, geometry, kSide);
    if (!seen) continue;
    require(seen->has_area() && seen->left >= 0 && seen->top >= 0 && seen->right() <= kEnd && seen->bottom() <= kEnd,
            "what the network sees of a box has an area within its input");
    const auto back = box_on_original(*seen, geometry, kSide);
    require(std::isfinite(back.left) && std::isfinite(back.top) && back.width > 0 && back.height > 0, "it has a place on the original");
  }
}

void read_boxes(Bytes bytes) {
  const MemoryFile file(bytes);
  allow_errors([&] {
    for (const auto& image : read_instances(file.path()).images) {
      require(!image.file.empty() && !image.boxes.empty(), "an image has a file and a box");
      require(static_cast<int64_t>(image.boxes.size()) <= kMaxBoxesOfPicture, "a picture has no more boxes than can be measured");
      for (const auto& box : image.boxes) require(box.box.has_area(), "a box has an area");
      check_boxes_on_input(image, whole_picture(64));
      check_boxes_on_input(image, {.width = 640, .height = 480, .left = 80, .crop_width = 480, .crop_height = 480});
    }
  });
}

void read_header(Bytes bytes) {
  allow_errors([&] {
    for (const auto& [name, tensor] : read_safetensors_header(bytes, "fuzz").tensors) {
      require(tensor.begin <= tensor.end && tensor.end <= bytes.size(), "a tensor lies in its file");
      std::size_t elements = 1;
      for (const auto side : tensor.shape) elements *= static_cast<std::size_t>(side);
      require(elements * bytes_per_element(tensor.type) == tensor.end - tensor.begin, "a tensor has the size of its shape");
    }
  });
}

void read_zip(Bytes bytes) {
  allow_errors([&] {
    for (const auto& named : read_stored_zip(bytes, "fuzz")) {
      const auto& record = named.second;
      if (record.bytes.empty()) continue;
      require(record.bytes.data() >= bytes.data() && record.bytes.data() + record.bytes.size() <= bytes.data() + bytes.size(),
              "a record lies in its file");
      allow_errors([&] { check_zip_record(named.first, record, "fuzz"); });
      if (named.first.ends_with("data.pkl")) read_checkpoint_pickle(record.bytes, "fuzz");
    }
  });
}

void read_pickle(Bytes bytes) {
  allow_errors([&] {
    for (const auto& [name, tensor] : read_checkpoint_pickle(bytes, "fuzz")) {
      int64_t elements = 1, last = tensor.offset;
      for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        elements *= tensor.shape[i];
        if (elements != 0) last += (tensor.shape[i] - 1) * tensor.strides[i];
      }
      require(elements == 0 || (tensor.offset >= 0 && last < tensor.storage_size && elements <= tensor.storage_size),
              "a tensor lies in its storage");
    }
  });
}

constexpr std::array<FuzzTarget, 15> kTargets{{{"auto", read_captions<AnnotationFormat::kAuto>},
                                               {"checkpoint_pickle", read_pickle},
                                               {"checkpoint_zip", read_zip},
                                               {"coco", read_captions<AnnotationFormat::kCoco>},
                                               {"csv", read_captions<AnnotationFormat::kCsv>},
                                               {"flickr", read_captions<AnnotationFormat::kFlickr>},
                                               {"instances", read_boxes},
                                               {"jsonl", read_captions<AnnotationFormat::kJsonl>},
                                               {"karpathy", read_captions<AnnotationFormat::kKarpathy>},
                                               {"safetensors_header", read_header},
                                               {"ptb_tokenizer", tokenize_caption},
                                               {"document_frequencies", read_frequencies},
                                               {"scored_captions", read_captions_to_score},
                                               {"tokenizer", tokenize},
                                               {"tsv", read_captions<AnnotationFormat::kTsv>}}};

}  // namespace

std::span<const FuzzTarget> fuzz_targets() { return kTargets; }

}  // namespace saccade
