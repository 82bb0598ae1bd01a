/// The readers of this folder, one source each. read_annotations.cpp holds the table that chooses among them.
#pragma once

#include <filesystem>

#include "data/annotations/annotations.h"

namespace saccade {

/// `name.jpg#k<TAB>caption`: Flickr8k.token.txt, Flickr30k's results_20130124.token.
Annotations read_flickr(const std::filesystem::path& path);

/// A table with a header, separated by commas, semicolons or vertical bars: Kaggle's Flickr8k and Flickr30k, imagefolder's metadata.csv.
Annotations read_csv(const std::filesystem::path& path);

/// `file<TAB>caption` or `caption<TAB>file`, with or without a header; nothing is quoted.
Annotations read_tsv(const std::filesystem::path& path);

/// One object a line, or a list of objects: {"image": "a.jpg", "captions": ["...", ...]}, imagefolder's metadata.jsonl, neuraltalk2's
/// input.
Annotations read_jsonl(const std::filesystem::path& path);

/// {"images": [...], "annotations": [...]}: COCO, nocaps, VizWiz-Captions (whose rejected and pre-canned captions are left out).
Annotations read_coco(const std::filesystem::path& path);

/// {"images": [{"filename", "split", "sentences"}]}: Karpathy's dataset_coco.json, dataset_flickr8k.json, dataset_flickr30k.json.
Annotations read_karpathy(const std::filesystem::path& path);

/// A folder of pictures, beside each a text file of its name with a caption a line; or with metadata.csv or metadata.jsonl in it or its
/// sub-folders.
Annotations read_folder(const std::filesystem::path& path);

}  // namespace saccade
