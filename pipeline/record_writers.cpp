#include "pipeline/record_writers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "data/error.h"
#include "data/files/file_lock.h"
#include "data/files/mapped_file.h"
#include "data/text/utf8.h"

namespace saccade {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, RecordFormat>, 4> kFormats{
    {{"jsonl", RecordFormat::kJsonl}, {"coco", RecordFormat::kCoco}, {"csv", RecordFormat::kCsv}, {"txt", RecordFormat::kTxt}}};

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// File names may hold any bytes; JSON holds UTF-8 only.
std::string to_line(const ordered_json& json) { return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

ordered_json to_coco(const CaptionRecord& record) { return {{"image_id", id_to_json(result_id(record))}, {"caption", record.caption}}; }

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string to_csv(const CaptionRecord& record) {
  const auto score = record.error.empty() ? to_json_record(record)["log_probability"].dump() : std::string();
  return csv_field(record.image) + ',' + csv_field(record.caption) + ',' + score + ',' + csv_field(record.warning) + ',' +
         csv_field(record.error) + "\r\n";
}

// A tab or a line end inside would make another row.
std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace

RecordFormat record_format(const std::string& name) {
  for (const auto& [known, format] : kFormats) {
    if (name == known) return format;
  }
  throw Error("format " + name, "unknown", "expected jsonl, coco, csv or txt");
}

ImageId result_id(const CaptionRecord& record) {
  if (record.id) return *record.id;
  constexpr std::size_t kCocoDigits = 12;
  const auto stem = std::filesystem::path(record.image).stem().string();
  const auto digits = stem.substr(stem.size() - std::min(stem.size(), kCocoDigits));
  const bool is_coco = digits.size() == kCocoDigits && all_digits(digits) && (stem.size() == kCocoDigits || stem.starts_with("COCO_"));
  if (is_coco) return {.text = std::to_string(std::stoll(digits)), .is_number = true};
  return {.text = std::filesystem::path(record.image).filename().string()};
}

RecordWriter::RecordWriter(std::filesystem::path path, RecordFormat format, ExistingRecords existing)
    : path_(std::move(path)), format_(format) {
  const bool resume = existing == ExistingRecords::kResume;
  if (path_.empty()) path_ = "-";
  if (resume && (path_ == "-" || format_ != RecordFormat::kJsonl))
    throw Error(path_, "cannot be resumed", "expected a file of the format jsonl");
  if (path_ == "-") {
    output_.number = ::dup(STDOUT_FILENO);
  } else {
    output_.number = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  }
  if (output_.number < 0) throw Error(path_, std::string("cannot be written (") + std::strerror(errno) + ")");
  struct stat status {};
  ::fstat(output_.number, &status);
  is_file_ = S_ISREG(status.st_mode) && path_ != "-";  // what the standard output is redirected to may hold something already
  if (is_file_) {
    lock_descriptor(output_.number, path_, "the captions file");
    ::fstat(output_.number, &status);  // what another process wrote until it let go
  }
  if (is_file_ && existing == ExistingRecords::kReplace) {
    if (::ftruncate(output_.number, 0) != 0) throw Error(path_, std::string("cannot be emptied (") + std::strerror(errno) + ")");
  } else if (is_file_ && status.st_size > 0) {
    if (!resume)
      throw Error(path_, "is there already",
                  "choose another name, or replace it with --overwrite, or (caption) go on with it with --resume");
    recover();
  }
  if (format_ == RecordFormat::kCsv) append("image,caption,log_probability,warning,error\r\n");
  if (format_ == RecordFormat::kCoco) append(is_file_ ? "[\n]\n" : "[\n");
}

RecordWriter::Descriptor::~Descriptor() {
  if (number >= 0) ::close(number);
}

// What a killed run left: whole records, and perhaps the beginning of one more.
void RecordWriter::recover() {
  std::size_t whole = 0;
  {
    const MappedFile file(path_);
    const auto bytes = file.bytes();
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (int64_t number = 1; whole < text.size(); ++number) {
      const auto end = text.find('\n', whole);
      if (end == std::string_view::npos) break;
      const auto line = text.substr(whole, end - whole);
      const auto place = path_.string() + ':' + std::to_string(number);
      whole = end + 1;
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      const auto record = parse_record(line, place);
      ++written_[record.image];
      failures_found_ += record.error.empty() ? 0 : 1;
      ++records_found_;
    }
    constexpr std::string_view kStart = "{\"image\":";
    const auto rest = text.substr(whole, kStart.size());
    if (records_found_ == 0 && rest != kStart.substr(0, rest.size()))
      throw Error(path_, "is no captions file that could be gone on with", "expected JSON lines that begin with {\"image\":");
  }
  end_ = static_cast<int64_t>(whole);
  if (::ftruncate(output_.number, end_) != 0)
    throw Error(path_, std::string("cannot be cut to its whole lines (") + std::strerror(errno) + ")");
}

bool RecordWriter::take_written(const std::string& image) {
  const auto found = written_.find(replace_invalid_utf8(image));
  return found != written_.end() && found->second-- > 0;
}

int64_t RecordWriter::records_left() const {
  int64_t left = 0;
  for (const auto& [image, count] : written_) left += count;
  return left;
}

// One call to the system a record; more only where it takes a part.
void RecordWriter::append(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto taken = is_file_ ? ::pwrite(output_.number, text.data() + done, text.size() - done, end_ + static_cast<int64_t>(done))
                                : ::write(output_.number, text.data() + done, text.size() - done);
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0) {
      const int reason = errno;
      if (is_file_ && ::ftruncate(output_.number, end_) != 0) errno = reason;  // no half record; if even that fails, resuming cuts it
      throw Error(path_, std::string("cannot be written (") + std::strerror(reason) + ")");
    }
    done += static_cast<std::size_t>(taken);
  }
  end_ += static_cast<int64_t>(text.size());
}

void RecordWriter::write(const CaptionRecord& record) {
  switch (format_) {
    case RecordFormat::kJsonl:
      return write_json(to_json_record(record));
    case RecordFormat::kCsv:
      append(to_csv(record));
      break;
    case RecordFormat::kTxt:
      append(on_one_line(record.image) + '\t' + on_one_line(record.caption) + '\n');
      break;
    case RecordFormat::kCoco: {
      const auto text = (count_ == 0 ? "" : ",\n") + to_line(to_coco(record));
      if (!is_file_) {
        append(text);
        break;
      }
      const std::string closing = count_ == 0 ? "]\n" : "\n]\n";
      end_ -= std::ssize(closing);  // written over
      try {
        append(text + "\n]\n");
      } catch (const Error&) {
        append(closing);  // its place is there: the file was cut to where it began, on a full disk too
        throw;
      }
      break;
    }
  }
  ++count_;
}

void RecordWriter::write_json(const ordered_json& record) {
  append(to_line(record) + '\n');
  ++count_;
}

void RecordWriter::finish() {
  if (format_ == RecordFormat::kCoco && !is_file_) append(count_ == 0 ? "]\n" : "\n]\n");
  if (is_file_ && ::fsync(output_.number) != 0) throw Error(path_, std::string("cannot be written (") + std::strerror(errno) + ")");
}

RecordWriter open_record_writer(const std::filesystem::path& path, RecordFormat format, ExistingRecords existing) {
  return {path, format, existing};
}

}  // namespace saccade
