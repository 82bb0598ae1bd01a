#include <stdexcept>

#include "models/decoders/lstm_decoder.h"

namespace saccade {
namespace {

void require(bool good, const std::string& what) {
  if (!good) throw std::invalid_argument("decoder." + what);
}

void validate(const DecoderConfig& config) {
  require(config.embedding_size > 0, "embedding_size: must be positive");
  require(config.hidden_size > 0, "hidden_size: must be positive");
  for (const auto& [name, dropout] : {std::pair{"dropout", config.dropout},
                                      {"embedding_dropout", config.embedding_dropout},
                                      {"feature_dropout", config.feature_dropout}}) {
    require(dropout >= 0 && dropout < 1, std::string(name) + ": must be at least 0 and below 1");
  }
}

}  // namespace

std::shared_ptr<DecoderModule> make_decoder(const DecoderConfig& config, int64_t feature_size, int64_t vocabulary_size,
                                            const std::vector<RegionBox>& boxes) {
  validate(config);
  return std::make_shared<LstmDecoderImpl>(config, feature_size, vocabulary_size, make_refiner(config.refiner, feature_size, boxes));
}

}  // namespace saccade
