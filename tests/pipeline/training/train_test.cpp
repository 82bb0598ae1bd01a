#include "pipeline/training/train.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "data/error.h"
#include "data/files/json_document.h"
#include "data/files/safetensors.h"
#include "models/search/beam_search.h"
#include "pipeline/demo/scene_set.h"
#include "pipeline/model_file.h"
#include "pipeline/stop_signal.h"
#include "pipeline/training/box_targets.h"
#include "pipeline/training/checkpoint.h"
#include "pipeline/training/train_log.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using testing::HasSubstr;

/// A run of seconds: few small scenes, everything that training has switched on.
class Training : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = new TemporaryFolder;
    prepare_scenes(data_->path() / "scenes", {.side = 32, .train = 40, .validation = 8, .captions_per_picture = 3});
  }
  static void TearDownTestSuite() { delete data_; }

  TrainOptions options(const std::string& output) const {
    return {.data = data_->path() / "scenes",
            .output = runs_ / output,
            .config = parse_config({{"encoder", {{"architecture", "scene"}, {"picture_size", 32}, {"trainable_from", "all"}}},
                                    {"decoder", {{"embedding_size", 16}, {"hidden_size", 24}, {"attention", {{"size", 16}}}}},
                                    {"training",
                                     {{"epochs", 3},
                                      {"batch_pictures", 8},
                                      {"captions_per_picture", 2},
                                      {"weight_average", 0.9},
                                      {"flips", true},
                                      {"warmup_steps", 3},
                                      {"learning_rate", 5e-3},
                                      {"checkpoint_seconds", 1e-6},
                                      {"loss", {{"doubly_stochastic", 0.1}, {"grounding", 0.2}}}}},
                                    {"search", {{"beam_size", 2}, {"max_length", 8}}}},
                                   "test"),
            .quiet = true};
  }

  /// What must not depend on interruptions: losses, scores and the bytes of the weights. Rates of the clock may.
  static std::string outcome(const std::filesystem::path& run) {
    std::string text;
    for (auto entry : read_train_log(run / "log.jsonl")) {
      entry.erase("captions_per_second");
      text += entry.dump() + "\n";
    }
    const SafetensorsFile model(run / "best.safetensors");
    for (const auto& [name, tensor] : model.tensors())
      text += name + " " + std::to_string(tensor.to(torch::kDouble).sum().item<double>()) + "\n";
    return text + model.metadata().at("saccade");
  }

  static bool weights_are_equal(const std::filesystem::path& a, const std::filesystem::path& b) {
    const auto first = SafetensorsFile(a / "best.safetensors").tensors(), second = SafetensorsFile(b / "best.safetensors").tensors();
    return first.size() == second.size() &&
           std::all_of(first.begin(), first.end(), [&](const auto& item) { return torch::equal(item.second, second.at(item.first)); });
  }

  static TemporaryFolder* data_;
  TemporaryFolder runs_;
};
TemporaryFolder* Training::data_ = nullptr;

TEST_F(Training, LowersTheLossAndKeepsTheBestModel) {
  auto run = options("run");
  run.config.training.epochs = 12;
  run.config.training.patience = 0;
  run.config.training.learning_rate = 0.02;
  run.config.decoder.dropout = 0;
  const auto summary = train(run);
  EXPECT_EQ(summary.epochs, 12);
  EXPECT_NO_THROW(load_model(summary.model, torch::kCPU));
  std::vector<double> losses;
  nlohmann::json attention;
  for (const auto& entry : read_train_log(runs_ / "run/log.jsonl")) {
    if (!entry.contains("validation")) continue;
    losses.push_back(entry.at("loss").get<double>());
    attention = entry.at("attention");
  }
  ASSERT_EQ(losses.size(), 12u);
  EXPECT_GT(attention.at("sensitivity"), 0) << attention;
  EXPECT_TRUE(attention.at("fall").is_number() && attention.at("border_share").is_number()) << attention;
  EXPECT_FALSE(attention.contains("agreement")) << "there is one head";
  EXPECT_LT(losses.back(), 0.8 * losses.front());
}

/// Mean weight inside the boxes of what the words of the validation captions name, by the model as training left it.
double mass_in_boxes(const TrainOptions& run) {
  const PreparedDataset dataset(run.data);
  const auto& [encoder, decoder, training, search] = run.config;
  Captioner captioner(ModelConfig{encoder, decoder}, dataset.vocabulary().size());
  auto tensors = load_newest_checkpoint(run.output / "checkpoints").value().tensors;
  std::erase_if(tensors, [](const auto& item) { return item.first.starts_with("optimiser."); });
  load_weights(*captioner, tensors);
  captioner->eval();
  const torch::NoGradGuard no_gradients;
  const BatchPlanner planner(dataset, {.captions_per_picture = 3, .train_split = "val"});
  const auto batch = planner.make(planner.plan(0).front(), 0);
  const auto pictures = normalise_pictures(dataset.pixels().index_select(0, batch.images), encoder);
  const auto tokens = batch.tokens.narrow(2, 0, batch.tokens.size(2) - 1);
  const auto weights = captioner->decoder->forward(captioner->encoder->forward(pictures), tokens).weights;  // [B, K, T, R]
  const auto inside = box_targets(batch, dataset, captioner->encoder->regions(encoder.picture_size));
  return (weights * inside).sum(-1).masked_select(inside.amax(-1) > 0).mean().item<double>();
}

