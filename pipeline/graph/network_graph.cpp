#include "pipeline/graph/network_graph.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/graph/formulas.h"
#include "pipeline/graph/modules.h"
#include "pipeline/model_file.h"

namespace saccade {
namespace {

/// What the letters of models/shapes.h are in one model.
struct Sizes {
  int64_t side = 0, grid = 0;         // S; G, 0 where the regions are no grid
  int64_t found = 0, found_size = 0;  // R and D of the encoder
  int64_t regions = 0, size = 0;      // L and D of what is attended to
  int64_t keys = 0, values = 0;       // A, and the size of a value and of the context
  int64_t heads = 1, layers = 1;      // N
  int64_t word = 0, hidden = 0, words = 0;
};

Sizes sizes_of(const LoadedModel& model) {
  const auto& decoder = model.description.model.decoder;
  const auto& refiner = decoder.refiner;
  const auto& encoder = *model.captioner->encoder;
  Sizes sizes{.side = model.description.model.encoder.picture_size, .found_size = encoder.feature_size()};
  sizes.found = std::ssize(encoder.regions(sizes.side));
  const auto root = std::lround(std::sqrt(static_cast<double>(sizes.found)));
  sizes.grid = root * root == sizes.found ? root : 0;
  sizes.regions = refiner.kind == RefinerKind::kStructured ? refiner.hops : sizes.found;
  sizes.size = refiner.project || refiner.kind == RefinerKind::kProjection ? refiner.size : sizes.found_size;
  sizes.hidden = decoder.hidden_size;
  sizes.words = model.description.vocabulary.size();
  if (decoder.kind == DecoderKind::kTransformer) {
    sizes.keys = sizes.values = sizes.word = sizes.hidden;
    sizes.heads = decoder.heads;
  } else {
    const auto& attention = decoder.attention;
    sizes.word = decoder.embedding_size;
    sizes.keys = attention.score == AttentionScore::kDot ? sizes.size : attention.size;
    sizes.values = attention.values == AttentionValues::kProjected ? attention.size : sizes.size;
    sizes.heads = attention.heads;
  }
  if (decoder.kind == DecoderKind::kTransformer || decoder.kind == DecoderKind::kStackedLstm) sizes.layers = decoder.layers;
  if (decoder.kind == DecoderKind::kUpDown) sizes.layers = 2;
  return sizes;
}

std::string sized(const char* letter, int64_t size) { return std::string(letter) + "=" + std::to_string(size); }

std::string shape_text(const std::string& name, const std::vector<std::string>& sides) {
  std::string text = name.empty() ? "[" : name + " [";
  for (const auto& one : sides) text += (text.back() == '[' ? "" : ", ") + one;
  return text + "]";
}

class GraphOf {
 public:
  GraphOf(const LoadedModel& model, std::map<BlockPlace, std::vector<GraphModule>> modules)
      : encoder_(model.description.model.encoder),
        decoder_(model.description.model.decoder),
        sizes_(sizes_of(model)),
        modules_(std::move(modules)) {}

  NetworkGraph made() {
    add_picture();
    if (scores_regions(decoder_))
      add_attention();
    else
      add_mean();
    add_words();
    graph_.attention = attention_name(decoder_);
    if (is_transformer() && sizes_.layers > 1) graph_.repeated = std::to_string(sizes_.layers) + " layers";
    TORCH_CHECK(modules_.empty(), "modules of a model belong to no block of its graph");
    add_letters();
    summarise();
    return std::move(graph_);
  }

 private:
  bool is_transformer() const { return decoder_.kind == DecoderKind::kTransformer; }
  bool is_gated() const {
    return !is_transformer() && decoder_.gate != ContextGate::kNone && decoder_.attention.score != AttentionScore::kStart;
  }

  void add(BlockPlace place, const std::string& title, Formulas formulas, std::vector<std::string> shapes) {
    graph_.blocks.push_back({place, title, std::move(formulas), std::move(shapes), std::move(modules_[place])});
    modules_.erase(place);
  }

