#include "data/annotations/json_records.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "data/annotations/lines.h"
#include "data/annotations/text_limits.h"
#include "data/error.h"

namespace saccade {
namespace {

using nlohmann::json;

/// Where the parser stands. It sees the end of the text a record's length ahead, so that no token can take more memory than that.
struct Cursor {
  explicit Cursor(std::string_view text) : begin(text.data()), position(begin), end(begin + text.size()) { allow_more(); }
  void allow_more() { stop = position + std::min<std::ptrdiff_t>(end - position, kMaxRecordBytes); }

  const char *begin, *position, *end, *stop = nullptr;
};

class CursorIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  explicit CursorIterator(Cursor* cursor) : cursor_(cursor) {}
  char operator*() const { return *cursor_->position; }
  CursorIterator& operator++() {
    ++cursor_->position;
    return *this;
  }
  CursorIterator operator++(int) { return ++*this; }
  bool operator==(const CursorIterator&) const { return cursor_->position == cursor_->stop; }  // only ever compared with the end
  bool operator!=(const CursorIterator& end) const { return !(*this == end); }

 private:
  Cursor* cursor_;
};

/// What stands between the braces of the records, put together from events; everything else is passed over.
class RecordEvents : public json::json_sax_t {
 public:
  RecordEvents(Cursor& cursor, const std::vector<JsonSection>& sections, const std::function<void(JsonRecord&&)>& use)
      : cursor_(cursor), sections_(sections), use_(use) {}

  /// What is wrong with the file, if the walk was broken off.
  const std::string& failure() const { return failure_; }
  /// Records are the outermost value itself.
  void take_outermost_as_record() {
    record_level_ = 0;
    section_ = &sections_.front();
  }

  bool null() override { return value(nullptr); }
  bool boolean(bool flag) override { return value(flag); }
  bool number_integer(number_integer_t number) override { return value(number); }
  bool number_unsigned(number_unsigned_t number) override { return value(number); }
  bool number_float(number_float_t number, const string_t&) override { return value(number); }
  bool string(string_t& text) override { return value(std::move(text)); }
  bool binary(binary_t&) override { return fail("has binary data"); }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    cursor_.allow_more();
    if (in_record_) {
      if (level_ == record_level_ + 1) skipping_ = !section_->fields.contains(name);
      if (!skipping_ && open_.back()->contains(name)) record_.problem = "the record has the key '" + name + "' twice";
      key_ = std::move(name);
    } else if (level_ == 1 && record_level_ != 1) {
      return enter_section(name);
    }
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    if (cursor_.position == cursor_.stop && cursor_.stop != cursor_.end) return fail("has a text or a gap of more than 1 MiB");
    return fail(cursor_.position == cursor_.end ? "ends before its JSON does; it may be cut short" : "is no valid JSON in UTF-8 here");
  }

 private:
  static constexpr std::size_t kNoLevel = ~std::size_t{0};

  bool fail(const std::string& wrong) {
    if (failure_.empty()) failure_ = wrong;
    return false;
  }

  bool enter_section(const std::string& name) {
    const auto found = std::find_if(sections_.begin(), sections_.end(), [&](const JsonSection& section) { return section.key == name; });
    record_level_ = kNoLevel;
    section_ = found == sections_.end() ? nullptr : &*found;
    number_ = 0;
    if (section_ && !entered_.insert(name).second) return fail("has the list '" + name + "' twice");
    return true;
  }

  bool at_record() const { return section_ && !in_record_ && level_ == record_level_; }

  bool open(json&& empty) {
    cursor_.allow_more();
    if (level_ == kMaxJsonDepth) return fail("nests deeper than " + std::to_string(kMaxJsonDepth) + " levels");
    const bool is_list = empty.is_array();
    if (level_ == 0 && is_list && !sections_.empty() && sections_.front().key.empty() && record_level_ != 0) {
      section_ = &sections_.front();
      record_level_ = 1;
    } else if (level_ == 1 && section_ && record_level_ == kNoLevel) {
      if (!is_list) return fail("has '" + section_->key + "', which is no list");
      record_level_ = 2;
    } else if (at_record()) {
      if (is_list) {
        hand_over({.problem = "the record is no object"});
      } else {
        in_record_ = true;
        record_start_ = cursor_.position;
        record_ = {.fields = std::move(empty)};
        open_ = {&record_.fields};
        skipping_ = false;
      }
    } else if (in_record_ && !skipping_) {
      open_.push_back(put(std::move(empty)));
    }
    ++level_;
    return true;
  }

  bool close() {
    cursor_.allow_more();
    --level_;
    if (in_record_ && level_ == record_level_) {
      in_record_ = false;
      hand_over(std::move(record_));
    } else if (in_record_ && !skipping_) {
      open_.pop_back();
    }
    if (level_ == 1 && record_level_ == 2) {
      section_ = nullptr;
      record_level_ = kNoLevel;
    }
    return within_record_limit();
  }

  template <typename Value>
  bool value(Value&& content) {
    cursor_.allow_more();
    if (level_ == 1 && section_ && record_level_ == kNoLevel) return fail("has '" + section_->key + "', which is no list");
    if (at_record()) {
      hand_over({.problem = "the record is no object"});
    } else if (in_record_ && !skipping_) {
      put(json(std::forward<Value>(content)));
    }
    return within_record_limit();
  }

  bool within_record_limit() {
    const bool within = !in_record_ || cursor_.position - record_start_ <= static_cast<std::ptrdiff_t>(kMaxRecordBytes);
    return within || fail("has a record of more than 1 MiB");
  }

  json* put(json&& content) {
    auto& container = *open_.back();
    if (container.is_array()) {
      container.push_back(std::move(content));
      return &container.back();
    }
    return &(container[key_] = std::move(content));
  }

  void hand_over(JsonRecord&& record) {
    record.section = section_->key;
    record.number = ++number_;
    use_(std::move(record));
  }

  Cursor& cursor_;
  const std::vector<JsonSection>& sections_;
  const std::function<void(JsonRecord&&)>& use_;
  std::string failure_;

  std::size_t level_ = 0;                // brackets open
  std::size_t record_level_ = kNoLevel;  // brackets open around a record of this section
  const JsonSection* section_ = nullptr;
  std::set<std::string> entered_;
  int64_t number_ = 0;

  bool in_record_ = false, skipping_ = false;
  const char* record_start_ = nullptr;
  JsonRecord record_;
  std::vector<json*> open_;  // the containers of record_ that are open; the address of each is stable until it is closed
  std::string key_;
};

}  // namespace

void read_json_records(const std::filesystem::path& path, const std::vector<JsonSection>& sections,
                       const std::function<void(JsonRecord&&)>& use) {
  const MappedFile file(path);
  Cursor cursor(text_of(file));
  RecordEvents events(cursor, sections, use);
  if (json::sax_parse(CursorIterator(&cursor), CursorIterator(&cursor), &events)) return;
  const auto line = 1 + std::count(cursor.begin, cursor.position, '\n');
  throw Error(path.string() + ":" + std::to_string(line), events.failure());
}

JsonRecord read_json_line(std::string_view text, const JsonSection& section) {
  JsonRecord found;
  const std::vector<JsonSection> sections{section};
  const std::function<void(JsonRecord &&)> use = [&](JsonRecord&& record) { found = std::move(record); };
  Cursor cursor(text);
  RecordEvents events(cursor, sections, use);
  events.take_outermost_as_record();
  if (!json::sax_parse(CursorIterator(&cursor), CursorIterator(&cursor), &events)) found.problem = "the line " + events.failure();
  return found;
}

}  // namespace saccade
