#include "models/decoders/picture_memory.h"

namespace saccade {

Refined refine(RefinerModule* refiner, const torch::Tensor& features) {
  return refiner ? refiner->forward(features) : Refined{.features = features};
}

Memory remember(AttentionModule& attention, const Refined& refined, double dropout) {
  return with_origin(attention.prepare(torch::dropout(refined.features, dropout, dropout > 0)), refined);
}

Memory with_origin(Memory memory, const Refined& refined) {
  memory.origin = refined.origin;
  memory.saliency = refined.saliency;
  memory.penalty = refined.penalty;
  memory.maps = refined.maps;
  return memory;
}

}  // namespace saccade