  /// [N, L, of a head], without N where there is one.
  std::string by_heads(const std::string& name, int64_t size, const char* letter) const {
    const auto regions = sized("L", sizes_.regions);
    if (is_transformer()) {
      return shape_text(name, {sized("layers·N", sizes_.layers * sizes_.heads), regions, sized("H/N", size / sizes_.heads)});
    }
    if (sizes_.heads == 1) return shape_text(name, {regions, sized(letter, size)});
    return shape_text(name, {sized("N", sizes_.heads), regions, sized((std::string(letter) + "/N").c_str(), size / sizes_.heads)});
  }
  std::string over_regions(const std::string& name) const {
    if (sizes_.heads == 1) return shape_text(name, {sized("L", sizes_.regions)});
    return shape_text(name, {sized("N", sizes_.heads), sized("L", sizes_.regions)});
  }
  const char* value_letter() const {
    return decoder_.attention.values == AttentionValues::kProjected && scores_regions(decoder_) ? "A" : "D";
  }
  std::string context_shape(const std::string& name) const {
    return shape_text(name, {is_transformer() ? sized("H", sizes_.hidden) : sized(value_letter(), sizes_.values)});
  }

  void add_picture() {
    add(BlockPlace::kPicture, "Picture", {"(RGB − mean) / std"}, {shape_text("", {"3", sized("S", sizes_.side), sized("S", sizes_.side)})});
    auto formulas = encoder_formulas(encoder_);
    if (sizes_.grid > 0) formulas.front() += ", " + std::to_string(sizes_.grid) + " × " + std::to_string(sizes_.grid);
    add(BlockPlace::kEncoder, encoder_name(encoder_.architecture), formulas,
        {shape_text("regions", {sized("R", sizes_.found), sized("D", sizes_.found_size)})});
    graph_.regions = shape_text("regions x", {sized("L", sizes_.regions), sized("D", sizes_.size)});
    if (decoder_.refiner.kind == RefinerKind::kNone && !decoder_.refiner.project) return;
    const auto kind = decoder_.refiner.kind == RefinerKind::kNone ? RefinerKind::kProjection : decoder_.refiner.kind;
    const auto* what = kind == RefinerKind::kStructured ? "hops" : "regions";
    add(BlockPlace::kRefiner, refiner_name(kind), refiner_formulas(decoder_.refiner),
        {shape_text(what, {sized("L", sizes_.regions), sized("D", sizes_.size)})});
    if (kind == RefinerKind::kStructured) graph_.regions = shape_text("hops x", {sized("L", sizes_.regions), sized("D", sizes_.size)});
  }

  void add_attention() {
    if (is_transformer()) {
      add(BlockPlace::kKeys, "Keys and values, of all layers", {key_formula(decoder_)}, {by_heads("each", sizes_.keys, "A")});
    } else {
      const auto* letter = decoder_.attention.score == AttentionScore::kDot ? "D" : "A";
      add(BlockPlace::kKeys, "Keys", {key_formula(decoder_)}, {by_heads("", sizes_.keys, letter)});
      add(BlockPlace::kValues, "Values", {value_formula(decoder_)}, {by_heads("", sizes_.values, value_letter())});
      graph_.query = shape_text("query q", {sized(letter, sizes_.keys)});
    }
    if (is_transformer()) graph_.query = shape_text("query q", {sized("H", sizes_.hidden)});
    const bool has_sentinel = is_gated() && decoder_.gate == ContextGate::kSentinel;
    if (has_sentinel) add(BlockPlace::kSentinel, "Sentinel", gate_formulas(decoder_.gate), {shape_text("s", {sized("D", sizes_.size)})});
    add(BlockPlace::kScore, "Score", score_formulas(decoder_), {over_regions("scores")});
    add(BlockPlace::kNormalise, "Normalise", normaliser_formulas(decoder_), {over_regions("weights")});
    add(BlockPlace::kSum, "Sum", sum_formulas(decoder_), {context_shape("context")});
    if (is_gated() && !has_sentinel) add_gate();
    graph_.context = context_shape("context z");
  }

  void add_mean() {
    const bool is_start = decoder_.attention.score == AttentionScore::kStart;
    add(BlockPlace::kValues, "Regions", {}, {by_heads("x", sizes_.size, "D")});
    add(BlockPlace::kSum, "Mean", sum_formulas(decoder_), {shape_text("", {sized("D", sizes_.size)})});
    if (is_gated()) add_gate();
    graph_.context = is_start ? "first state h, c" : context_shape("context z");
  }

  void add_gate() {
    const auto numbers = decoder_.gate == ContextGate::kScalar ? std::string("1") : sized(value_letter(), sizes_.values);
    add(BlockPlace::kGate, "Gate", gate_formulas(decoder_.gate), {shape_text("β", {numbers})});
  }

