#include "models/search/beam_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "models/shapes.h"

namespace saccade {
namespace {

using torch::Tensor;

constexpr float kNever = -std::numeric_limits<float>::infinity();

/// What was written at each step, kept where it was computed. A hypothesis is the place of its last token in it.
struct Trace {
  std::vector<Tensor> tokens, log_probabilities, parents;  // each [B, K]
  std::vector<Tensor> looks;                               // each [B, K, L + 1]: weights and gate of the parents
};

/// Hypotheses in a trace. Where the score is kNever, there is none.
struct Ranking {
  Tensor scores;  // [B, K]
  Tensor steps;   // [B, K] long: step of the last token; -1 where there is none
  Tensor slots;   // [B, K] long: its place among the K of that step
};

Ranking empty_ranking(const Tensor& scores) {
  const auto slots = torch::zeros(scores.sizes(), scores.options().dtype(torch::kLong));
  return {torch::full_like(scores, kNever), slots - 1, slots};
}

/// The best K of those ranked and of those that ended at this step. At equal scores the earlier stays.
Ranking merge(const Ranking& ranking, const Tensor& scores, int64_t step) {
  const auto size = scores.size(1);
  const auto slots = torch::arange(size, ranking.slots.options()).expand_as(scores);
  auto [best, order] = torch::cat({ranking.scores, scores}, 1).sort(/*stable=*/true, 1, /*descending=*/true);
  order = order.narrow(1, 0, size);
  const auto steps = torch::full_like(slots, step).masked_fill(scores == kNever, -1);
  return {best.narrow(1, 0, size), torch::cat({ranking.steps, steps}, 1).gather(1, order),
          torch::cat({ranking.slots, slots}, 1).gather(1, order)};
}

/// Follows the hypotheses back to their first token → [B, K, T, L + 3]: weights | gate | token | log-probability, zero after the last.
Tensor trace_back(const Trace& trace, const Ranking& ranking) {
  std::vector<Tensor> rows(trace.tokens.size());
  auto slots = ranking.slots;
  for (auto step = static_cast<int64_t>(rows.size()) - 1; step >= 0; --step) {
    const auto written = ranking.steps >= step;  // [B, K]
    const auto parents = trace.parents[step].gather(1, slots);
    const auto& looks = trace.looks[step];
    const auto look = looks.gather(1, parents.unsqueeze(-1).expand({-1, -1, looks.size(2)}));  // [B, K, L + 1]
    const auto token = trace.tokens[step].gather(1, slots).to(looks.scalar_type()).unsqueeze(-1);
    const auto log_probability = trace.log_probabilities[step].gather(1, slots).to(looks.scalar_type()).unsqueeze(-1);
    rows[step] = torch::cat({look, token, log_probability}, -1).masked_fill(written.logical_not().unsqueeze(-1), 0);
    slots = torch::where(written, parents, slots);
  }
  return torch::stack(rows, 2);
}

/// Forbids each word that would repeat an n-gram of its caption. history [B, K, t] long; log_probabilities [B, K, V] are changed.
void forbid_repeats(Tensor& log_probabilities, const Tensor& history, int64_t size) {
  const auto length = history.size(2);
  if (length < size) return;
  const auto grams = history.unfold(2, size, 1);                                  // [B, K, t - n + 1, n]
  const auto last = history.narrow(2, length - size + 1, size - 1).unsqueeze(2);  // [B, K, 1, n - 1]
  const auto repeats = (grams.narrow(3, 0, size - 1) == last).all(-1);            // [B, K, t - n + 1]
  const auto bounds = torch::zeros(repeats.sizes(), log_probabilities.options()).masked_fill(repeats, kNever);
  log_probabilities.scatter_reduce_(2, grams.select(3, size - 1), bounds, "amin");  // 0 bounds nothing: log-probabilities are below it
}

class Search {
 public:
  Search(DecoderModule& decoder, const Tensor& features, const SearchConfig& config)
      : decoder_(decoder),
        config_(config),
        memory_(decoder.prepare(features)),
        state_(decoder.start(memory_, config.beam_size)),
        tokens_(torch::full({features.size(0), config.beam_size}, kStartToken, features.options().dtype(torch::kLong))),
        history_(tokens_.unsqueeze(2).narrow(2, 0, 0)),
        live_(torch::full(tokens_.sizes(), kNever, features.options().dtype(torch::kFloat))),
        finished_(empty_ranking(live_)),
        unfinished_(empty_ranking(live_)) {
    live_.select(1, 0).fill_(0);  // all K begin alike: one of them is enough
  }

