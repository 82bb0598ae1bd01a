#include "data/inputs/picture_source.h"

#include <charconv>

namespace saccade {

Shard parse_shard(const std::string& text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, shard.index);
  const bool slash = index.ec == std::errc{} && index.ptr != end && *index.ptr == '/';
  const auto count = slash ? std::from_chars(index.ptr + 1, end, shard.count) : index;
  if (!slash || count.ec != std::errc{} || count.ptr != end || shard.count < 1 || shard.index < 1 || shard.index > shard.count) {
    throw Error("shard", "'" + text + "' is none", "I/N with I from 1 to N, such as 2/8");
  }
  return shard;
}

std::vector<std::byte> SourcePicture::read(const DecodeLimits& limits) const {
  if (const auto* failure = std::get_if<Error>(&content_)) throw *failure;
  if (const auto* bytes = std::get_if<std::vector<std::byte>>(&content_)) return *bytes;
  if (const auto* member = std::get_if<Member>(&content_)) return read_at(*member->file, member->offset, member->size, name);
  return read_picture_file(name, limits);
}

DecodedFitted load_fitted(const SourcePicture& picture, int side, FitMode mode, const DecodeLimits& limits) {
  return load_fitted(picture.read(limits), picture.name, side, mode, limits);
}

PictureSource::PictureSource(const PictureSourceOptions& options)
    : options_(options),
      names_(expand_inputs(options.inputs)),
      tars_are_dealt_whole_(names_.count(InputKind::kTar) >= options.shard.count) {}

std::optional<int64_t> PictureSource::count() const {
  const auto pictures = names_.count(InputKind::kPicture);
  if (pictures != static_cast<int64_t>(names_.size())) return std::nullopt;
  const auto& [index, count] = options_.shard;
  return pictures / count + (index <= pictures % count ? 1 : 0);
}

// Whether the next card is this shard's.
bool PictureSource::deal() { return dealt_++ % options_.shard.count == options_.shard.index - 1; }

std::optional<SourcePicture> PictureSource::next() {
  const std::lock_guard lock(mutex_);
  for (;;) {
    if (tar_ || tar_failure_) {
      if (auto picture = next_of_tar()) return picture;
    } else if (reading_list_) {
      if (auto picture = next_of_list()) return picture;
    } else if (next_name_ == names_.size()) {
      return std::nullopt;
    } else {
      const auto [name, kind] = names_[next_name_++];
      if (kind == InputKind::kTar) open_tar(name);
      if (kind == InputKind::kListOnStandardInput) reading_list_ = true;
      if (kind != InputKind::kPicture || !deal()) continue;
      SourcePicture picture;
      picture.name = name;
      return picture;
    }
  }
}

void PictureSource::open_tar(std::string_view name) {
  if (tars_are_dealt_whole_ && !deal()) return;
  tar_name_ = name;
  try {
    tar_.emplace(tar_name_);
  } catch (const Error& error) {
    tar_failure_ = error;
  }
}

std::optional<SourcePicture> PictureSource::next_of_tar() {
  while (tar_ && !tar_failure_) {
    try {
      const auto member = tar_->next();
      if (!member) {
        tar_.reset();
        return std::nullopt;
      }
      if (member->is_folder || !has_picture_name(member->name)) continue;
      if (tars_are_dealt_whole_ || deal()) return take_member(*member);
    } catch (const Error& error) {
      tar_failure_ = error;
    }
  }
  // One record says that the rest of the archive is lost.
  SourcePicture lost;
  lost.name = tar_name_;
  lost.content_ = *tar_failure_;
  tar_.reset();
  tar_failure_.reset();
  if (!tars_are_dealt_whole_ && !deal()) return std::nullopt;
  return lost;
}

SourcePicture PictureSource::take_member(const TarMember& member) {
  SourcePicture picture;
  picture.name = tar_name_ + "/" + member.name;
  if (!member.is_regular) {
    picture.content_ = Error(picture.name, "is a link or device in an archive, which is not followed");
  } else if (member.size > options_.limits.max_file_bytes) {
    picture.content_ = Error(picture.name, "has " + std::to_string(member.size) + " bytes",
                             "pictures of at most " + std::to_string(options_.limits.max_file_bytes) + " bytes are read");
  } else if (tar_->is_seekable()) {
    picture.content_ = SourcePicture::Member{.file = tar_->file(), .offset = member.offset, .size = member.size};
  } else {
    picture.content_ = tar_->read_content();
  }
  return picture;
}

std::optional<SourcePicture> PictureSource::next_of_list() {
  while (const auto line = standard_input_.next(stopped_)) {
    const auto name = clean_list_line(*line, "standard input:" + std::to_string(++list_line_));
    if (name.empty()) continue;
    if (has_tar_name(name)) {
      open_tar(name);
      if (!tar_ && !tar_failure_) continue;
      if (auto picture = next_of_tar()) return picture;
      continue;
    }
    if (!deal()) continue;
    SourcePicture picture;
    picture.name = name;
    return picture;
  }
  reading_list_ = false;
  return std::nullopt;
}

}  // namespace saccade
