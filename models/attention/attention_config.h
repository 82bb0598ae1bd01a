#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace saccade {

/// How well a region suits a query. q: the query, of size A; x: a region; k = U x: its key, of size A.
enum class AttentionScore {
  kNone,              ///< no attention: every word sees the mean of the regions (the sequence-to-sequence baseline)
  kAdditive,          ///< v · tanh(q + k) (Bahdanau et al. 2015)
  kAdditiveRelu,      ///< v · ReLU(q + k)
  kConcat,            ///< v · tanh(W [q; x]) (Luong et al. 2015)
  kDot,               ///< q · x: the regions are their own keys, and A is their size
  kScaledDot,         ///< q · k / √A (Vaswani et al. 2017)
  kGeneral,           ///< q · k (Luong et al. 2015)
  kCosine,            ///< τ · cos(q, k) with a learned τ
  kMlp,               ///< a network of two hidden layers over [q; x]
  kAdditiveSeparate,  ///< v · (tanh(q) + tanh(k)): faulty, kept for tests of attention's health; see additive_separate.cpp
  kStart,             ///< no attention: the picture is seen in the decoder's initial state alone
};
NLOHMANN_JSON_SERIALIZE_ENUM(AttentionScore, {{AttentionScore::kNone, "none"},
                                              {AttentionScore::kAdditive, "additive"},
                                              {AttentionScore::kAdditiveRelu, "additive_relu"},
                                              {AttentionScore::kConcat, "concat"},
                                              {AttentionScore::kDot, "dot"},
                                              {AttentionScore::kScaledDot, "scaled_dot"},
                                              {AttentionScore::kGeneral, "general"},
                                              {AttentionScore::kCosine, "cosine"},
                                              {AttentionScore::kMlp, "mlp"},
                                              {AttentionScore::kAdditiveSeparate, "additive_separate"},
                                              {AttentionScore::kStart, "start"}})

/// How scores become weights that sum to 1.
enum class AttentionNormaliser {
  kSoftmax,
  kSparsemax,  ///< the nearest weights; most are exactly 0 (Martins & Astudillo 2016)
  kEntmax15,   ///< between the two (Peters et al. 2019, α = 1.5)
  kHard,       ///< softmax, but in training one region is drawn by it (Xu et al. 2015, 4.1); see draw_region.h
};
NLOHMANN_JSON_SERIALIZE_ENUM(AttentionNormaliser, {{AttentionNormaliser::kSoftmax, "softmax"},
                                                   {AttentionNormaliser::kSparsemax, "sparsemax"},
                                                   {AttentionNormaliser::kEntmax15, "entmax15"},
                                                   {AttentionNormaliser::kHard, "hard"}})

/// What is summed by the weights.
enum class AttentionValues {
  kFeatures,   ///< the regions as they are; of several heads each sums its own part of them
  kProjected,  ///< W_v x, and the heads' sums together through W_o: query, key and value apart (Vaswani et al. 2017)
};
NLOHMANN_JSON_SERIALIZE_ENUM(AttentionValues, {{AttentionValues::kFeatures, "features"}, {AttentionValues::kProjected, "projected"}})

struct AttentionConfig {
  AttentionScore score = AttentionScore::kAdditive;
  AttentionNormaliser normaliser = AttentionNormaliser::kSoftmax;
  AttentionValues values = AttentionValues::kFeatures;
  int64_t size = 512;          ///< A, of keys, queries and projected values: all heads together
  int64_t heads = 1;           ///< N, each of A / N
  double sampled_share = 0.5;  ///< hard: share of the looks in training that are drawn; the others take the mean by their weights
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AttentionConfig, score, normaliser, values, size, heads, sampled_share)

}  // namespace saccade
