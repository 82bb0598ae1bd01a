#include "data/pictures/decode.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "data/error.h"
#include "data/pictures/byte_reader.h"
#include "data/pictures/codecs.h"
#include "data/pictures/exif.h"
#include "data/pictures/resize.h"

namespace saccade {
namespace {

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

[[noreturn]] void throw_system_error(const std::filesystem::path& path) {
  throw Error(path.string(), "cannot be read: " + std::system_category().message(errno));
}

void check_file_size(std::size_t bytes, const std::string& name, const DecodeLimits& limits) {
  if (bytes == 0) throw Error(name, "is empty", "a picture was expected");
  if (bytes > limits.max_file_bytes) {
    throw Error(name, "has " + std::to_string(bytes) + " bytes",
                "pictures of at most " + std::to_string(limits.max_file_bytes) + " bytes are read");
  }
}

}  // namespace

void check_size(int64_t width, int64_t height, const DecodeLimits& limits) {
  const auto sizes = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (width <= 0 || height <= 0) throw DecodeFailure("has " + sizes);
  if (width > limits.max_side || height > limits.max_side || width * height > limits.max_pixels) {
    throw DecodeFailure("has " + sizes + "; at most " + std::to_string(limits.max_side) + " a side and " +
                        std::to_string(limits.max_pixels) + " in all are read");
  }
}

StoredPicture decode_stored(std::span<const std::byte> bytes, int min_side, const DecodeLimits& limits) {
  const auto format = picture_format(bytes);
  const auto header = read_picture_header(format, bytes);
  check_size(header.width, header.height, limits);
  StoredPicture stored{.orientation = header.orientation};
  if (format == PictureFormat::kJpeg) {
    const auto shorter = std::min(header.width, header.height);
    while (min_side > 0 && stored.shrink < 8 && shorter / (2 * stored.shrink) >= min_side) stored.shrink *= 2;
    stored.decoded = decode_jpeg(bytes, header, stored.shrink);
    stored.width = static_cast<int>(header.width);
    stored.height = static_cast<int>(header.height);
    return stored;
  }
  stored.decoded = format == PictureFormat::kGif ? decode_gif(bytes, limits) : decode_with_opencv(format, bytes, header);
  stored.width = stored.decoded.picture.width;
  stored.height = stored.decoded.picture.height;
  return stored;
}

DecodedPicture decode_picture(std::span<const std::byte> bytes, const std::string& name, const DecodeLimits& limits) {
  check_file_size(bytes.size(), name, limits);
  try {
    auto stored = decode_stored(bytes, 0, limits);
    stored.decoded.picture = make_upright(std::move(stored.decoded.picture), stored.orientation);
    return std::move(stored.decoded);
  } catch (const DecodeFailure& failure) {
    throw Error(name, failure.what());
  }
}

DecodedFitted load_fitted(std::span<const std::byte> bytes, const std::string& name, int side, FitMode mode, const DecodeLimits& limits) {
  check_file_size(bytes.size(), name, limits);
  try {
    auto [decoded, width, height, shrink, orientation] = decode_stored(bytes, 2 * side, limits);
    const auto stored = fitted_geometry(width, height, mode);
    // Turned after fitting, when it is small: both crops are symmetric, so nothing else changes.
    auto picture = make_upright(resize_region(decoded.picture, region_of(stored, shrink), side), orientation);
    if (orientation >= 5) std::swap(width, height);
    return {.fitted = {.picture = std::move(picture), .geometry = fitted_geometry(width, height, mode)},
            .warnings = std::move(decoded.warnings)};
  } catch (const DecodeFailure& failure) {
    throw Error(name, failure.what());
  }
}

std::vector<std::byte> read_picture_file(const std::filesystem::path& path, const DecodeLimits& limits) {
  // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever. Read, not mapped: a file cut meanwhile must not end the process.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  struct stat status {};
  if (file.number < 0 || ::fstat(file.number, &status) != 0) throw_system_error(path);
  if (S_ISDIR(status.st_mode)) throw Error(path.string(), "is a folder", "a picture file was expected");
  if (!S_ISREG(status.st_mode)) throw Error(path.string(), "is no regular file", "a picture file was expected");
  check_file_size(static_cast<std::size_t>(status.st_size), path.string(), limits);
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto count = ::read(file.number, bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system_error(path);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

DecodedPicture read_picture(const std::filesystem::path& path, const DecodeLimits& limits) {
  return decode_picture(read_picture_file(path, limits), path.string(), limits);
}

}  // namespace saccade