  /// → [B, K, T, L + 3] of trace_back.
  Tensor run() {
    for (int64_t step = 0; step <= config_.max_length; ++step) {
      advance(step);
      // Reading the answer waits for the device, so on a GPU it is asked for only now and then; more steps change nothing.
      const bool look = live_.is_cpu() || step % 4 == 3;
      if (look && done(step).all().item<bool>()) break;
    }
    const auto any_finished = finished_.scores.narrow(1, 0, 1) > kNever;  // [B, 1]
    return trace_back(trace_, {.scores = torch::where(any_finished, finished_.scores, unfinished_.scores),
                               .steps = torch::where(any_finished, finished_.steps, unfinished_.steps),
                               .slots = torch::where(any_finished, finished_.slots, unfinished_.slots)});
  }

  bool has_gate() const { return has_gate_; }

 private:
  /// The K best continuations of the live hypotheses by one token. Those that end leave for the ranking; their places are refilled in the
  /// next step.
  void advance(int64_t step) {
    const auto look = decoder_.step(tokens_, state_, memory_);
    const auto vocabulary = look.logits.size(2);
    auto log_probabilities = look.logits.to(torch::kFloat).log_softmax(-1);  // [B, K, V]
    forbid(log_probabilities, step);
    const auto [scores, index] = (live_.unsqueeze(2) + log_probabilities).flatten(1).topk(config_.beam_size, 1);  // [B, K] of K·V
    const auto parents = index.div(vocabulary, "floor");
    tokens_ = index.remainder(vocabulary);
    record(look, parents, log_probabilities.flatten(1).gather(1, index));

    const auto ended = tokens_ == kEndToken;  // [B, K]
    const auto ranked = scores / std::pow(static_cast<double>(step + 1), config_.length_penalty);
    finished_ = merge(finished_, ranked.masked_fill(ended.logical_not(), kNever), step);
    live_ = scores.masked_fill(ended, kNever);
    state_ = look.state.select(parents);
    if (config_.no_repeat_ngram > 0) {
      history_ = torch::cat({history_.gather(1, parents.unsqueeze(2).expand_as(history_)), tokens_.unsqueeze(2)}, 2);
    }
    if (step < config_.max_length) keep_unfinished(step);
  }

  void forbid(Tensor& log_probabilities, int64_t step) const {
    for (const auto token : {kPadToken, kStartToken, kUnknownToken}) log_probabilities.select(2, token).fill_(kNever);
    if (step < config_.min_length) log_probabilities.select(2, kEndToken).fill_(kNever);
    if (config_.no_repeat_ngram > 0) forbid_repeats(log_probabilities, history_, config_.no_repeat_ngram);
  }

  void record(const DecoderStep& look, const Tensor& parents, const Tensor& log_probabilities) {
    has_gate_ = look.gate.defined();
    const auto gate = has_gate_ ? look.gate : torch::zeros_like(look.weights.select(2, 0));
    trace_.tokens.push_back(tokens_);
    trace_.log_probabilities.push_back(log_probabilities);
    trace_.parents.push_back(parents);
    trace_.looks.push_back(torch::cat({look.weights, gate.unsqueeze(2)}, 2).to(torch::kFloat));
  }

  /// The live hypotheses are what remains of a picture that never finishes one. Where none lives, the last that did.
  void keep_unfinished(int64_t step) {
    const auto alive = live_ > kNever;  // [B, K]
    const auto any = alive.any(1, /*keepdim=*/true);
    const auto slots = torch::arange(live_.size(1), unfinished_.slots.options()).expand_as(live_);
    const auto steps = torch::full_like(unfinished_.steps, step).masked_fill(alive.logical_not(), -1);
    unfinished_ = {.scores = torch::where(any, live_, unfinished_.scores),
                   .steps = torch::where(any, steps, unfinished_.steps),
                   .slots = torch::where(any, slots, unfinished_.slots)};
  }

