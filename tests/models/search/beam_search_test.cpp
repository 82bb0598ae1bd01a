#include "models/search/beam_search.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using BeamSearch = OnEachDevice;
SACCADE_ON_EACH_DEVICE(BeamSearch);

using Words = std::vector<int64_t>;

struct Scored {
  Words words;
  double log_probability = 0, score = 0;
};

/// [T + 1, V] double: log-probabilities of what may follow `words`, by teacher forcing.
torch::Tensor teacher_forced(DecoderModule& decoder, const torch::Tensor& features, const Words& words) {
  const torch::NoGradGuard no_gradients;
  Words tokens = {kStartToken};
  tokens.insert(tokens.end(), words.begin(), words.end());
  const auto input = torch::tensor(tokens).view({1, 1, -1}).to(features.device());
  return decoder.forward(features, input).logits[0][0].to(torch::kDouble).log_softmax(-1).cpu();
}

/// Every caption of up to max_length words that ends, best first.
std::vector<Scored> all_captions(DecoderModule& decoder, const torch::Tensor& features, int64_t vocabulary, const SearchConfig& config) {
  std::vector<Scored> found;
  std::vector<Scored> open = {{}};
  for (int64_t length = 0; length <= config.max_length; ++length) {
    std::vector<Scored> longer;
    for (const auto& caption : open) {
      const auto next = teacher_forced(decoder, features, caption.words)[length];
      if (length >= config.min_length) {
        const auto total = caption.log_probability + next[kEndToken].item<double>();
        found.push_back({caption.words, total, total / std::pow(length + 1, config.length_penalty)});
      }
      for (int64_t word = kFirstWordToken; word < vocabulary && length < config.max_length; ++word) {
        auto words = caption.words;
        words.push_back(word);
        longer.push_back({words, caption.log_probability + next[word].item<double>()});
      }
    }
    open = longer;
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  return found;
}

/// The same search as a plain loop over lists, which never stops early.
std::vector<Scored> plain_beam_search(DecoderModule& decoder, const torch::Tensor& features, int64_t vocabulary,
                                      const SearchConfig& config) {
  std::vector<Scored> finished, live = {{}};
  for (int64_t length = 0; length <= config.max_length; ++length) {
    std::vector<Scored> candidates;
    for (const auto& caption : live) {
      const auto next = teacher_forced(decoder, features, caption.words)[length];
      for (int64_t token = kEndToken; token < vocabulary; ++token) {
        if (token == kUnknownToken || (token == kEndToken && length < config.min_length)) continue;
        auto words = caption.words;
        words.push_back(token);
        candidates.push_back({words, caption.log_probability + next[token].item<double>()});
      }
    }
    std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.log_probability > b.log_probability; });
    candidates.resize(std::min<std::size_t>(candidates.size(), config.beam_size));
    live.clear();
    for (auto& candidate : candidates) {
      if (candidate.words.back() != kEndToken) {
        live.push_back(candidate);
        continue;
      }
      candidate.words.pop_back();
      candidate.score = candidate.log_probability / std::pow(length + 1, config.length_penalty);
      finished.push_back(candidate);
    }
  }
  std::sort(finished.begin(), finished.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  finished.resize(std::min<std::size_t>(finished.size(), config.beam_size));
  return finished;
}

void expect_same(const std::vector<Hypothesis>& found, const std::vector<Scored>& expected, const std::string& where) {
  ASSERT_EQ(found.size(), expected.size()) << where;
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].tokens, expected[i].words) << where << ", hypothesis " << i;
    EXPECT_NEAR(found[i].score, expected[i].score, 1e-4) << where;  // float32 log-probabilities of about -20
    EXPECT_TRUE(found[i].finished);
  }
}

/// Never writes the end token.
std::shared_ptr<DecoderModule> endless_decoder(torch::Device device, int64_t vocabulary, double end_logit) {
  auto decoder = tiny_decoder(device, vocabulary);
  const torch::NoGradGuard no_gradients;
  decoder->named_parameters()["output.bias"][kEndToken] = end_logit;
  return decoder;
}

bool repeats(const Words& words, int64_t size) {
  std::set<Words> seen;
  for (auto i = words.begin(); words.end() - i >= size; ++i) {
    if (!seen.insert(Words(i, i + size)).second) return true;
  }
  return false;
}

TEST_P(BeamSearch, FindsAllCaptionsInOrderWhereTheBeamHoldsThemAll) {
  const auto decoder = tiny_decoder(device(), 6);  // two words
  const auto features = tiny_features(device(), 1);
  for (const double penalty : {0.0, 0.7, 1.0, -0.5}) {
    for (const int64_t min_length : {0, 1, 2, 3}) {
      const SearchConfig config{.beam_size = 24, .max_length = 3, .min_length = min_length, .length_penalty = penalty};
      expect_same(beam_search(*decoder, features, config)[0], all_captions(*decoder, features, 6, config),
                  "penalty " + std::to_string(penalty) + ", at least " + std::to_string(min_length));
    }
  }
}

