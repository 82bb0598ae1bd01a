#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace saccade {

enum class InputKind : uint8_t { kPicture, kTar, kListOnStandardInput };

/// The names of millions of inputs in one block of memory.
class InputNames {
 public:
  struct Input {
    std::string_view name;
    InputKind kind;
  };

  std::size_t size() const { return ends_.size(); }
  Input operator[](std::size_t i) const;
  void add(std::string_view name, InputKind kind);
  int64_t count(InputKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

 private:
  std::string names_;
  std::vector<uint64_t> ends_;
  std::vector<InputKind> kinds_;
  int64_t counts_[3] = {};
};

/// What the words of a command line name, in their order: folders are walked and patterns expanded in the byte order of names, lists are
/// read. Throws Error for a list or folder that cannot be read, a folder without pictures and a pattern without match; a picture or archive
/// that is not there is no concern of this.
InputNames expand_inputs(const std::vector<std::string>& inputs);

/// By its extension, in either case: jpg, jpeg, png, webp, bmp, gif, tif, tiff and their kin. Hidden files ("._a.jpg") are none.
bool has_picture_name(std::string_view path);
bool has_tar_name(std::string_view path);

/// A line of a list as a name: without line end and, first of all, byte order mark. Throws Error, with `where`, if it is longer than any
/// path.
std::string_view clean_list_line(std::string_view line, const std::string& where);

}  // namespace saccade
