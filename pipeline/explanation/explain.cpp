#include "pipeline/explanation/explain.h"

#include <algorithm>
#include <numeric>

#include "models/search/beam_search.h"
#include "models/shapes.h"
#include "pipeline/captioning/caption_batch.h"
#include "pipeline/hypothesis_record.h"

namespace saccade {
namespace {

constexpr int64_t kCandidates = 5;
constexpr double kTakenWeight = 0.5;           // a counterfactual takes regions until they hold this much of the word's weight
constexpr int64_t kMostNumbersOfMap = 20'000;  // of a block's heads apart: eight heads over 7 × 7 regions

std::vector<float> numbers_of(const torch::Tensor& tensor) {
  const auto flat = tensor.detach().to(torch::kCPU, torch::kFloat).flatten().contiguous();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

/// [N, R] → N rows.
std::vector<std::vector<float>> each_row(const torch::Tensor& tensor) {
  std::vector<std::vector<float>> all;
  for (const auto& row : tensor.detach().to(torch::kCPU).unbind(0)) all.push_back(numbers_of(row));
  return all;
}

void append_numbers(std::vector<float>& all, const torch::Tensor& more) {
  const auto added = numbers_of(more);
  all.insert(all.end(), added.begin(), added.end());
}

/// logits [V] → the most probable of the words that can be written, and the caption's end.
std::vector<WordRecord> candidates_of(const torch::Tensor& logits, const Vocabulary& vocabulary) {
  auto probabilities = logits.detach().to(torch::kCPU, torch::kDouble).softmax(-1);
  for (const auto token : {kPadToken, kStartToken, kUnknownToken}) probabilities[token] = 0;
  const auto [best, tokens] = probabilities.topk(std::min(kCandidates, vocabulary.size() - kFirstWordToken + 1));
  std::vector<WordRecord> candidates;
  for (int64_t i = 0; i < best.size(0); ++i) {
    candidates.push_back({.word = vocabulary.word(tokens[i].item<int64_t>()), .probability = best[i].item<double>()});
  }
  return candidates;
}

/// A caption written again, word by word.
struct Retold {
  Memory memory;
  std::vector<DecoderStep> steps;  // of one picture and one sequence
};

/// tokens [T + 1]: the caption, behind kStartToken.
Retold retell(DecoderModule& decoder, const torch::Tensor& features, const torch::Tensor& tokens) {
  const torch::AutoGradMode with_gradients(true);  // the kernel that looks in one go keeps no scores, and gives no gradients
  Retold retold{.memory = decoder.prepare(features.unsqueeze(0))};
  auto state = decoder.start(retold.memory, 1);
  for (int64_t t = 0; t + 1 < tokens.size(0); ++t) {
    retold.steps.push_back(decoder.step(tokens[t].view({1, 1}), state, retold.memory));
    state = retold.steps.back().state;
  }
  return retold;
}

WordStep word_step(const DecoderStep& step, const Memory& memory, const Vocabulary& vocabulary) {
  WordStep word{.candidates = candidates_of(step.logits[0][0], vocabulary)};
  for (const auto& look : step.looks) {
    append_numbers(word.query, look.query);
    append_numbers(word.context, look.context);
    const bool has_place = look.scores.defined() && !memory.origin.defined();
    if (has_place) std::ranges::move(each_row(look.scores[0][0]), std::back_inserter(word.scores));
  }
  if (step.heads.defined() && step.heads.size(2) > 1) word.heads = each_row(step.heads[0][0]);
  return word;
}

std::vector<std::string> head_names(const DecoderStep& step) {
  if (!step.heads.defined() || step.heads.size(2) == 1) return {};
  const auto heads = step.heads.size(2), layers = std::max<int64_t>(1, std::ssize(step.looks)), together = heads / layers;
  std::vector<std::string> names;
  for (int64_t n = 0; n < heads; ++n) {
    const auto head = "head " + std::to_string(n % together + 1);
    names.push_back(layers > 1 ? "layer " + std::to_string(n / together + 1) + ", " + head : head);
  }
  return names;
}

/// What the refiner knew of the picture before the first word.
std::vector<PictureMap> maps_of(const Memory& memory, RefinerKind refiner) {
  std::vector<PictureMap> maps;
  if (memory.saliency.defined()) maps.push_back({.name = "saliency", .rows = each_row(memory.saliency)});
  for (std::size_t block = 0; block < memory.maps.size(); ++block) {
    const auto of_heads = memory.maps[block][0];  // [N, R, R]
    const auto name = "block " + std::to_string(block + 1);
    if (of_heads.size(0) == 1 || of_heads.numel() > kMostNumbersOfMap) {
      maps.push_back({.name = name, .rows = each_row(of_heads.mean(0))});
      continue;
    }
    for (int64_t n = 0; n < of_heads.size(0); ++n)
      maps.push_back({.name = name + ", head " + std::to_string(n + 1), .rows = each_row(of_heads[n])});
  }
  if (!memory.origin.defined()) return maps;
  const auto origin = memory.origin[0];  // [L, R]
  if (refiner == RefinerKind::kStructured) {
    for (int64_t hop = 0; hop < origin.size(0); ++hop)
      maps.push_back({.name = "hop " + std::to_string(hop + 1), .rows = each_row(origin.narrow(0, hop, 1))});
  } else {
    maps.push_back({.name = refiner == RefinerKind::kSelfAttention ? "all blocks" : "neighbours", .rows = each_row(origin)});
  }
  return maps;
}

/// The most attended first.
std::vector<int> most_attended(const std::vector<float>& weights) {
  std::vector<int> order(weights.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater(), [&](int region) { return weights[region]; });
  const auto most = std::max<std::size_t>(1, static_cast<std::size_t>(kMostTaken * static_cast<double>(weights.size())));
  std::size_t taken = 0;
  for (double held = 0; taken < most && held < kTakenWeight; ++taken) held += weights[order[taken]];
  order.resize(taken);
  return order;
}

bool asks_something(const DecoderStep& step) {
  return std::ranges::any_of(step.looks, [](const LookTrace& look) { return look.query.numel() > 0; });
}

/// One a word: what becomes of it, and of the caption, without the regions it looked at most.
std::vector<Counterfactual> counterfactuals_of(const LoadedModel& model, const torch::Tensor& features, const torch::Tensor& tokens,
                                               const std::vector<DecoderStep>& steps, const SearchConfig& search) {
  const torch::NoGradGuard no_gradients;
  auto& decoder = *model.captioner->decoder;
  const auto length = std::ssize(steps);
  std::vector<Counterfactual> without;
  auto pictures = features.unsqueeze(0).repeat({length, 1, 1});  // [T, R, D]
  for (const auto& step : steps) {
    auto& word = without.emplace_back(Counterfactual{.regions = most_attended(numbers_of(step.weights))});
    const auto taken = torch::tensor(word.regions, torch::kLong).to(features.device());
    pictures[std::ssize(without) - 1].index_copy_(0, taken, features.mean(0, true).expand({taken.size(0), -1}));
  }
  const auto inputs = tokens.narrow(0, 0, length).view({1, 1, length}).expand({length, 1, length});
  const auto logits =
      decoder.forward(pictures, inputs).logits.squeeze(1);  // [T, T, V]: of each picture every word, of which one is its own
  const auto own = logits.diagonal(0, 0, 1).transpose(0, 1).to(torch::kDouble).softmax(-1);  // [T, V]
  const auto probabilities = own.gather(1, tokens.narrow(0, 1, length).unsqueeze(1)).cpu();
  const auto found = beam_search(decoder, pictures, search);
  for (int64_t t = 0; t < length; ++t) {
    auto& word = without[static_cast<std::size_t>(t)];
    word.probability = probabilities[t].item<double>();
    word.caption = record_of(found[static_cast<std::size_t>(t)], model.description.vocabulary).caption;
  }
  return without;
}

}  // namespace

Explanation explain_words(const LoadedModel& model, const torch::Tensor& features, const std::vector<WordRecord>& words,
                          const SearchConfig& search) {
  const auto& vocabulary = model.description.vocabulary;
  std::vector<int64_t> ids{kStartToken};
  for (const auto& word : words) ids.push_back(vocabulary.id(word.word));
  const auto tokens = torch::tensor(ids, torch::kLong).to(features.device());  // [T + 1]
  const auto retold = retell(*model.captioner->decoder, features, tokens);

  Explanation explanation{.maps = maps_of(retold.memory, model.description.model.decoder.refiner.kind)};
  for (const auto& step : retold.steps) explanation.steps.push_back(word_step(step, retold.memory, vocabulary));
  if (retold.steps.empty()) return explanation;
  explanation.heads = head_names(retold.steps.front());
  if (asks_something(retold.steps.front())) explanation.without = counterfactuals_of(model, features, tokens, retold.steps, search);
  return explanation;
}

ExplainedCaption explain_picture(const LoadedModel& model, const FittedPicture& picture, const SearchConfig& search) {
  const torch::NoGradGuard no_gradients;
  const auto features = model.encode(stack_pictures({&picture, 1}));  // [1, R, D]
  const auto found = beam_search(*model.captioner->decoder, features, search).front();
  ExplainedCaption explained{.record = record_of(found, model.description.vocabulary)};
  explained.record.attention =
      attention_of(found.front(), picture.geometry, model.captioner->encoder->regions(model.description.model.encoder.picture_size));
  explained.explanation = explain_words(model, features[0], explained.record.words, search);
  return explained;
}

}  // namespace saccade