TEST_P(BeamSearch, EqualsAPlainLoopThatNeverStopsEarly) {
  for (int seed = 0; seed < 6; ++seed) {
    torch::manual_seed(seed);
    const auto decoder = tiny_decoder(device(), 9);
    const auto features = tiny_features(device(), 1);
    for (int64_t beam_size = 1; beam_size <= 5; ++beam_size) {
      const SearchConfig config{.beam_size = beam_size, .max_length = 6, .min_length = seed % 3, .length_penalty = 0.5 * (seed % 4)};
      const auto expected = plain_beam_search(*decoder, features, 9, config);
      const auto found = beam_search(*decoder, features, config)[0];
      if (!expected.empty()) expect_same(found, expected, "seed " + std::to_string(seed) + ", beam " + std::to_string(beam_size));
    }
  }
}

TEST_P(BeamSearch, OfOneIsGreedy) {
  for (int seed = 0; seed < 8; ++seed) {
    torch::manual_seed(seed);
    const auto decoder = tiny_decoder(device(), 9);
    const auto features = tiny_features(device(), 1);
    Words words;
    bool finished = false;
    while (!finished && words.size() < 7) {
      auto next = teacher_forced(*decoder, features, words)[words.size()];
      for (const auto token : {kPadToken, kStartToken, kUnknownToken}) next[token] = -1e9;
      words.push_back(next.argmax().item<int64_t>());
      finished = words.back() == kEndToken;
    }
    words.pop_back();  // the end, or the word beyond the last that is allowed
    const auto found = beam_search(*decoder, features, {.beam_size = 1, .max_length = 6, .min_length = 0, .length_penalty = 1})[0];
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].tokens, words) << "seed " << seed;
    EXPECT_EQ(found[0].finished, finished) << "seed " << seed;
  }
}

TEST_P(BeamSearch, IgnoresTheOtherPicturesInTheBatch) {
  const auto decoder = tiny_decoder(device(), 12);
  const auto features = tiny_features(device(), 7);
  const SearchConfig config{.beam_size = 4, .max_length = 8};
  const auto together = beam_search(*decoder, features, config);
  ASSERT_EQ(together.size(), 7U);
  for (int64_t b = 0; b < 7; ++b) {
    const auto alone = beam_search(*decoder, features.narrow(0, b, 1), config)[0];
    ASSERT_EQ(together[b].size(), alone.size());
    for (std::size_t k = 0; k < alone.size(); ++k) {
      EXPECT_EQ(together[b][k].tokens, alone[k].tokens) << "picture " << b;
      EXPECT_CLOSE(together[b][k].weights, alone[k].weights, 1e-5);  // float32 sums in another order
    }
  }
}

TEST_P(BeamSearch, WeightsGatesAndProbabilitiesFollowTheirCaption) {
  for (const auto gate : {ContextGate::kNone, ContextGate::kScalar, ContextGate::kVector}) {
    auto tiny = tiny_config();
    tiny.gate = gate;
    const auto decoder = tiny_decoder(device(), 12, tiny);
    const auto features = tiny_features(device(), 3);
    const auto found = beam_search(*decoder, features, {.beam_size = 5, .max_length = 8, .min_length = 3});
    for (int64_t b = 0; b < 3; ++b) {
      for (const auto& hypothesis : found[b]) {
        const auto picture = features.narrow(0, b, 1);
        const auto length = static_cast<int64_t>(hypothesis.tokens.size());
        const auto expected = teacher_forced(*decoder, picture, hypothesis.tokens);
        ASSERT_EQ(hypothesis.log_probabilities.size(), hypothesis.tokens.size() + (hypothesis.finished ? 1 : 0));
        double sum = 0;
        for (std::size_t t = 0; t < hypothesis.log_probabilities.size(); ++t) {
          const auto token = t < hypothesis.tokens.size() ? hypothesis.tokens[t] : kEndToken;
          EXPECT_NEAR(hypothesis.log_probabilities[t], expected[t][token].item<double>(), 1e-4);  // float32 logits of about 10
          sum += hypothesis.log_probabilities[t];
        }
        EXPECT_DOUBLE_EQ(hypothesis.log_probability, sum);

        const auto memory = decoder->prepare(picture);
        auto state = decoder->start(memory, 1);
        auto token = kStartToken;
        ASSERT_EQ(hypothesis.weights.sizes(), (std::vector<int64_t>{length, 3}));
        ASSERT_EQ(hypothesis.gates.size(), gate == ContextGate::kNone ? 0 : hypothesis.tokens.size());
        for (int64_t t = 0; t < length; ++t) {
          const auto step = decoder->step(torch::full({1, 1}, token, torch::kLong).to(device()), state, memory);
          EXPECT_CLOSE(hypothesis.weights[t], step.weights[0][0], 1e-5);  // float32 sums in another order
          if (step.gate.defined()) {
            EXPECT_NEAR(hypothesis.gates[t], step.gate.item<double>(), 1e-5);
          }
          state = step.state;
          token = hypothesis.tokens[t];
        }
      }
    }
  }
}