  void add_words() {
    const auto hidden = sized("H", sizes_.hidden);
    add(BlockPlace::kEmbedding, "Embedding", {"y = E[word]"}, {shape_text("", {sized(is_transformer() ? "H" : "E", sizes_.word)})});
    auto asking = asking_part(decoder_);
    const auto told = told_part(decoder_);
    if (is_transformer()) {
      add(BlockPlace::kAsker, asking.title, asking.formulas, {shape_text("words y", {"t", hidden})});
      add(BlockPlace::kTold, told.title, told.formulas, {shape_text("inside", {std::to_string(decoder_.feed_forward_size)})});
      graph_.state = shape_text("keys, values so far", {"t", "2H"});
    } else {
      const bool starts_at_zero = decoder_.initial_state == InitialState::kZero;
      asking.formulas.emplace_back(starts_at_zero ? "first h = c = 0" : "first h, c = tanh(W mean x + b)");
      const bool is_single = decoder_.kind == DecoderKind::kLstm || decoder_.kind == DecoderKind::kUpDown;
      const auto state = is_single ? shape_text("h, c", {hidden}) : shape_text("h, c", {sized("layers", sizes_.layers), hidden});
      add(BlockPlace::kAsker, asking.title, asking.formulas, {state});
      if (!told.title.empty()) {
        const auto* letter = decoder_.kind == DecoderKind::kUpDown ? "h, c" : "õ";
        add(BlockPlace::kTold, told.title, told.formulas, {shape_text(letter, {hidden})});
      }
      graph_.told_keeps_state = decoder_.kind == DecoderKind::kUpDown || decoder_.input_feeding;
      graph_.state = decoder_.kind == DecoderKind::kUpDown ? "state h, c of both"
                     : decoder_.input_feeding              ? "state h, c, and õ"
                                                           : "state h, c";
    }
    add(BlockPlace::kOutput, "Output", output_formulas(decoder_), {shape_text("p", {sized("V", sizes_.words)})});
    graph_.blocks.push_back({BlockPlace::kWord, "Word", {}, {"one of " + sized("V", sizes_.words)}, {}});
    graph_.word = "the word just written";
  }

  void add_letters() {
    const auto add_letter = [&](const char* letter, int64_t size, const char* meaning) {
      graph_.letters.push_back({letter, meaning, size});
    };
    add_letter("S", sizes_.side, "pixels a side");
    add_letter("R", sizes_.found, "regions");
    add_letter("L", sizes_.regions, "attended to");
    add_letter("D", sizes_.size, "of a region");
    if (scores_regions(decoder_) && !is_transformer()) add_letter("A", decoder_.attention.size, "of a key");
    if (scores_regions(decoder_)) add_letter("N", sizes_.heads, sizes_.heads == 1 ? "head" : "heads");
    if (!is_transformer()) add_letter("E", sizes_.word, "of a word");
    add_letter("H", sizes_.hidden, is_transformer() ? "of a word" : "of the state");
    add_letter("V", sizes_.words, "words");
  }

  void summarise() {
    graph_.summary = encoder_name(encoder_.architecture);
    if (const auto* refiner = graph_.find(BlockPlace::kRefiner)) graph_.summary += " · " + refiner->title;
    if (!is_transformer()) graph_.summary += " · " + graph_.attention;
    if (is_gated()) graph_.summary += " · " + gate_name(decoder_.gate);
    graph_.summary += " · " + decoder_name(decoder_);
  }

  EncoderConfig encoder_;
  DecoderConfig decoder_;
  Sizes sizes_;
  std::map<BlockPlace, std::vector<GraphModule>> modules_;
  NetworkGraph graph_;
};

}  // namespace

int64_t GraphBlock::parameters() const {
  return std::accumulate(modules.begin(), modules.end(), int64_t{0},
                         [](int64_t sum, const auto& module) { return sum + module.parameters; });
}

int64_t NetworkGraph::parameters() const {
  return std::accumulate(blocks.begin(), blocks.end(), int64_t{0}, [](int64_t sum, const auto& block) { return sum + block.parameters(); });
}

const GraphBlock* NetworkGraph::find(BlockPlace place) const {
  const auto found = std::ranges::find(blocks, place, &GraphBlock::place);
  return found == blocks.end() ? nullptr : &*found;
}

NetworkGraph read_network_graph(const std::filesystem::path& model) {
  const auto loaded = load_model(model, torch::kCPU);
  auto graph = GraphOf(loaded, modules_by_place(SafetensorsFile(model))).made();
  graph.name = model.filename().string();
  return graph;
}

}  // namespace saccade