TEST_F(Training, TowardBoxesPutsMoreWeightOnWhatWordsName) {
  std::map<double, double> mass;
  for (const double weight : {0.0, 1.0}) {
    auto run = options("grounding-" + std::to_string(weight));
    run.config.training.epochs = 6;
    run.config.training.learning_rate = 0.01;
    run.config.training.flips = false;
    run.config.training.validation_pictures = 1;  // for the time: what is measured is not what it writes freely
    run.config.training.checkpoint_seconds = 1000;
    run.config.training.loss = {.grounding = weight};
    run.config.decoder.dropout = 0;
    train(run);
    mass[weight] = mass_in_boxes(run);
    RecordProperty("mass_with_" + std::to_string(weight), std::to_string(mass[weight]));
  }
  EXPECT_GT(mass[1], 1.2 * mass[0]) << mass[0] << " without, " << mass[1] << " with";
}

/// As sets were prepared before they could hold boxes.
void take_boxes_away(const std::filesystem::path& data) {
  auto dataset = read_json_file(data / "dataset.json");
  dataset.at("files").erase("boxes.safetensors");
  std::ofstream(data / "dataset.json") << dataset;
  std::filesystem::remove(data / "boxes.safetensors");
}

TEST_F(Training, OfASetWithoutBoxesRefusesToPullWeightsIntoThem) {
  auto run = options("run");
  run.data = runs_ / "scenes";
  std::filesystem::copy(data_->path() / "scenes", run.data);
  take_boxes_away(run.data);
  try {
    train(run);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("training.loss.grounding"));
  }
  EXPECT_FALSE(std::filesystem::exists(run.output));
  run.config.training.epochs = 1;
  run.config.training.loss.grounding = 0;
  train(run);
  EXPECT_FALSE(read_train_log(run.output / "log.jsonl").back().contains("grounding"));
}

/// The run that the test below kills, in a process of its own: torch cannot train in a forked one.
TEST_F(Training, DISABLED_RunToBeKilled) {
  auto run = options("");
  run.output = std::getenv("SACCADE_KILLED_RUN");
  run.data = std::getenv("SACCADE_KILLED_DATA");
  run.resume = true;
  train(run);
}

/// Until the run has written so many checkpoints, the older of which it removes; true where the process ended before.
bool wait_for_checkpoints(const std::filesystem::path& run, std::size_t count, pid_t child, int& status) {
  std::set<std::string> seen;
  while (seen.size() < count) {
    if (waitpid(child, &status, WNOHANG) == child) return true;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(run / "checkpoints", ignored)) {
      const auto name = entry.path().filename().string();
      if (!name.starts_with(".")) seen.insert(name);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST_F(Training, EndsBitIdenticalWhereverItIsKilled) {
  const auto whole = options("whole");
  train(whole);
  const auto expected = outcome(whole.output);
  int kills = 0;
  for (const std::size_t checkpoints : {1, 2, 3, 5, 8}) {
    auto run = options("killed-after-" + std::to_string(checkpoints));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      setenv("SACCADE_KILLED_RUN", run.output.c_str(), 1);
      setenv("SACCADE_KILLED_DATA", run.data.c_str(), 1);
      execl("/proc/self/exe", "pipeline_tests", "--gtest_also_run_disabled_tests", "--gtest_filter=Training.DISABLED_RunToBeKilled",
            nullptr);
      _exit(127);
    }
    int status = 0;
    if (!wait_for_checkpoints(run.output, checkpoints, child, status)) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
    }
    kills += WIFSIGNALED(status);
    run.resume = true;
    train(run);
    EXPECT_TRUE(weights_are_equal(whole.output, run.output)) << checkpoints << " checkpoints";
    EXPECT_EQ(outcome(run.output), expected) << checkpoints << " checkpoints";
  }
  EXPECT_GT(kills, 0) << "no kill came in the middle of training";
}

