#include "pipeline/attention/named_things.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "data/prepared/prepared_dataset.h"
#include "data/scenes/scene.h"
#include "data/text/tokenizer.h"

namespace saccade {
namespace {

/// What captions of COCO and Flickr call its categories. A category may stand under several words, a word under one category.
const std::unordered_map<std::string_view, std::string_view>& synonyms() {
  static const std::unordered_map<std::string_view, std::string_view> table = {
      {"man", "person"},
      {"men", "person"},
      {"woman", "person"},
      {"women", "person"},
      {"boy", "person"},
      {"girl", "person"},
      {"child", "person"},
      {"children", "person"},
      {"kid", "person"},
      {"people", "person"},
      {"lady", "person"},
      {"guy", "person"},
      {"baby", "person"},
      {"toddler", "person"},
      {"player", "person"},
      {"skateboarder", "person"},
      {"snowboarder", "person"},
      {"skier", "person"},
      {"surfer", "person"},
      {"rider", "person"},
      {"cyclist", "person"},
      {"biker", "person"},
      {"runner", "person"},
      {"climber", "person"},
      {"swimmer", "person"},
      {"bike", "bicycle"},
      {"motorbike", "motorcycle"},
      {"plane", "airplane"},
      {"aeroplane", "airplane"},
      {"jet", "airplane"},
      {"aircraft", "airplane"},
      {"sofa", "couch"},
      {"television", "tv"},
      {"phone", "cell phone"},
      {"cellphone", "cell phone"},
      {"puppy", "dog"},
      {"kitten", "cat"},
      {"automobile", "car"},
      {"fridge", "refrigerator"},
      {"table", "dining table"},
      {"hydrant", "fire hydrant"},
      {"doughnut", "donut"},
      {"ship", "boat"},
      {"lamb", "sheep"},
      {"cattle", "cow"},
      {"racquet", "tennis racket"},
      {"plant", "potted plant"},
      {"ball", "sports ball"},
      {"glass", "wine glass"},
      {"mice", "mouse"},
      {"knives", "knife"},
      {"geese", "bird"},
      {"duck", "bird"},
      {"seagull", "bird"},
  };
  return table;
}

/// The forms a plural may have come from, itself first.
std::vector<std::string> singulars(const std::string& word) {
  std::vector<std::string> forms{word};
  const auto without = [&](std::size_t letters, const char* ending = "") {
    forms.push_back(word.substr(0, word.size() - letters) + ending);
  };
  if (word.size() > 3 && word.ends_with("ies")) without(3, "y");
  if (word.size() > 3 && word.ends_with("ves")) without(3, "f");
  if (word.size() > 3 && word.ends_with("es")) without(2);
  if (word.size() > 2 && word.ends_with("s")) without(1);
  return forms;
}

bool is_form_of(const std::string& word, const std::string& singular) {
  const auto forms = singulars(word);
  return std::ranges::find(forms, singular) != forms.end();
}

/// A category as captions would write it: "Traffic Light" is a traffic light.
struct CategoryName {
  explicit CategoryName(const std::string& category) : words(tokenize_words(category)), text(join_words(words)) {}

  std::vector<std::string> words;
  std::string text;
};

/// How many words from place `at` on name the category; 0: none.
std::size_t named_at(const std::vector<std::string>& words, std::size_t at, const CategoryName& category) {
  const auto& name = category.words;
  if (name.empty()) return 0;
  const bool whole = at + name.size() <= words.size() &&
                     std::equal(name.begin(), name.end() - 1, words.begin() + static_cast<std::ptrdiff_t>(at)) &&
                     is_form_of(words[at + name.size() - 1], name.back());
  if (whole) return name.size();
  for (const auto& form : singulars(words[at])) {
    const auto synonym = synonyms().find(form);
    if (synonym != synonyms().end() && synonym->second == category.text) return 1;
  }
  const bool is_a_kind_of_its_last_word = name.size() > 1 && category.text != "hot dog" && category.text != "teddy bear";
  return is_a_kind_of_its_last_word && is_form_of(words[at], name.back()) ? 1 : 0;
}

}  // namespace

std::vector<std::vector<PixelBox>> boxes_of_words(const std::vector<std::string>& words, const std::vector<NamedBox>& things) {
  std::vector<std::vector<PixelBox>> boxes(words.size());
  for (const auto& thing : things) {
    const CategoryName name(thing.category);
    for (std::size_t at = 0; at < words.size(); ++at) {
      const auto count = named_at(words, at, name);
      for (std::size_t i = 0; i < count; ++i) boxes[at + i].push_back(thing.box);
      if (count > 1) at += count - 1;  // "baseball bat" is one bat
    }
  }
  return boxes;
}

std::vector<std::vector<PixelBox>> boxes_of_words(const std::vector<std::string>& words, const PreparedDataset& dataset, int64_t image) {
  const auto things = dataset.boxes().of(image);
  if (dataset.boxes().named_by() == BoxNames::kCategories) return boxes_of_words(words, things);
  Scene scene;
  for (const auto& thing : things) {
    if (const auto object = object_of_name(thing.category, thing.box)) scene.objects.push_back(*object);
  }
  return word_boxes(scene, words);
}

}  // namespace saccade
