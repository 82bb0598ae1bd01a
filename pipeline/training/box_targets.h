/// Where the words of a training batch should look, by the boxes of a prepared set.
#pragma once

#include "data/prepared/prepared_dataset.h"
#include "models/encoders/region_box.h"
#include "pipeline/training/batches.h"

namespace saccade {

/// [B, K, T, R] float on the CPU, what grounding_loss() calls `inside`: how much of each region lies in the boxes of the word that position
/// t writes, mirrored where the picture is. 0 for words that name nothing, padding, and regions without a place. A function of the batch
/// alone, so that a resumed run sees the same.
torch::Tensor box_targets(const Batch& batch, const PreparedDataset& dataset, const std::vector<RegionBox>& regions);

/// Throws Error, naming training.loss.grounding, if no picture of the split has a box.
void require_boxes(const PreparedDataset& dataset, const std::string& split);

}  // namespace saccade