TEST_F(Training, TakesAFolderThatAKilledRunLeftBeforeItsFirstFileAndNoOther) {
  auto first = options("run");
  first.config.training.epochs = 1;
  std::filesystem::create_directories(first.output);
  std::ofstream(first.output / "holiday.jpg") << "precious";
  EXPECT_THROW(train(first), Error);
  std::filesystem::remove(first.output / "holiday.jpg");
  std::ofstream(first.output / ".config.json.7-0.saccade-partial") << "{";
  EXPECT_NO_THROW(train(first));
}

TEST_F(Training, RefusesToOverwriteARunAndToResumeAnother) {
  auto first = options("run");
  first.config.training.epochs = 1;
  train(first);
  EXPECT_THROW(train(first), Error);
  auto other = first;
  other.resume = true;
  other.config.training.learning_rate = 1.0;
  try {
    train(other);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("learning_rate"));
  }
}

TEST_F(Training, PassesOverADamagedCheckpoint) {
  auto run = options("run");
  run.config.training.epochs = 1;
  train(run);
  std::filesystem::path newest;
  for (const auto& entry : std::filesystem::directory_iterator(runs_ / "run/checkpoints")) newest = std::max(newest, entry.path());
  std::filesystem::resize_file(newest, std::filesystem::file_size(newest) / 2);
  run.resume = true;
  train(run);
  auto whole = options("whole");
  whole.config.training.epochs = 1;
  train(whole);
  EXPECT_TRUE(weights_are_equal(whole.output, run.output));  // from the checkpoint before, not from a worse start
  EXPECT_EQ(outcome(run.output), outcome(whole.output));
}

TEST_F(Training, RefusesToStartAnewWhereNoCheckpointCanBeRead) {
  auto run = options("run");
  run.config.training.epochs = 1;
  train(run);
  for (const auto& entry : std::filesystem::directory_iterator(runs_ / "run/checkpoints")) std::filesystem::resize_file(entry.path(), 20);
  run.resume = true;
  EXPECT_THROW(train(run), Error);
}

TEST_F(Training, OfAFrozenEncoderWithARefinerResumesExactly) {
  auto run = options("frozen");
  const auto encoder = make_encoder(run.config.encoder);
  write_safetensors(runs_ / "encoder.safetensors", named_weights(*encoder), {});
  run.config.encoder.weights = (runs_ / "encoder.safetensors").string();
  run.config.encoder.trainable_from = "none";
  run.config.decoder.refiner = {.kind = RefinerKind::kProjection, .size = 24};
  train(run);
  auto interrupted = run;
  interrupted.output = runs_ / "interrupted";
  {
    const StopSignal stop;
    raise(SIGTERM);
    EXPECT_THROW(train(interrupted), Stopped);  // after its first step
  }
  interrupted.resume = true;
  train(interrupted);
  EXPECT_TRUE(weights_are_equal(run.output, interrupted.output));
  EXPECT_EQ(outcome(run.output), outcome(interrupted.output));
}

TEST_F(Training, OfEveryDecoderGivesAModelThatLoadsAndKnowsItsRegions) {
  const std::map<DecoderKind, RefinerKind> refiners = {{DecoderKind::kLstm, RefinerKind::kLocalSum},
                                                       {DecoderKind::kStackedLstm, RefinerKind::kSqueezeExcitation},
                                                       {DecoderKind::kUpDown, RefinerKind::kStructured},
                                                       {DecoderKind::kTransformer, RefinerKind::kSelfAttention}};
  for (const auto& [kind, refiner] : refiners) {
    auto run = options(nlohmann::json(kind).get<std::string>());
    run.config.training.epochs = 1;
    auto& decoder = run.config.decoder;
    decoder.kind = kind;
    decoder.layers = 2;
    decoder.feed_forward_size = 32;
    decoder.refiner = {.kind = refiner, .size = 16, .project = true, .hidden_size = 16, .hops = 3};
    train(run);
    auto model = load_model(run.output / "best.safetensors", torch::kCPU);
    const auto features = model.encode(torch::zeros({2, 32, 32, 3}, torch::kByte));
    const auto found = beam_search(*model.captioner->decoder, features, run.config.search);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0][0].weights.size(1), features.size(1)) << nlohmann::json(kind);
  }
}

TEST_F(Training, SaysThatTheLossIsNotFiniteAndLeavesTheCheckpoint) {
  auto run = options("run");
  run.config.training.learning_rate = 1e30;
  run.config.training.encoder_learning_rate = 1e30;
  run.config.training.warmup_steps = 0;
  try {
    train(run);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("not finite"));
  }
}

TEST_F(Training, NamesTheStagesWhereOneIsUnknown) {
  auto run = options("run");
  run.config.encoder.trainable_from = "layer9";
  EXPECT_THROW(train(run), Error);
  run.config.encoder.trainable_from = "none";  // frozen, and no weights
  EXPECT_THROW(train(run), Error);
}

}  // namespace
}  // namespace saccade
