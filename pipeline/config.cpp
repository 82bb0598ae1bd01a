#include "pipeline/config.h"

#include <algorithm>
#include <cmath>

#include "data/error.h"
#include "data/files/json_document.h"

namespace saccade {
namespace {

using nlohmann::json;

/// All names of an enumeration, read off its serialisation: past its last value nlohmann gives the first name again.
template <typename Enum>
std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for (int value = 0;; ++value) {
    std::string name = json(static_cast<Enum>(value)).get<std::string>();
    if (value > 0 && name == names.front()) return names;
    names.push_back(std::move(name));
  }
}

const std::map<std::string, std::vector<std::string>>& choices() {
  static const std::map<std::string, std::vector<std::string>> table = {
      {"encoder.architecture", names_of<EncoderArchitecture>()},
      {"encoder.layer", names_of<RegionLayer>()},
      {"encoder.resnet_form", names_of<ResNetForm>()},
      {"decoder.kind", names_of<DecoderKind>()},
      {"decoder.attention.score", names_of<AttentionScore>()},
      {"decoder.attention.normaliser", names_of<AttentionNormaliser>()},
      {"decoder.attention.values", names_of<AttentionValues>()},
      {"decoder.refiner.kind", names_of<RefinerKind>()},
      {"decoder.gate", names_of<ContextGate>()},
      {"decoder.look", names_of<LookOrder>()},
      {"decoder.initial_state", names_of<InitialState>()},
      {"decoder.output", names_of<OutputLayer>()},
      {"training.optimiser", names_of<Optimiser>()},
      {"training.precision", names_of<Precision>()},
      {"training.schedule", names_of<Schedule>()},
  };
  return table;
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string kind(const json& value) {
  if (value.is_number()) return "a number";
  if (value.is_string()) return "a text";
  if (value.is_boolean()) return "true or false";
  if (value.is_object()) return "an object";
  return value.is_array() ? "a list" : "null";
}

/// Every key of `input` must be one of `defaults`, with a value of the same kind.
void check_keys(const json& defaults, const json& input, const std::string& path, const std::string& where) {
  for (const auto& [key, value] : input.items()) {
    const std::string here = path.empty() ? key : path + "." + key;
    if (!defaults.contains(key)) {
      std::vector<std::string> known;
      for (const auto& item : defaults.items()) known.push_back(item.key());
      throw Error(where + ": " + here, "there is no such key", "known here: " + list(known));
    }
    const json& expected = defaults.at(key);
    if (kind(expected) != kind(value)) throw Error(where + ": " + here, "is " + kind(value), "it should be " + kind(expected));
    if (expected.is_object()) check_keys(expected, value, here, where);
    if (expected.is_array()) {
      const bool fits = value.size() == expected.size() &&
                        std::all_of(value.begin(), value.end(), [&](const json& item) { return kind(item) == kind(expected.front()); });
      if (!fits) throw Error(where + ": " + here, "has the wrong form", "it should look like " + expected.dump());
    }
  }
}

/// What the structs read must be what the input said: a fraction in a whole number's place or an unknown name would differ.
void check_round_trip(const json& read, const json& input, const std::string& path, const std::string& where) {
  for (const auto& [key, value] : input.items()) {
    const std::string here = path.empty() ? key : path + "." + key;
    if (value.is_object()) {
      check_round_trip(read.at(key), value, here, where);
    } else if (read.at(key) != value) {
      const auto choice = choices().find(here);
      if (choice != choices().end()) throw Error(where + ": " + here, "there is no " + value.dump(), "one of: " + list(choice->second));
      throw Error(where + ": " + here, value.dump() + " is not possible",
                  "it should be a whole number in range, as " + read.at(key).dump());
    }
  }
}

struct Requirement {
  bool holds;
  const char* key;
  const char* right;
};

void require(const std::vector<Requirement>& requirements, const std::string& where) {
  for (const auto& [holds, key, right] : requirements) {
    if (!holds) throw Error(where + ": " + key, "is out of range", std::string("it should be ") + right);
  }
}

bool is_share(double value) { return value >= 0 && value < 1; }

/// Whether weights can be other for one word than for the next.
bool looks_at_each_word(const DecoderConfig& decoder) {
  if (decoder.kind == DecoderKind::kTransformer) return true;  // it has heads of its own
  const auto score = decoder.attention.score;
  return score != AttentionScore::kNone && score != AttentionScore::kStart && score != AttentionScore::kAdditiveSeparate;
}

void validate(const ExperimentConfig& config, const std::string& where) {
  const auto& [encoder, decoder, training, search] = config;
  const bool positive_std = std::all_of(encoder.std.begin(), encoder.std.end(), [](double value) { return value > 0; });
  require(
      {{encoder.picture_size >= 32 && encoder.picture_size <= 2048, "encoder.picture_size", "between 32 and 2048 pixels"},
       {positive_std, "encoder.std", "greater than 0"},
       {decoder.embedding_size >= 1 && decoder.embedding_size <= 65536, "decoder.embedding_size", "between 1 and 65536"},
       {decoder.hidden_size >= 1 && decoder.hidden_size <= 65536, "decoder.hidden_size", "between 1 and 65536"},
       {decoder.attention.size >= 1 && decoder.attention.size <= 65536, "decoder.attention.size", "between 1 and 65536"},
       {decoder.attention.heads >= 1 && decoder.attention.heads <= 1024, "decoder.attention.heads", "between 1 and 1024"},
       {decoder.attention.sampled_share > 0 && decoder.attention.sampled_share <= 1, "decoder.attention.sampled_share",
        "above 0 and at most 1"},
       {decoder.refiner.size >= 1 && decoder.refiner.size <= 65536, "decoder.refiner.size", "between 1 and 65536"},
       {decoder.refiner.hidden_size >= 1 && decoder.refiner.hidden_size <= 65536, "decoder.refiner.hidden_size", "between 1 and 65536"},
       {decoder.refiner.hops >= 1 && decoder.refiner.hops <= 1024, "decoder.refiner.hops", "between 1 and 1024"},
       {decoder.refiner.neighbourhood >= 1 && decoder.refiner.neighbourhood <= 99 && decoder.refiner.neighbourhood % 2 == 1,
        "decoder.refiner.neighbourhood", "an odd number between 1 and 99"},
       {decoder.refiner.blocks >= 1 && decoder.refiner.blocks <= 64, "decoder.refiner.blocks", "between 1 and 64"},
       {decoder.refiner.heads >= 1 && decoder.refiner.heads <= 1024, "decoder.refiner.heads", "between 1 and 1024"},
       {is_share(decoder.refiner.dropout), "decoder.refiner.dropout", "at least 0 and below 1"},
       {decoder.layers >= 1 && decoder.layers <= 64, "decoder.layers", "between 1 and 64"},
       {decoder.heads >= 1 && decoder.heads <= 1024, "decoder.heads", "between 1 and 1024"},
       {decoder.kind != DecoderKind::kTransformer || decoder.heads < 1 || decoder.hidden_size % decoder.heads == 0, "decoder.heads",
        "a divisor of decoder.hidden_size"},
       {decoder.feed_forward_size >= 1 && decoder.feed_forward_size <= 65536, "decoder.feed_forward_size", "between 1 and 65536"},
       {is_share(decoder.dropout), "decoder.dropout", "at least 0 and below 1"},
       {is_share(decoder.embedding_dropout), "decoder.embedding_dropout", "at least 0 and below 1"},
       {is_share(decoder.feature_dropout), "decoder.feature_dropout", "at least 0 and below 1"},
       {training.epochs >= 1 && training.epochs <= 100000, "training.epochs", "between 1 and 100000"},
       {training.batch_pictures >= 1 && training.batch_pictures <= 65536, "training.batch_pictures", "between 1 and 65536"},
       {training.captions_per_picture >= 1 && training.captions_per_picture <= 1000, "training.captions_per_picture", "between 1 and 1000"},
       {training.learning_rate > 0, "training.learning_rate", "greater than 0"},
       {training.encoder_learning_rate > 0, "training.encoder_learning_rate", "greater than 0"},
       {training.weight_decay >= 0, "training.weight_decay", "at least 0"},
       {training.gradient_clip >= 0, "training.gradient_clip", "at least 0 (0: no limit)"},
       {training.warmup_steps >= 0, "training.warmup_steps", "at least 0"},
       {training.decay_epochs >= 1, "training.decay_epochs", "at least 1"},
       {training.decay_factor > 0 && training.decay_factor <= 1, "training.decay_factor", "above 0 and at most 1"},
       {is_share(training.weight_average), "training.weight_average", "at least 0 and below 1"},
       {training.patience >= 0, "training.patience", "at least 0 (0: never stop early)"},
       {training.validation_pictures >= 0, "training.validation_pictures", "at least 0 (0: all)"},
       {training.checkpoint_seconds > 0, "training.checkpoint_seconds", "greater than 0"},
       {is_share(training.loss.label_smoothing), "training.loss.label_smoothing", "at least 0 and below 1"},
       {training.loss.doubly_stochastic >= 0, "training.loss.doubly_stochastic", "at least 0"},
       {training.loss.grounding >= 0, "training.loss.grounding", "at least 0"},
       {training.loss.grounding == 0 || looks_at_each_word(decoder), "training.loss.grounding",
        "0, as weights by this decoder.attention.score do not depend on the word"},
       {training.loss.sampling >= 0, "training.loss.sampling", "at least 0"},
       {training.loss.entropy >= 0, "training.loss.entropy", "at least 0"},
       {is_share(training.loss.baseline_decay), "training.loss.baseline_decay", "at least 0 and below 1"},
       {training.loss.hop_penalty >= 0, "training.loss.hop_penalty", "at least 0"}},
      where);
  validate_search(search, where + ": search");
}

/// "training.epochs=3" into the JSON; a value that is no JSON is a text.
void apply_override(json& target, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) throw Error("--set " + text, "is no override", "use --set key.path=value");
  json* node = &target;
  std::string path = text.substr(0, equals);
  for (std::size_t dot; (dot = path.find('.')) != std::string::npos; path.erase(0, dot + 1)) {
    node = &(*node)[path.substr(0, dot)];
    if (!node->is_null() && !node->is_object()) throw Error("--set " + text, "there is no such key");
  }
  const std::string value = text.substr(equals + 1);
  json parsed = json::parse(value, nullptr, /*allow_exceptions=*/false);
  (*node)[path] = parsed.is_discarded() ? json(value) : parsed;
}

}  // namespace

