/// Captions files: one record an input, in the order of the inputs.
#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>

#include "pipeline/records.h"

namespace saccade {

enum class RecordFormat {
  kJsonl,  ///< everything, one JSON record a line; see to_json_record
  kCoco,   ///< COCO results: [{"image_id": ..., "caption": ...}]
  kCsv,    ///< RFC 4180 with a header: image, caption, log_probability, warning, error
  kTxt,    ///< image<TAB>caption
};

/// "jsonl" → kJsonl. Throws Error that lists the names.
RecordFormat record_format(const std::string& name);

/// What becomes of a captions file that is there already and not empty.
enum class ExistingRecords {
  kRefuse,
  kReplace,
  kResume,  ///< keep its whole records, cut a half line at its end, go on after it; JSON lines only
};

/// Appends records to a file. Each is handed to the system whole before write() returns, so that a killed run leaves a file that is good up
/// to its last record (COCO results in a regular file are closed after every record).
class RecordWriter {
 public:
  /// "-" or an empty path is the standard output. Throws Error if the file cannot be opened, is there already and may not be, or is
  /// being written by another process.
  RecordWriter(std::filesystem::path path, RecordFormat format, ExistingRecords existing);

  /// Throws Error (disk full, reader gone) with the system's reason.
  void write(const CaptionRecord& record);
  /// A record that says more than a CaptionRecord does; JSON lines only.
  void write_json(const nlohmann::ordered_json& record);
  /// To be called after the last record; then everything is on the disk.
  void finish();

  /// Whole records that a resumed file had, and those among them of pictures that failed.
  int64_t records_found() const { return records_found_; }
  int64_t failures_found() const { return failures_found_; }
  /// Records of a resumed file that take_written() was not asked for.
  int64_t records_left() const;
  /// Whether a resumed file has a record of this picture, with a caption or an error. A picture that stands twice among the inputs is asked
  /// for twice: each record answers once.
  bool take_written(const std::string& image);

 private:
  void recover();
  void append(const std::string& text);

  std::filesystem::path path_;
  RecordFormat format_;
  struct Descriptor {
    Descriptor() = default;
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number = -1;
  } output_;
  bool is_file_ = false;  // a regular file, not a pipe or a terminal
  int64_t count_ = 0, end_ = 0, records_found_ = 0, failures_found_ = 0;
  std::unordered_map<std::string, int64_t> written_;
};

RecordWriter open_record_writer(const std::filesystem::path& path, RecordFormat format = RecordFormat::kJsonl,
                                ExistingRecords existing = ExistingRecords::kRefuse);

/// The id in COCO results: the record's own; else the number of a COCO file name (COCO_val2014_000000391895.jpg, 000000397133.jpg); else
/// the file name as text.
ImageId result_id(const CaptionRecord& record);

}  // namespace saccade
