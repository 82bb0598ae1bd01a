#include "pipeline/expert_agreement.h"

#include <cmath>
#include <cstdio>

namespace saccade {

ExpertAgreement agreement_with_experts(const JudgedCaptions& judged, const std::optional<MeteorFiles>& meteor) {
  ExpertAgreement agreement{.captions = std::ssize(judged.captions), .among_references = judged.among_references};
  const auto add = [&](std::string name, const auto& images, const auto& score_of) {
    std::vector<double> scores;
    scores.reserve(images.size());
    for (const auto& image : images) scores.push_back(score_of(image));
    agreement.rows.push_back({.score = std::move(name), .tau = correlation_with_experts(scores, judged)});
  };
  const auto images = score_images(judged.captions);
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    add("bleu_" + std::to_string(n + 1), images, [n](const ImageScores& image) { return bleu_scores(image.bleu)[n]; });
  }
  add("rouge_l", images, [](const ImageScores& image) { return image.rouge_l; });
  add("cider", images, [](const ImageScores& image) { return image.cider; });
  add("cider_plain", images, [](const ImageScores& image) { return image.cider_plain; });
  if (meteor) {
    const auto scored = score_meteor(judged.captions, *meteor);
    agreement.meteor_variant = scored.variant;
    add("meteor", scored.images, meteor_score);
  }
  return agreement;
}

nlohmann::ordered_json to_json_agreement(const ExpertAgreement& agreement) {
  nlohmann::ordered_json json = {{"captions", agreement.captions}, {"among_references", agreement.among_references}};
  json["meteor_variant"] = agreement.meteor_variant.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(agreement.meteor_variant);
  for (const auto& [score, tau] : agreement.rows) json["tau"][score] = {{"b", tau.b}, {"c", tau.c}};
  return json;
}

std::string to_table(const ExpertAgreement& agreement) {
  std::string table = "Kendall's tau with three experts, times 100\n             tau_c   tau_b\n";
  for (const auto& [score, tau] : agreement.rows) {
    char line[64];
    if (std::isnan(tau.c)) {
      table += score + ": it, or every rating, is the same for all captions\n";
      continue;
    }
    std::snprintf(line, sizeof line, "%-11s %6.2f  %6.2f\n", score.c_str(), 100 * tau.c, 100 * tau.b);
    table += line;
  }
  table += std::to_string(agreement.captions) + " captions, each rating a pair; " + std::to_string(agreement.among_references) +
           " more stand among the references of their image and are left out\n";
  return agreement.meteor_variant.empty() ? table : table + agreement.meteor_variant + "\n";
}

}  // namespace saccade
