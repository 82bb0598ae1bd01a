#include "pipeline/graph/modules.h"

#include <algorithm>
#include <array>

namespace saccade {
namespace {

struct ModuleOfBlock {
  std::string_view name;  ///< the tensor's own, or what it begins with before a dot; '*' is any number
  BlockPlace place;
  std::string_view meaning;
};

/// The first that fits a tensor has it.
constexpr std::array kModules = std::to_array<ModuleOfBlock>({
    {"encoder.script", BlockPlace::kEncoder, "bytes of the script"},
    {"encoder", BlockPlace::kEncoder, "network"},
    {"decoder.refiner.projection", BlockPlace::kRefiner, "projection"},
    {"decoder.refiner", BlockPlace::kRefiner, "refiner"},
    {"decoder.attention.key_projection", BlockPlace::kKeys, "projection"},
    {"decoder.region_keys_values", BlockPlace::kKeys, "projections of all layers"},
    {"decoder.attention.value_projection", BlockPlace::kValues, "projection"},
    {"decoder.attention.query_projection", BlockPlace::kScore, "map of the query"},
    {"decoder.attention.baseline", BlockPlace::kNormalise, "baseline of sampling"},
    {"decoder.attention.output_projection", BlockPlace::kSum, "map of all heads"},
    {"decoder.attention", BlockPlace::kScore, "score"},
    {"decoder.layers.*.region_norm", BlockPlace::kScore, "LayerNorm"},
    {"decoder.layers.*.region_query", BlockPlace::kScore, "queries"},
    {"decoder.layers.*.region_output", BlockPlace::kSum, "map of all heads"},
    {"decoder.sentinel", BlockPlace::kSentinel, "map of the sentinel"},
    {"decoder.inform", BlockPlace::kGate, "from the context"},
    {"decoder.embedding", BlockPlace::kEmbedding, "words"},
    {"decoder.word_gates", BlockPlace::kAsker, "from the word"},
    {"decoder.context_gates", BlockPlace::kAsker, "from the context"},
    {"decoder.mean_gates", BlockPlace::kAsker, "from the regions' mean"},
    {"decoder.feeding_gates", BlockPlace::kAsker, "from the fed input"},
    {"decoder.recurrent", BlockPlace::kAsker, "from the last h"},
    {"decoder.looking", BlockPlace::kAsker, "from the last h of both"},
    {"decoder.asking", BlockPlace::kAsker, "query, h for speaking"},
    {"decoder.ask", BlockPlace::kAsker, "query"},
    {"decoder.initial_hidden", BlockPlace::kAsker, "first state"},
    {"decoder.initial_cell", BlockPlace::kAsker, "first state"},
    {"decoder.first_state", BlockPlace::kAsker, "first state"},
    {"decoder.layers.*.word_norm", BlockPlace::kAsker, "LayerNorm"},
    {"decoder.layers.*.query_key_value", BlockPlace::kAsker, "queries, keys, values"},
    {"decoder.layers.*.word_output", BlockPlace::kAsker, "map of all heads"},
    {"decoder.layers.*.forward_norm", BlockPlace::kTold, "LayerNorm"},
    {"decoder.layers.*.widen", BlockPlace::kTold, "widening"},
    {"decoder.layers.*.narrow", BlockPlace::kTold, "narrowing"},
    {"decoder.layers", BlockPlace::kAsker, "layers above"},
    {"decoder.combine", BlockPlace::kTold, "of context and h"},
    {"decoder.speaking", BlockPlace::kTold, "from context and last h"},
    {"decoder.norm", BlockPlace::kOutput, "LayerNorm"},
    {"decoder.output_hidden", BlockPlace::kOutput, "from h"},
    {"decoder.logits.hidden", BlockPlace::kOutput, "from h"},
    {"decoder.output_context", BlockPlace::kOutput, "from the context"},
    {"decoder.logits.context", BlockPlace::kOutput, "from the context"},
    {"decoder.output", BlockPlace::kOutput, "to words"},
    {"decoder.logits", BlockPlace::kOutput, "to words"},
    {"", BlockPlace::kAsker, "other"},
});

/// "decoder.layers.2.widen.bias" → "decoder.layers.*.widen.bias".
std::string without_numbers(std::string_view name) {
  std::string stars;
  while (true) {
    const auto part = name.substr(0, name.find('.'));
    const bool is_number = !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    stars += is_number ? "*" : part;
    if (part.size() == name.size()) return stars;
    stars += '.';
    name.remove_prefix(part.size() + 1);
  }
}

bool begins_with(std::string_view name, std::string_view beginning) {
  return name.starts_with(beginning) && (beginning.empty() || name.size() == beginning.size() || name[beginning.size()] == '.');
}

int64_t numbers_of(const std::vector<int64_t>& shape) {
  int64_t numbers = 1;
  for (const int64_t side : shape) numbers *= side;
  return numbers;
}

}  // namespace

std::map<BlockPlace, std::vector<GraphModule>> modules_by_place(const SafetensorsFile& file) {
  std::map<std::string_view, int64_t> numbers;  // by the entry's name
  for (const auto& name : file.names()) {
    const auto stars = without_numbers(name);
    const auto entry = std::ranges::find_if(kModules, [&](const auto& module) { return begins_with(stars, module.name); });
    numbers[entry->name] += numbers_of(file.shape(name));
  }
  std::map<BlockPlace, std::vector<GraphModule>> places;
  for (const auto& entry : kModules) {
    const auto found = numbers.find(entry.name);
    if (found == numbers.end()) continue;
    auto& modules = places[entry.place];
    auto same = std::ranges::find(modules, entry.meaning, &GraphModule::meaning);
    if (same == modules.end()) same = modules.insert(same, GraphModule{.meaning = std::string(entry.meaning)});
    same->names.emplace_back(entry.name);
    same->parameters += found->second;
  }
  return places;
}

}  // namespace saccade
