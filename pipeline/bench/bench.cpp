#include "pipeline/bench/bench.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "data/files/safetensors.h"
#include "data/prepared/prepared_dataset.h"
#include "data/scenes/scene.h"
#include "pipeline/bench/peak_memory.h"
#include "pipeline/captioning/caption_pictures.h"
#include "pipeline/cores.h"
#include "pipeline/device.h"
#include "pipeline/features.h"
#include "pipeline/stop_signal.h"
#include "pipeline/training/train.h"
#include "pipeline/training/train_log.h"

namespace saccade {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kDrawnPictures = 32, kDrawnSide = 500;
constexpr int64_t kVocabulary = 2600, kCaptionWords = 11;  // as Flickr8k has them
constexpr double kGigabyte = 1e9;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// A folder that goes with the measurement.
class Workplace {
 public:
  Workplace() {
    auto name = (std::filesystem::temp_directory_path() / "saccade-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw Error(name, "cannot be made", "set TMPDIR to a folder that may be written to");
    path_ = name;
  }
  ~Workplace() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Words of letters only, so that the tokenizer leaves them whole: "baa", "bab", ...
std::string numbered_word(int64_t number) {
  std::string word = "b";
  for (int place = 0; place < 3; ++place, number /= 26) word += static_cast<char>('a' + number % 26);
  return word;
}

Vocabulary numbered_vocabulary() {
  std::vector<std::string> words = {"<pad>", "<start>", "<end>", "<unk>"};
  for (int64_t i = 0; i < kVocabulary; ++i) words.push_back(numbered_word(i));
  return Vocabulary::from_words(std::move(words));
}

ExperimentConfig bench_config(const BenchOptions& options) {
  ExperimentConfig config;
  config.encoder.architecture = EncoderArchitecture::kDenseNet169;
  config.encoder.weights = options.weights.string();
  config.training.epochs = 2;
  config.training.validation_pictures = 8;
  config.search = {.beam_size = 3, .max_length = kCaptionWords, .min_length = kCaptionWords};
  return config;
}

/// A file of them, as a frozen encoder wants one.
std::filesystem::path random_weights(const BenchOptions& options, const Workplace& workplace) {
  torch::manual_seed(1);
  const auto encoder = make_encoder(bench_config(options).encoder);
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& tensor : encoder->named_parameters()) tensors.emplace(tensor.key(), tensor.value().detach());
  for (const auto& tensor : encoder->named_buffers()) tensors.emplace(tensor.key(), tensor.value());
  write_safetensors(workplace / "encoder.safetensors", tensors);
  return workplace / "encoder.safetensors";
}

LoadedModel bench_model(const BenchOptions& options, const Workplace& workplace) {
  torch::manual_seed(1);
  const auto config = bench_config(options);
  const ModelDescription description{
      .model = {config.encoder, config.decoder}, .search = config.search, .vocabulary = numbered_vocabulary()};
  Captioner captioner(description.model, description.vocabulary.size());
  load_encoder_weights(*captioner->encoder, config.encoder);
  save_model(workplace / "model.safetensors", description, captioner);
  return load_model(workplace / "model.safetensors", options.device);
}

std::vector<std::string> drawn_pictures(const Workplace& workplace) {
  std::vector<std::string> files;
  for (int i = 0; i < kDrawnPictures; ++i) {
    const auto jpeg = encode_jpeg(draw_scene(make_scene(1, static_cast<uint64_t>(i), kDrawnSide)));
    files.push_back((workplace / ("drawn-" + std::to_string(i) + ".jpg")).string());
    write_file_atomically(files.back(), {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()});
  }
  return files;
}

/// `count` of the pictures that `inputs` mean, over and over.
PictureSource repeated(const std::vector<std::string>& inputs, int64_t count, const Workplace& workplace) {
  std::vector<std::string> names;
  PictureSource source({.inputs = inputs});
  while (const auto picture = source.next()) names.push_back(picture->name);
  if (names.empty()) throw Error(inputs.front(), "holds no pictures");
  std::string list;
  for (int64_t i = 0; i < count; ++i) list += names[static_cast<std::size_t>(i) % names.size()] + "\n";
  write_file_atomically(workplace / "list", list);
  return PictureSource({.inputs = {"@" + (workplace / "list").string()}});
}

void bench_captioning(const BenchOptions& options, const LoadedModel& model, const Workplace& workplace,
                      std::vector<BenchFigure>& figures) {
  const auto inputs = options.inputs.empty() ? drawn_pictures(workplace) : options.inputs;
  const CaptionOptions captioning{.batch = {.search = model.description.search, .batch_pictures = options.batch_pictures}};
  const auto caption = [&](int64_t pictures) {
    auto source = repeated(inputs, pictures, workplace);
    reset_peak_memory();
    const auto start = Clock::now();
    std::string failure;
    caption_pictures(model, source, captioning, [&](const CaptionRecord& record, const SourcePicture&) {
      if (failure.empty()) failure = record.error;
    });
    StopSignal::throw_if_requested();
    if (!failure.empty()) throw Error("a picture to be measured with", failure, "give pictures, or folders of them, that can be read");
    return static_cast<double>(pictures) / seconds_since(start);
  };
  caption(2 * options.batch_pictures);  // the first batches choose and pack
  caption(std::max(options.batch_pictures, options.pictures / 4));
  const auto small = static_cast<double>(peak_memory());
  const auto rate = caption(options.pictures);
  const auto large = static_cast<double>(peak_memory());
  figures.push_back({.what = "from JPEG to caption, beam 3", .value = rate, .unit = "pictures/s", .least = 25});
  figures.push_back({.what = "peak memory of captioning " + std::to_string(options.pictures) + " pictures",
                     .value = large / kGigabyte,
                     .unit = "GB",
                     .most = 2.5});
  figures.push_back({.what = "of that, more than for a quarter of them", .value = (large - small) / kGigabyte, .unit = "GB", .most = 0.1});
}

void bench_encoder(const BenchOptions& options, const LoadedModel& model, std::vector<BenchFigure>& figures) {
  const auto side = model.description.model.encoder.picture_size;
  const auto pictures = torch::randint(256, {options.batch_pictures, side, side, 3}, torch::kUInt8);
  const auto encode = [&] { return model.encode(pictures).sum().item<double>(); };  // waits for a GPU
  encode();
  const auto start = Clock::now();
  int64_t done = 0;
  while (done < options.pictures / 2 || seconds_since(start) < 1) {
    encode();
    done += options.batch_pictures;
  }
  figures.push_back(
      {.what = "encoder alone, DenseNet-169", .value = static_cast<double>(done) / seconds_since(start), .unit = "pictures/s"});
}

/// Noise with captions of as many words, of as many different ones, as Flickr8k has.
void prepare_noise(const std::filesystem::path& folder, int64_t train, int64_t validation, int side) {
  torch::manual_seed(1);
  const auto words = torch::randint(kVocabulary, {train + validation, 5, kCaptionWords}, torch::kLong);
  PreparedDatasetWriter writer(folder, {.side = side, .min_word_count = 1}, train + validation);
  for (int64_t i = 0; i < train + validation; ++i) {
    const auto pixels = torch::randint(256, {side, side, 3}, torch::kUInt8);
    const auto* bytes = pixels.data_ptr<uint8_t>();
    PreparedImage image{.file = std::to_string(i), .id = {.text = std::to_string(i)}, .split = i < train ? "train" : "val"};
    image.geometry = {.width = side, .height = side, .crop_width = static_cast<double>(side), .crop_height = static_cast<double>(side)};
    for (int64_t k = 0; k < words.size(1); ++k) {
      std::string caption;
      for (int64_t t = 0; t < kCaptionWords; ++t) caption += (t > 0 ? " " : "") + numbered_word(words[i][k][t].item<int64_t>());
      image.captions.push_back(caption);
    }
    writer.append(std::move(image), {.width = side, .height = side, .rgb = {bytes, bytes + pixels.numel()}});
  }
  writer.finish("noise");
}

void bench_training(const BenchOptions& options, const Workplace& workplace, std::vector<BenchFigure>& figures) {
  const auto config = bench_config(options);
  // The log tells the rate at every 20th step, from the beginning of its epoch: the tenth of the second.
  prepare_noise(workplace / "data", 10 * config.training.batch_pictures, config.training.validation_pictures,
                static_cast<int>(config.encoder.picture_size));
  reset_peak_memory();
  train({.data = workplace / "data", .output = workplace / "run", .config = config, .device = options.device});
  for (const auto& entry : read_train_log(workplace / "run" / "log.jsonl")) {
    if (!entry.contains("captions_per_second")) continue;
    figures.push_back({.what = "training from cached features",
                       .value = entry.at("captions_per_second").get<double>(),
                       .unit = "captions/s",
                       .least = 100});
  }
  figures.push_back({.what = "peak memory of training", .value = static_cast<double>(peak_memory()) / kGigabyte, .unit = "GB", .most = 8});
}

/// Until the program has loaded LibTorch and explained a command that needs it.
double start_seconds(const std::filesystem::path& program) {
  std::string name = program.string(), command = "caption", help = "--help";
  char* const arguments[] = {name.data(), command.data(), help.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1, 0);
  const auto start = Clock::now();
  pid_t child = 0;
  if (::posix_spawn(&child, name.c_str(), &actions, nullptr, arguments, environ) == 0) ::waitpid(child, nullptr, 0);
  posix_spawn_file_actions_destroy(&actions);
  return seconds_since(start);
}

BenchFigure bench_start(const std::filesystem::path& program) {
  std::vector<double> seconds;
  for (int i = 0; i < 5; ++i) seconds.push_back(start_seconds(program));
  std::ranges::sort(seconds);
  return {.what = "start of the program, LibTorch loaded", .value = seconds[seconds.size() / 2], .unit = "s"};
}

}  // namespace

std::vector<BenchFigure> run_bench(const BenchOptions& given) {
  const Workplace workplace;
  auto options = given;
  if (options.weights.empty()) options.weights = random_weights(options, workplace);
  std::vector<BenchFigure> figures;
  if (!options.program.empty()) figures.push_back(bench_start(options.program));
  {
    const auto start = Clock::now();
    const auto model = bench_model(options, workplace);
    figures.push_back({.what = "making, saving and loading a model", .value = seconds_since(start), .unit = "s"});
    bench_captioning(options, model, workplace, figures);
    bench_encoder(options, model, figures);
  }
  StopSignal::throw_if_requested();
  bench_training(options, workplace, figures);
  return figures;
}

std::string describe_machine(torch::Device device) {
  std::string processor = "unknown processor";
  std::ifstream information("/proc/cpuinfo");
  for (std::string line; std::getline(information, line);) {
    if (!line.starts_with("model name")) continue;
    processor = line.substr(line.find(':') + 2);
    break;
  }
  return std::to_string(available_cores()) + " cores of " + processor + ", " + std::to_string(at::get_num_threads()) +
         " threads of LibTorch, device " + device.str();
}

}  // namespace saccade
