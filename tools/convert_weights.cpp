#include <iostream>

#include "data/error.h"
#include "data/files/safetensors.h"
#include "data/files/torch_checkpoint.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {

int run_convert_weights(const Words& words) {
  std::vector<std::filesystem::path> files;
  bool overwrite = false;
  CommandLine line({.usage = "convert-weights IN.pth OUT.safetensors",
                    .description = "Copies the weights of a PyTorch state dict, as torchvision publishes them, to a safetensors file that "
                                   "a configuration can name. "
                                   "Nothing in IN.pth is executed.",
                    .examples = {"saccade convert-weights resnet50-11ad3fa6.pth weights/resnet50.safetensors"}});
  line.operands("IN.pth OUT.safetensors", appended_to(&files), {2, 2})
      .flag("overwrite", &overwrite, "replace OUT.safetensors if it is there");
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  if (!overwrite && std::filesystem::exists(files[1]))
    throw Error(files[1].string(), "is there already", "choose another name, or give --overwrite");
  const auto tensors = read_torch_checkpoint(files[0]);
  write_safetensors(files[1], tensors, {{"format", "pt"}});
  std::cout << tensors.size() << " tensors in " << files[1].string() << "\n";
  return kExitGood;
}

}  // namespace saccade
