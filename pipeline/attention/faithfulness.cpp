#include "pipeline/attention/faithfulness.h"

#include <algorithm>
#include <numeric>

#include "models/shapes.h"

namespace saccade {
namespace {

/// [1, 1, T]: what stands before each word.
torch::Tensor inputs_of(const std::vector<int64_t>& words, torch::Device device) {
  std::vector<int64_t> inputs{kStartToken};
  inputs.insert(inputs.end(), words.begin(), words.end() - 1);
  return torch::tensor(inputs, torch::kLong).view({1, 1, -1}).to(device);
}

/// [5, L]: whether a region is among the first of `order` [L], for each share.
torch::Tensor taken_by(const torch::Tensor& order) {
  const auto regions = order.size(0);
  const auto rank = torch::empty_like(order).scatter_(0, order, torch::arange(regions, order.options()));
  std::vector<torch::Tensor> rows;
  for (const double share : kTakenShares) {
    rows.push_back(rank < std::max<int64_t>(1, std::llround(share * static_cast<double>(regions))));
  }
  return torch::stack(rows);
}

/// Of `value` by all of `asked` together; 0 where it does not depend on them.
double gradient_norm(const torch::Tensor& value, const std::vector<torch::Tensor>& asked) {
  if (!value.requires_grad() || asked.empty()) return 0;
  double squares = 0;
  for (const auto& gradient : torch::autograd::grad({value}, asked, {}, false, false, /*allow_unused=*/true)) {
    if (gradient.defined()) squares += gradient.square().sum().item<double>();
  }
  return std::sqrt(squares);
}

/// heads [N, R] of one word.
double agreement_of(const torch::Tensor& heads) {
  const auto count = heads.size(0);
  const auto differences = torch::cdist(heads.to(torch::kDouble), heads.to(torch::kDouble), 1);  // [N, N]
  return 1 - differences.sum().item<double>() / 2 / static_cast<double>(count * (count - 1));
}

}  // namespace

double FaithfulnessCurves::mean(const Curve& curve) { return std::reduce(curve.begin(), curve.end()) / static_cast<double>(curve.size()); }

void FaithfulnessMeter::add(const torch::Tensor& features, const std::vector<int64_t>& words, const torch::Tensor& weights) {
  if (words.empty()) return;
  const torch::NoGradGuard no_gradients;
  const auto device = features.device();
  const auto regions = features.size(0), length = std::ssize(words);
  const auto inputs = inputs_of(words, device);
  const auto absent = features.mean(0, /*keepdim=*/true);  // [1, D]
  auto random = at::make_generator<at::CPUGeneratorImpl>(seed_++);
  const auto probability_of = [&](const torch::Tensor& pictures, int64_t word) {  // [P, L, D] → [P]
    const auto logits = decoder_.forward(pictures, inputs.slice(2, 0, word + 1).expand({pictures.size(0), 1, word + 1})).logits;
    return logits.select(2, word).squeeze(1).softmax(-1).select(-1, words[static_cast<std::size_t>(word)]);
  };
  for (int64_t word = 0; word < length; ++word) {
    const auto chance = torch::randperm(regions, random, torch::kLong).to(device);
    const auto most_first = weights[word].to(device).index_select(0, chance).argsort(/*stable=*/true, /*dim=*/0, /*descending=*/true);
    const auto attended = taken_by(chance.index_select(0, most_first)), by_chance = taken_by(chance);
    const auto all = torch::ones({1, regions}, attended.options());
    // Rows: which regions are there.
    const auto there = torch::cat({all, all.logical_not(), attended.logical_not(), by_chance.logical_not(), attended, by_chance});
    const auto probabilities =
        probability_of(torch::where(there.unsqueeze(-1), features.unsqueeze(0), absent), word).cpu().to(torch::kDouble);
    const auto* at = probabilities.data_ptr<double>();
    ++sums_.words;
    sums_.whole += *at++;
    sums_.nothing += *at++;
    for (auto* curve : {&sums_.deletion, &sums_.deletion_random, &sums_.insertion, &sums_.insertion_random}) {
      for (auto& point : *curve) point += *at++;
    }
  }
}

FaithfulnessCurves FaithfulnessMeter::result() const {
  auto mean = sums_;
  if (mean.words == 0) return mean;
  const auto words = static_cast<double>(mean.words);
  mean.whole /= words;
  mean.nothing /= words;
  for (auto* curve : {&mean.deletion, &mean.deletion_random, &mean.insertion, &mean.insertion_random}) {
    for (auto& point : *curve) point /= words;
  }
  return mean;
}

StepFindings examine_steps(DecoderModule& decoder, const torch::Tensor& features, const std::vector<int64_t>& words, uint64_t seed) {
  StepFindings sums;
  if (words.empty()) return sums;
  auto random = at::make_generator<at::CPUGeneratorImpl>(seed);
  const auto inputs = inputs_of(words, features.device()).squeeze(0);  // [1, T]
  Memory memory;
  DecoderState state;
  {
    const torch::NoGradGuard no_gradients;
    memory = decoder.prepare(features.unsqueeze(0));
    state = decoder.start(memory, 1);
  }
  const auto steps = static_cast<double>(inputs.size(1));
  for (int64_t t = 0; t < inputs.size(1); ++t) {
    const torch::AutoGradMode with_gradients(true);
    std::vector<torch::Tensor> asked;
    for (auto& tensor : state.tensors) {
      tensor = tensor.detach().requires_grad_(tensor.is_floating_point() && tensor.numel() > 0);
      if (tensor.requires_grad()) asked.push_back(tensor);
    }
    const auto step = decoder.step(inputs.slice(1, t, t + 1), state, memory);
    const auto signs = torch::randint(0, 2, step.weights.sizes(), random, torch::kFloat).to(step.weights.device()) * 2 - 1;
    sums.sensitivity += gradient_norm((step.weights * signs).sum(), asked) / steps;
    if (step.heads.defined()) sums.agreement = sums.agreement.value_or(0) + agreement_of(step.heads.detach().flatten(0, 2)) / steps;
    state = step.state;
  }
  return sums;
}

}  // namespace saccade
