/// Attention weights as a map over the original picture, through the geometry that was recorded: nothing is assumed of how the regions lie.
#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/records.h"

namespace saccade {

/// Pixels of a picture: columns left … right - 1, rows top … bottom - 1.
struct PixelRange {
  int left = 0, top = 0, right = 0, bottom = 0;
};

struct WeightMap {
  int width = 0, height = 0;
  std::vector<float> values;  ///< row-major; 0 where the network did not look
  PixelRange seen;            ///< what the network saw of the picture
};

/// The weights of word `word` over the original picture, drawn at width × height.
///
/// Regions that form a regular grid are smoothed between the centres of their cells. The map takes a cell's weight at its centre and never
/// more than the weights around it, and its mean over the grid is the mean of the weights: smoothing neither moves the maximum nor invents
/// attention. Other boxes are drawn as they are; where several overlap, the largest of their weights counts. Regions without an area have
/// no place and are left out.
WeightMap map_weights(const AttentionRecord& attention, std::size_t word, int width, int height);

/// How many regions words could look at: all, or of a caption of one place (CaptionRecord::region) those that have any weight.
std::size_t regions_in_sight(const CaptionRecord& record);

/// The largest weight of each word that has a place on the picture.
std::vector<double> largest_weights(const AttentionRecord& attention);

}  // namespace saccade
