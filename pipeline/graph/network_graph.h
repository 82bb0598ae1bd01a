/// pipeline/graph/: a model as a diagram. A model file enters; its blocks in the order of data, with shapes and numbers of parameters,
/// leave as one picture. Adding a kind: its formula in formulas.cpp, and, where it has modules of new names, their lines in modules.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace saccade {

/// What a block does, in the order of data. Keys to gate are of attention.
enum class BlockPlace {
  kPicture,
  kEncoder,
  kRefiner,
  kKeys,  ///< of a Transformer, whose layers make both in one product, keys and values
  kValues,
  kSentinel,  ///< what is looked at beside the regions
  kScore,
  kNormalise,
  kSum,
  kGate,
  kEmbedding,
  kAsker,  ///< what takes the word in, and asks where to look
  kTold,   ///< what is told of the look, where that is another
  kOutput,
  kWord,
};

/// Some tensors of the file, by what they are for.
struct GraphModule {
  std::string meaning;             ///< "from the word"
  std::vector<std::string> names;  ///< "decoder.word_gates"; '*' in the place of a number
  int64_t parameters = 0;          ///< all numbers of them, the running statistics of batch norms too
};

struct GraphBlock {
  BlockPlace place = BlockPlace::kPicture;
  std::string title;
  std::vector<std::string> formulas;  ///< "e_{i} = q · k_{i}": what stands in _{} is an index
  std::vector<std::string> shapes;    ///< "keys [L=49, A=512]", with the letters of models/shapes.h
  std::vector<GraphModule> modules;

  int64_t parameters() const;
};

/// A letter of models/shapes.h, as this model has it.
struct GraphLetter {
  std::string letter, meaning;
  int64_t size = 0;
};

struct NetworkGraph {
  std::string name, summary;
  std::string attention;                             ///< its kind, over the stages
  std::string repeated;                              ///< "3 layers", where attention and what is beside it are of each; empty otherwise
  std::string regions, query, context, state, word;  ///< what runs along the arrows; no query: nothing is asked
  bool told_keeps_state = false;                     ///< what is told of the look has a state for the next word too
  std::vector<GraphLetter> letters;
  std::vector<GraphBlock> blocks;

  const GraphBlock* find(BlockPlace place) const;
  int64_t parameters() const;
};

/// Every tensor of the file is in one block. Throws Error for a file that is no model.
NetworkGraph read_network_graph(const std::filesystem::path& model);

}  // namespace saccade
