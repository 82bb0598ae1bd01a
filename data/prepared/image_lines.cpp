#include "data/prepared/image_lines.h"

#include "data/error.h"

namespace saccade {
namespace {

nlohmann::json id_to_json(const ImageId& id) { return id.is_number ? nlohmann::json::parse(id.text) : nlohmann::json(id.text); }

ImageId id_from_json(const nlohmann::json& json) {
  return json.is_string() ? ImageId{.text = json.get<std::string>()} : ImageId{.text = json.dump(), .is_number = true};
}

}  // namespace

std::string to_line(const PreparedImage& image) {
  const auto& geometry = image.geometry;
  nlohmann::ordered_json json = {{"file", image.file},
                                 {"id", id_to_json(image.id)},
                                 {"split", image.split},
                                 {"size", {geometry.width, geometry.height}},
                                 {"crop", {geometry.left, geometry.top, geometry.crop_width, geometry.crop_height}},
                                 {"captions", image.captions}};
  if (!image.warning.empty()) json["warning"] = image.warning;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";  // file names need not be UTF-8
}

PreparedImage from_line(std::string_view line, const std::string& where) {
  try {
    const auto json = nlohmann::json::parse(line);
    const auto size = json.at("size").get<std::array<int, 2>>();
    const auto crop = json.at("crop").get<std::array<double, 4>>();
    return {
        .file = json.at("file").get<std::string>(),
        .id = id_from_json(json.at("id")),
        .split = json.at("split").get<std::string>(),
        .geometry = {.width = size[0], .height = size[1], .left = crop[0], .top = crop[1], .crop_width = crop[2], .crop_height = crop[3]},
        .captions = json.at("captions").get<std::vector<std::string>>(),
        .warning = json.value("warning", "")};
  } catch (const nlohmann::json::exception& error) {
    throw Error(where, std::string("is no image of a prepared set: ") + error.what());
  }
}

}  // namespace saccade
