/// What each kind computes, as a diagram says it. Of each list an entry is a line; what stands in _{} is an index.
#pragma once

#include <string>
#include <vector>

#include "models/captioner.h"

namespace saccade {

using Formulas = std::vector<std::string>;

std::string encoder_name(EncoderArchitecture architecture);
/// Which grid the regions are, and what of the network was trained.
Formulas encoder_formulas(const EncoderConfig& config);

std::string refiner_name(RefinerKind kind);
Formulas refiner_formulas(const RefinerConfig& config);

/// "additive score, softmax, 4 heads"; "no attention".
std::string attention_name(const DecoderConfig& config);
bool scores_regions(const DecoderConfig& config);
std::string key_formula(const DecoderConfig& config);
std::string value_formula(const DecoderConfig& config);
Formulas score_formulas(const DecoderConfig& config);
Formulas normaliser_formulas(const DecoderConfig& config);
Formulas sum_formulas(const DecoderConfig& config);

std::string gate_name(ContextGate gate);
Formulas gate_formulas(ContextGate gate);

std::string decoder_name(const DecoderConfig& config);
/// What takes the word in and asks, and what is told of the look: title and formulas. An empty title: the first is told itself.
struct DecoderPart {
  std::string title;
  Formulas formulas;
};
DecoderPart asking_part(const DecoderConfig& config);
DecoderPart told_part(const DecoderConfig& config);
Formulas output_formulas(const DecoderConfig& config);

}  // namespace saccade