  /// [B]: no live hypothesis can still enter the ranking. Exact, since a log-probability only falls from word to word.
  Tensor done(int64_t step) const {
    const auto best_length = config_.length_penalty >= 0 ? config_.max_length + 1 : step + 2;  // at which a live one would score highest
    const auto bound = live_.amax(1) / std::pow(static_cast<double>(best_length), config_.length_penalty);
    return (live_.amax(1) == kNever).logical_or(bound <= finished_.scores.select(1, config_.beam_size - 1));
  }

  DecoderModule& decoder_;
  SearchConfig config_;
  Memory memory_;
  DecoderState state_;
  Tensor tokens_;   // [B, K] long: just written
  Tensor history_;  // [B, K, t] long: all written, kept only where repeats are forbidden
  Tensor live_;     // [B, K] float: log-probability; kNever where a place is free
  Trace trace_;
  Ranking finished_, unfinished_;
  bool has_gate_ = false;
};

/// rows [T, L + 3] of trace_back, on the CPU.
Hypothesis read_hypothesis(const Tensor& rows, const SearchConfig& config, bool has_gate) {
  Hypothesis hypothesis;
  const auto regions = rows.size(1) - 3;
  const auto columns = rows.accessor<float, 2>();
  for (int64_t t = 0; t < rows.size(0) && !hypothesis.finished; ++t) {
    const auto token = static_cast<int64_t>(columns[t][regions + 1]);
    if (token == kPadToken) break;
    hypothesis.log_probabilities.push_back(columns[t][regions + 2]);
    hypothesis.log_probability += hypothesis.log_probabilities.back();
    hypothesis.finished = token == kEndToken;
    if (hypothesis.finished) break;
    hypothesis.tokens.push_back(token);
    if (has_gate) hypothesis.gates.push_back(columns[t][regions]);
  }
  const auto length = std::max<double>(static_cast<double>(hypothesis.log_probabilities.size()), 1);
  hypothesis.score = hypothesis.log_probability / std::pow(length, config.length_penalty);
  hypothesis.weights = rows.narrow(0, 0, static_cast<int64_t>(hypothesis.tokens.size())).narrow(1, 0, regions).clone();
  return hypothesis;
}

/// rows [K, T, L + 3] of trace_back, on the CPU.
std::vector<Hypothesis> read_hypotheses(const Tensor& rows, const SearchConfig& config, bool has_gate) {
  std::vector<Hypothesis> hypotheses;
  for (int64_t k = 0; k < rows.size(0); ++k) {
    auto hypothesis = read_hypothesis(rows[k], config, has_gate);
    if (!hypothesis.log_probabilities.empty()) hypotheses.push_back(std::move(hypothesis));
  }
  if (hypotheses.empty()) return {read_hypothesis(rows[0], config, has_gate)};  // not one word was possible
  std::stable_sort(hypotheses.begin(), hypotheses.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  return hypotheses;
}

void validate(const SearchConfig& config) {
  const auto require = [](bool good, const char* what) {
    if (!good) throw std::invalid_argument(std::string("search.") + what);
  };
  require(config.beam_size >= 1, "beam_size: must be at least 1");
  require(config.max_length >= 1, "max_length: must be at least 1");
  require(config.min_length >= 0 && config.min_length <= config.max_length, "min_length: must lie between 0 and max_length");
  require(config.no_repeat_ngram >= 0, "no_repeat_ngram: must not be negative");
  require(std::isfinite(config.length_penalty), "length_penalty: must be a number");
}

}  // namespace

std::vector<std::vector<Hypothesis>> beam_search(DecoderModule& decoder, const Tensor& features, const SearchConfig& config) {
  validate(config);
  TORCH_CHECK(features.dim() == 3, "features are ", features.sizes(), ", not [B, L, D]");
  TORCH_CHECK(!decoder.is_training(), "search is for a decoder in eval mode: dropout would make its captions random");
  if (features.size(0) == 0) return {};
  const torch::NoGradGuard no_gradients;
  Search search(decoder, features, config);
  const auto rows = search.run().cpu();  // the one copy back; ids are exact in float32 below 2^24
  std::vector<std::vector<Hypothesis>> found;
  for (int64_t b = 0; b < rows.size(0); ++b) found.push_back(read_hypotheses(rows[b], config, search.has_gate()));
  return found;
}

}  // namespace saccade
