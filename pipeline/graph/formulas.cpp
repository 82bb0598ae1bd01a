#include "pipeline/graph/formulas.h"

namespace saccade {
namespace {

bool is_transformer(const DecoderConfig& config) { return config.kind == DecoderKind::kTransformer; }
bool looks_after(const DecoderConfig& config) { return config.kind == DecoderKind::kLstm && config.look == LookOrder::kAfterStep; }
bool gives_context(const DecoderConfig& config) { return is_transformer(config) || config.attention.score != AttentionScore::kStart; }

std::string plural(int64_t count, const std::string& noun) { return std::to_string(count) + " " + noun + (count == 1 ? "" : "s"); }

std::string score_name(AttentionScore score) {
  switch (score) {
    case AttentionScore::kNone:
    case AttentionScore::kStart:
      return "no";
    case AttentionScore::kAdditive:
      return "additive";
    case AttentionScore::kAdditiveRelu:
      return "additive ReLU";
    case AttentionScore::kConcat:
      return "concat";
    case AttentionScore::kDot:
      return "dot";
    case AttentionScore::kScaledDot:
      return "scaled dot";
    case AttentionScore::kGeneral:
      return "general";
    case AttentionScore::kCosine:
      return "cosine";
    case AttentionScore::kMlp:
      return "MLP";
    case AttentionScore::kAdditiveSeparate:
      return "separate additive (faulty)";
  }
  return "";
}

std::string normaliser_name(AttentionNormaliser normaliser) {
  switch (normaliser) {
    case AttentionNormaliser::kSoftmax:
      return "softmax";
    case AttentionNormaliser::kSparsemax:
      return "sparsemax";
    case AttentionNormaliser::kEntmax15:
      return "entmax 1.5";
    case AttentionNormaliser::kHard:
      return "hard";
  }
  return "";
}

}  // namespace

std::string encoder_name(EncoderArchitecture architecture) {
  switch (architecture) {
    case EncoderArchitecture::kScene:
      return "Scene network";
    case EncoderArchitecture::kResNet18:
      return "ResNet-18";
    case EncoderArchitecture::kResNet34:
      return "ResNet-34";
    case EncoderArchitecture::kResNet50:
      return "ResNet-50";
    case EncoderArchitecture::kResNet101:
      return "ResNet-101";
    case EncoderArchitecture::kResNet152:
      return "ResNet-152";
    case EncoderArchitecture::kDenseNet121:
      return "DenseNet-121";
    case EncoderArchitecture::kDenseNet169:
      return "DenseNet-169";
    case EncoderArchitecture::kDenseNet201:
      return "DenseNet-201";
    case EncoderArchitecture::kMobileNetV2:
      return "MobileNetV2";
    case EncoderArchitecture::kVgg16:
      return "VGG-16";
    case EncoderArchitecture::kVgg19:
      return "VGG-19";
    case EncoderArchitecture::kTorchScript:
      return "TorchScript";
  }
  return "";
}

Formulas encoder_formulas(const EncoderConfig& config) {
  const char* grid = config.layer == RegionLayer::kLast       ? "last grid"
                     : config.layer == RegionLayer::kStride16 ? "stride-16 grid"
                                                              : "last two grids";
  const auto& from = config.trainable_from;
  if (from == "none" && config.weights.empty()) return {grid, "random weights"};
  return {grid, from == "none" ? "frozen" : from == "all" ? "trained with the rest" : "trained from " + from + " on"};
}

std::string refiner_name(RefinerKind kind) {
  switch (kind) {
    case RefinerKind::kNone:
      return "";
    case RefinerKind::kProjection:
      return "Projection";
    case RefinerKind::kSqueezeExcitation:
      return "Squeeze-excitation";
    case RefinerKind::kSaliency:
      return "Saliency";
    case RefinerKind::kLocalSum:
      return "Local sum";
    case RefinerKind::kStructured:
      return "Structured attention";
    case RefinerKind::kSelfAttention:
      return "Self-attention";
  }
  return "";
}

Formulas refiner_formulas(const RefinerConfig& config) {
  Formulas formulas;
  if (config.project || config.kind == RefinerKind::kProjection) formulas.emplace_back("x ← ReLU(LayerNorm(W x + b))");
  switch (config.kind) {
    case RefinerKind::kNone:
    case RefinerKind::kProjection:
      break;
    case RefinerKind::kSqueezeExcitation:
      formulas.emplace_back("x ← x ∘ σ(W_{2} ReLU(W_{1} mean x))");
      break;
    case RefinerKind::kSaliency:
      formulas.emplace_back("x ← x · σ(v · tanh(U x + W max x))");
      break;
    case RefinerKind::kLocalSum:
      formulas.push_back("x_{i} ← Σ_{j} α_{ij} x_{j} of " + std::to_string(config.neighbourhood) + " × " +
                         std::to_string(config.neighbourhood));
      break;
    case RefinerKind::kStructured:
      formulas.emplace_back("P = softmax(W_{2} tanh(W_{1} Xᵀ))");
      formulas.push_back("X ← P X, " + plural(config.hops, "hop"));
      break;
    case RefinerKind::kSelfAttention:
      formulas.push_back(plural(config.blocks, "block") + ", " + plural(config.heads, "head"));
      formulas.emplace_back("x ← x + heads(LayerNorm x)");
      formulas.emplace_back("x ← x + W_{2} ReLU(W_{1} LayerNorm x)");
      break;
  }
  return formulas;
}

bool scores_regions(const DecoderConfig& config) {
  return is_transformer(config) || (config.attention.score != AttentionScore::kNone && config.attention.score != AttentionScore::kStart);
}

std::string attention_name(const DecoderConfig& config) {
  if (is_transformer(config)) return "attention to the regions: scaled dot, softmax, " + plural(config.heads, "head");
  if (!scores_regions(config)) return "no attention";
  const auto heads = config.attention.heads > 1 ? ", " + plural(config.attention.heads, "head") : "";
  return "attention: " + score_name(config.attention.score) + ", " + normaliser_name(config.attention.normaliser) + heads;
}

std::string key_formula(const DecoderConfig& config) {
  if (is_transformer(config)) return "k = U x,  v = W x";
  return config.attention.score == AttentionScore::kDot ? "k = x" : "k = U x";
}

std::string value_formula(const DecoderConfig& config) {
  return config.attention.values == AttentionValues::kProjected ? "v = W x" : "v = x";
}

Formulas score_formulas(const DecoderConfig& config) {
  const bool has_heads = is_transformer(config) || config.attention.heads > 1;
  switch (is_transformer(config) ? AttentionScore::kScaledDot : config.attention.score) {
    case AttentionScore::kNone:
    case AttentionScore::kStart:
      return {};
    case AttentionScore::kAdditive:
      return {"e = u · tanh(q + k)"};
    case AttentionScore::kAdditiveRelu:
      return {"e = u · ReLU(q + k)"};
    case AttentionScore::kConcat:
      return {"e = u · tanh(W q + k)"};
    case AttentionScore::kDot:
    case AttentionScore::kGeneral:
      return {"e = q · k"};
    case AttentionScore::kScaledDot:
      if (is_transformer(config)) return {"e = q · k / √(H/N)"};
      return {has_heads ? "e = q · k / √(A/N)" : "e = q · k / √A"};
    case AttentionScore::kCosine:
      return {"e = τ cos(q, k)"};
    case AttentionScore::kMlp:
      return {"r = ReLU(q + k)", "e = u · ReLU(W r + b)"};
    case AttentionScore::kAdditiveSeparate:
      return {"e = u · tanh q", "+ u · tanh k"};
  }
  return {};
}

Formulas normaliser_formulas(const DecoderConfig& config) {
  switch (is_transformer(config) ? AttentionNormaliser::kSoftmax : config.attention.normaliser) {
    case AttentionNormaliser::kSoftmax:
      return {"α = softmax(e)"};
    case AttentionNormaliser::kSparsemax:
      return {"α = sparsemax(e)"};
    case AttentionNormaliser::kEntmax15:
      return {"α = entmax_{1.5}(e)"};
    case AttentionNormaliser::kHard:
      return {"α = softmax(e)", "training: one is drawn"};
  }
  return {};
}

Formulas sum_formulas(const DecoderConfig& config) {
  if (is_transformer(config)) return {"z = W [Σ_{i} α_{i} v_{i}]"};
  if (config.attention.score == AttentionScore::kStart) return {"mean of the regions,", "seen before the first word"};
  if (config.attention.score == AttentionScore::kNone) return {"z = Σ_{i} x_{i} / L, at every word"};
  if (config.attention.values == AttentionValues::kProjected) return {"z = W [Σ_{i} α_{i} v_{i}]"};
  if (config.gate == ContextGate::kSentinel) return {"z = Σ_{i} α_{i} v_{i}", "+ α_{s} s"};
  return {"z = Σ_{i} α_{i} v_{i}"};
}

std::string gate_name(ContextGate gate) { return gate == ContextGate::kSentinel ? "sentinel" : "gate"; }

Formulas gate_formulas(ContextGate gate) {
  switch (gate) {
    case ContextGate::kNone:
      return {};
    case ContextGate::kScalar:
      return {"β = σ(w · h)", "z ← β z"};
    case ContextGate::kVector:
      return {"β = σ(W h)", "z ← β ∘ z"};
    case ContextGate::kSentinel:
      return {"s = W (σ(u) ∘ tanh c)", "β = 1 − α_{s}"};
    case ContextGate::kAttentionOnAttention:
      return {"β = σ(W [h; z])", "z ← β ∘ V [h; z]"};
  }
  return {};
}

std::string decoder_name(const DecoderConfig& config) {
  switch (config.kind) {
    case DecoderKind::kLstm:
      return "LSTM";
    case DecoderKind::kStackedLstm:
      return "stacked LSTM of " + plural(config.layers, "layer");
    case DecoderKind::kUpDown:
      return "Up-Down LSTMs";
    case DecoderKind::kTransformer:
      return "Transformer of " + plural(config.layers, "layer");
  }
  return "";
}

DecoderPart asking_part(const DecoderConfig& config) {
  switch (config.kind) {
    case DecoderKind::kLstm: {
      if (looks_after(config)) {
        const std::string gates = config.gate == ContextGate::kSentinel ? "i, f, g, o, u" : "i, f, g, o";
        return {"LSTM, then looks",
                {gates + (config.input_feeding ? " = W h + W_{y} y + W_{o} õ" : " = W h + W_{y} y"), "h = σ(o) ∘ tanh c"}};
      }
      if (!gives_context(config)) return {"LSTM", {"i, f, g, o = W h + W_{y} y", "c ← σ(f) ∘ c + σ(i) ∘ tanh g,   h = σ(o) ∘ tanh c"}};
      const bool asks = scores_regions(config);
      return {asks ? "LSTM, looks first" : "LSTM",
              {"i, f, g, o = W h + W_{y} y + W_{z} z", "c ← σ(f) ∘ c + σ(i) ∘ tanh g,   h = σ(o) ∘ tanh c"}};
    }
    case DecoderKind::kStackedLstm:
      return {"LSTM × " + std::to_string(config.layers) + (scores_regions(config) ? ", looks first" : ""),
              {"h_{j} = LSTM_{j}([x_{j−1}; h_{j}], z),   x_{0} = y", "x_{j} = x_{j−1} + h_{j} from the second layer on"}};
    case DecoderKind::kUpDown:
      return {"LSTM that looks", {"i, f, g, o = W [h_{1}; h_{2}] +", "W_{y} y + W_{m} mean x"}};
    case DecoderKind::kTransformer:
      return {"Self-attention, words", {"y ← y + heads(LayerNorm y)", "over the words so far"}};
  }
  return {};
}

DecoderPart told_part(const DecoderConfig& config) {
  if (config.kind == DecoderKind::kUpDown) return {"LSTM that speaks", {"i, f, g, o = W [z; h_{2}] + W_{1} h_{1}"}};
  if (is_transformer(config)) return {"Feed-forward", {"y ← y + z", "y ← y + W_{2} ReLU(W_{1} LayerNorm y)"}};
  if (looks_after(config)) return {"Combine", {gives_context(config) ? "õ = tanh(W [z; h])" : "õ = tanh(W h)"}};
  return {};
}

Formulas output_formulas(const DecoderConfig& config) {
  if (is_transformer(config)) return {"p = softmax(W LayerNorm y)"};
  const std::string state = looks_after(config) ? "õ" : config.kind == DecoderKind::kStackedLstm ? "x" : "h";
  if (config.output == OutputLayer::kPlain) return {"p = softmax(W " + state + ")"};
  return {"r = W_{h} " + state + (gives_context(config) ? " + W_{z} z + y" : " + y"), "p = softmax(W tanh r)"};
}

}  // namespace saccade