void validate_search(const SearchConfig& search, const std::string& where) {
  require({{search.beam_size >= 1 && search.beam_size <= 1000, "beam_size", "between 1 and 1000"},
           {search.max_length >= 1 && search.max_length <= 1000, "max_length", "between 1 and 1000 words"},
           {search.min_length >= 0 && search.min_length <= search.max_length, "min_length", "between 0 and max_length"},
           {search.length_penalty >= 0 && search.length_penalty <= 10, "length_penalty", "between 0 and 10"},
           {search.no_repeat_ngram >= 0 && search.no_repeat_ngram <= 100, "no_repeat_ngram", "between 0 and 100"}},
          where);
}

ExperimentConfig parse_config(json input, const std::string& where, const std::vector<std::string>& overrides) {
  for (const auto& text : overrides) {
    if (input.is_object()) apply_override(input, text);
  }
  if (!input.is_object()) throw Error(where, "is no JSON object", "it should look like {\"training\": {\"epochs\": 10}}");
  check_keys(json(ExperimentConfig{}), input, "", where);
  const auto config = input.get<ExperimentConfig>();
  check_round_trip(json(config), input, "", where);
  validate(config, where);
  return config;
}

ExperimentConfig load_config(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  json input = read_json_file(path);
  if (input.is_object() && input.contains("encoder") && input["encoder"].is_object() && input["encoder"].contains("weights") &&
      input["encoder"]["weights"].is_string()) {
    const std::filesystem::path weights = input["encoder"]["weights"].get<std::string>();
    if (!weights.empty()) input["encoder"]["weights"] = std::filesystem::absolute(path.parent_path() / weights).lexically_normal().string();
  }
  auto config = parse_config(std::move(input), path.string(), overrides);
  auto& weights = config.encoder.weights;  // those of an override are relative to where one stands
  if (!weights.empty()) weights = std::filesystem::absolute(weights).lexically_normal().string();
  return config;
}

}  // namespace saccade
