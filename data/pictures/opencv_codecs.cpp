#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "data/pictures/byte_reader.h"
#include "data/pictures/codecs.h"

namespace saccade {
namespace {

using namespace std::string_view_literals;

cv::Mat decode(std::span<const std::byte> bytes, int flags) {
  // OpenCV's own log would write into the middle of a progress bar; what is wrong is said by the exception.
  static const auto silence = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  static_cast<void>(silence);
  const cv::Mat view(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
  try {
    return cv::imdecode(view, flags);
  } catch (const cv::Exception& error) {
    throw DecodeFailure("cannot be decoded: " + error.err);
  }
}

uint8_t to_8_bits(uint8_t value) { return value; }
uint8_t to_8_bits(uint16_t value) { return static_cast<uint8_t>((value * 255u + 32895u) >> 16); }  // rounded value / 257

// Whether colours come multiplied by alpha already, as libtiff gives them.
enum class Alpha { kStraight, kPremultiplied };

uint8_t over_white(unsigned colour, unsigned alpha, Alpha kind) {
  if (kind == Alpha::kPremultiplied) return static_cast<uint8_t>(std::min(255u, colour + 255 - alpha));
  return static_cast<uint8_t>((colour * alpha + 255 * (255 - alpha) + 127) / 255);
}

// Grey, BGR or BGRA of 8 or 16 bits to RGB over white.
template <typename Sample>
void convert(const cv::Mat& image, Alpha kind, Picture& picture) {
  const int channels = image.channels();
  auto* target = picture.rgb.data();
  for (int y = 0; y < image.rows; ++y) {
    const auto* source = image.ptr<Sample>(y);
    for (int x = 0; x < image.cols; ++x, source += channels, target += 3) {
      for (int c = 0; c < 3; ++c) target[c] = to_8_bits(source[channels == 1 ? 0 : 2 - c]);
      if (channels != 4) continue;
      const unsigned alpha = to_8_bits(source[3]);
      for (int c = 0; c < 3; ++c) target[c] = over_white(target[c], alpha, kind);
    }
  }
}

Picture to_picture(const cv::Mat& image, Alpha kind = Alpha::kStraight) {
  if (image.empty()) throw DecodeFailure("is damaged beyond use");
  const int channels = image.channels();
  if ((image.depth() != CV_8U && image.depth() != CV_16U) || (channels != 1 && channels != 3 && channels != 4)) {
    throw DecodeFailure("has samples that are not 8 or 16 bits of grey, RGB or RGBA");
  }
  Picture picture{.width = image.cols, .height = image.rows};
  picture.rgb.resize(3 * image.total());
  image.depth() == CV_8U ? convert<uint8_t>(image, kind, picture) : convert<uint16_t>(image, kind, picture);
  return picture;
}

// An animation's frame is a still WebP without its RIFF wrapper. Here it gets one.
struct Frame {
  int left, top, width, height;
  std::vector<std::byte> file;
};

void put(std::vector<std::byte>& file, std::string_view text) {
  for (const char c : text) file.push_back(static_cast<std::byte>(c));
}

void put_number(std::vector<std::byte>& file, std::size_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) file.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
}

Frame first_frame(std::span<const std::byte> bytes) {
  const ByteReader reader{bytes, false};
  std::size_t at = 12;
  while (!reader.has(at, "ANMF")) at += 8 + reader.u32(at + 4) + reader.u32(at + 4) % 2;
  const std::size_t length = reader.u32(at + 4);
  const auto body = reader.part(at + 8, length);
  if (body.size() != length || length < 16) throw DecodeFailure("ends within its first frame");
  const ByteReader head{body, false};
  Frame frame{.left = static_cast<int>(2 * head.u24(0)),
              .top = static_cast<int>(2 * head.u24(3)),
              .width = static_cast<int>(1 + head.u24(6)),
              .height = static_cast<int>(1 + head.u24(9))};
  const auto chunks = body.subspan(16);
  const bool alpha = head.has(16, "ALPH");
  put(frame.file, "RIFF");
  put_number(frame.file, 4 + (alpha ? 18 : 0) + chunks.size(), 4);
  put(frame.file, "WEBP");
  if (alpha) {
    put(frame.file, "VP8X\x0a\0\0\0\x10\0\0\0"sv);
    put_number(frame.file, static_cast<std::size_t>(frame.width - 1), 3);
    put_number(frame.file, static_cast<std::size_t>(frame.height - 1), 3);
  }
  frame.file.insert(frame.file.end(), chunks.begin(), chunks.end());
  return frame;
}

Picture decode_first_frame(std::span<const std::byte> bytes, const PictureHeader& header) {
  const auto frame = first_frame(bytes);
  if (frame.left + frame.width > header.width || frame.top + frame.height > header.height)
    throw DecodeFailure("has a frame larger than its picture");
  const auto inner = read_picture_header(PictureFormat::kWebp, frame.file);
  if (inner.width != frame.width || inner.height != frame.height || inner.is_animated)
    throw DecodeFailure("has a frame that contradicts itself");
  const auto part = to_picture(decode(frame.file, cv::IMREAD_UNCHANGED));
  if (part.width != frame.width || part.height != frame.height) throw DecodeFailure("has a frame that contradicts itself");
  Picture whole{.width = static_cast<int>(header.width), .height = static_cast<int>(header.height)};
  whole.rgb.assign(3 * static_cast<std::size_t>(whole.width) * static_cast<std::size_t>(whole.height), 255);
  const auto row_bytes = 3 * static_cast<std::size_t>(part.width);
  for (int y = 0; y < part.height; ++y) {
    const auto row = part.rgb.begin() + static_cast<std::ptrdiff_t>(row_bytes) * y;
    std::copy_n(row, row_bytes, whole.rgb.begin() + 3 * (static_cast<std::ptrdiff_t>(frame.top + y) * whole.width + frame.left));
  }
  return whole;
}

}  // namespace

DecodedPicture decode_with_opencv(PictureFormat format, std::span<const std::byte> bytes, const PictureHeader& header) {
  if (header.is_animated) return {.picture = decode_first_frame(bytes, header)};
  // The fourth byte of a 32-bit BMP is padding as often as alpha: it is not looked at.
  const int flags = format == PictureFormat::kBmp ? cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION : cv::IMREAD_UNCHANGED;
  const auto alpha = format == PictureFormat::kTiff ? Alpha::kPremultiplied : Alpha::kStraight;
  return {.picture = to_picture(decode(bytes, flags), alpha)};
}

}  // namespace saccade