TEST_P(BeamSearch, GivesDistinctCaptionsBestFirstWithinTheBeam) {
  const auto decoder = tiny_decoder(device(), 12);
  for (const auto& hypotheses :
       beam_search(*decoder, tiny_features(device(), 5), {.beam_size = 4, .max_length = 9, .length_penalty = 0.8})) {
    ASSERT_GE(hypotheses.size(), 1U);
    ASSERT_LE(hypotheses.size(), 4U);
    std::set<Words> distinct;
    for (std::size_t i = 0; i < hypotheses.size(); ++i) {
      EXPECT_TRUE(distinct.insert(hypotheses[i].tokens).second);
      if (i > 0) {
        EXPECT_GE(hypotheses[i - 1].score, hypotheses[i].score);
      }
      for (const auto token : hypotheses[i].tokens) EXPECT_GE(token, kFirstWordToken);
    }
  }
}

TEST_P(BeamSearch, ReturnsUnfinishedCaptionsWhereNothingFinishes) {
  for (const double end_logit : {-1e9, -std::numeric_limits<double>::infinity()}) {
    const auto decoder = endless_decoder(device(), 9, end_logit);
    for (const auto& hypotheses : beam_search(*decoder, tiny_features(device(), 2), {.beam_size = 3, .max_length = 7})) {
      ASSERT_EQ(hypotheses.size(), 3U);
      for (const auto& hypothesis : hypotheses) {
        EXPECT_FALSE(hypothesis.finished);
        EXPECT_EQ(hypothesis.tokens.size(), 7U);
        EXPECT_EQ(hypothesis.weights.size(0), 7);
        EXPECT_TRUE(std::isfinite(hypothesis.score));
      }
    }
  }
}

TEST_P(BeamSearch, ForbidsRepeatedNgrams) {
  // Three words can follow each other in nine ways, so twelve words repeat one unless that is forbidden.
  const auto decoder = endless_decoder(device(), 7, -1e9);
  const auto features = tiny_features(device(), 3);
  const auto found = [&](int64_t size, int64_t length) {
    return beam_search(*decoder, features, {.beam_size = 3, .max_length = length, .no_repeat_ngram = size});
  };
  for (const auto& hypotheses : found(0, 12)) EXPECT_TRUE(repeats(hypotheses[0].tokens, 2));
  for (const int64_t size : {2, 3}) {
    for (const auto& hypotheses : found(size, 8)) {
      for (const auto& hypothesis : hypotheses) EXPECT_FALSE(repeats(hypothesis.tokens, size)) << "of " << size;
    }
  }
}

TEST_P(BeamSearch, KeepsTheLastWordsWhereNoOtherIsAllowed) {
  const auto decoder = tiny_decoder(device(), 7);  // three words
  const auto found =
      beam_search(*decoder, tiny_features(device(), 1), {.beam_size = 2, .max_length = 9, .min_length = 5, .no_repeat_ngram = 1});
  ASSERT_GE(found[0].size(), 1U);
  EXPECT_EQ(found[0][0].tokens.size(), 3U);
  EXPECT_FALSE(found[0][0].finished);
}

TEST_P(BeamSearch, WritesNothingWhereThereAreNoWords) {
  const auto decoder = tiny_decoder(device(), kFirstWordToken);
  const auto ended = beam_search(*decoder, tiny_features(device(), 1), {.beam_size = 5, .max_length = 4, .min_length = 0});
  EXPECT_TRUE(ended[0][0].tokens.empty());
  EXPECT_TRUE(ended[0][0].finished);
  const auto stuck = beam_search(*decoder, tiny_features(device(), 1), {.beam_size = 5, .max_length = 4});
  ASSERT_EQ(stuck[0].size(), 1U);
  EXPECT_TRUE(stuck[0][0].tokens.empty());
  EXPECT_FALSE(stuck[0][0].finished);
}

TEST_P(BeamSearch, OfNoPicturesIsEmpty) { EXPECT_TRUE(beam_search(*tiny_decoder(device(), 9), tiny_features(device(), 0), {}).empty()); }

TEST_P(BeamSearch, RefusesWhatCannotBe) {
  const auto decoder = tiny_decoder(device(), 9);
  const auto features = tiny_features(device(), 1);
  EXPECT_THROW(beam_search(*decoder, features, {.beam_size = 0}), std::invalid_argument);
  EXPECT_THROW(beam_search(*decoder, features, {.max_length = 3, .min_length = 4}), std::invalid_argument);
  decoder->train();
  EXPECT_THROW(beam_search(*decoder, features, {}), c10::Error);
}

}  // namespace
}  // namespace saccade
