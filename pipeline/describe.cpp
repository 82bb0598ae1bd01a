#include "pipeline/describe.h"

#include <algorithm>

#include "data/error.h"
#include "data/files/json_document.h"
#include "data/files/safetensors.h"
#include "data/prepared/prepared_dataset.h"
#include "pipeline/model_file.h"
#include "pipeline/training/train_log.h"

namespace saccade {
namespace {

using nlohmann::json;

json describe_dataset(const std::filesystem::path& folder) {
  const PreparedDataset dataset(folder);
  json splits = json::object();
  for (const auto& name : dataset.split_names()) splits[name] = dataset.split(name).size();
  int64_t captions = 0;
  for (const auto& image : dataset.images()) captions += std::ssize(image.captions);
  return {{"kind", "prepared data set"},
          {"pictures", dataset.images().size()},
          {"captions", captions},
          {"boxes", dataset.boxes().size()},
          {"splits", splits},
          {"side", dataset.side()},
          {"fit", dataset.fit()},
          {"vocabulary", dataset.vocabulary().size()},
          {"skipped", dataset.skipped_count()},
          {"fingerprint", dataset.fingerprint()}};
}

json describe_run(const std::filesystem::path& folder) {
  json description = {{"kind", "training run"}, {"config", read_json_file(folder / "config.json")}};
  json epochs = json::array();
  const auto log = folder / "log.jsonl";
  for (const auto& entry : read_train_log(log)) {
    if (!entry.contains("validation")) continue;
    try {
      epochs.push_back({{"epoch", entry.at("epoch")}, {"loss", entry.at("loss")}, {"cider", entry.at("validation").at("cider")}});
    } catch (const json::exception&) {
      throw Error(log.string(), "holds an entry that no training wrote: " + entry.dump(), "give the folder of a training run");
    }
  }
  const auto best =
      std::max_element(epochs.begin(), epochs.end(), [](const json& a, const json& b) { return a.at("cider") < b.at("cider"); });
  if (best != epochs.end()) description["best"] = *best;
  description["epochs"] = epochs;
  description["has_model"] = std::filesystem::exists(folder / "best.safetensors");
  return description;
}

json describe_tensors(const SafetensorsFile& file) {
  json tensors = json::object();
  int64_t numbers = 0;
  for (const auto& name : file.names()) {
    const auto shape = file.shape(name);
    int64_t count = 1;
    for (const int64_t side : shape) count *= side;
    numbers += count;
    tensors[name] = shape;
  }
  return {{"kind", "safetensors"}, {"numbers", numbers}, {"metadata", file.metadata()}, {"tensors", tensors}};
}

json describe_model(const SafetensorsFile& file) {
  const auto model = read_model_description(file.path());
  return {{"kind", "model"},
          {"encoder", model.model.encoder},
          {"decoder", model.model.decoder},
          {"search", model.search},
          {"fit", model.fit},
          {"vocabulary", model.vocabulary.size()},
          {"parameters", describe_tensors(file).at("numbers")},
          {"training", model.training}};
}

constexpr std::size_t kLongList = 12, kLongObject = 40;  // longer ones are of epochs or tensors: the JSON form has them

void append_text(const json& value, const std::string& indent, std::string& text) {
  for (const auto& [key, item] : value.items()) {
    text += indent + (value.is_array() ? "-" : key + ":");
    const bool is_flat = item.is_primitive() || (item.is_array() && (item.empty() || item.front().is_primitive()));
    if (is_flat) {
      text += " " + (item.is_string() ? item.get<std::string>() : item.dump()) + "\n";
    } else if (item.empty()) {
      text += " none\n";
    } else if (item.size() > (item.is_array() ? kLongList : kLongObject)) {
      text += " " + std::to_string(item.size()) + "\n";
    } else {
      text += "\n";
      append_text(item, indent + "  ", text);
    }
  }
}

}  // namespace

json describe(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    if (std::filesystem::exists(path / "dataset.json")) return describe_dataset(path);
    if (std::filesystem::exists(path / "config.json")) return describe_run(path);
    throw Error(path.string(), "is neither a prepared data set nor a run", "the first holds dataset.json, the second config.json");
  }
  const SafetensorsFile file(path);
  return file.metadata().contains("saccade") ? describe_model(file) : describe_tensors(file);
}

std::string as_text(const json& description) {
  std::string text;
  append_text(description, "", text);
  return text;
}

}  // namespace saccade
