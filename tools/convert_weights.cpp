#include <iostream>

#include "data/files/safetensors.h"
#include "data/files/torch_checkpoint.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {

int run_convert_weights(const Words& words) {
  std::vector<std::filesystem::path> files;
  CommandLine line({.usage = "convert-weights IN.pth OUT.safetensors",
                    .description = "Takes the tensors of a PyTorch checkpoint (a state dict saved by torch 1.6 or newer) to a safetensors file. Nothing in the checkpoint is "
                                   "executed.",
                    .examples = {"saccade convert-weights resnet50.pth resnet50.safetensors"}});
  line.operands("FILE", appended_to(&files), {2, 2});
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  const auto tensors = read_torch_checkpoint(files[0]);
  write_safetensors(files[1], tensors, {{"format", "pt"}});
  std::cout << tensors.size() << " tensors written to " << files[1].string() << "\n";
  return kExitGood;
}

}  // namespace saccade
