// The grammar, all of it:
//   caption   = ["there is" | "there are" | "a picture of"] phrase { ["and"] phrase }
//             | ["there is" | "there are"] phrase relation phrase | phrase ("is" | "are") relation phrase
//   phrase    = ("a" | "an" | "one" | "two" | "three") [size] colour shape
//   relation  = ["to the"] "left of" | ["to the"] "right of" | "above" | "below"
#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <optional>
#include <set>
#include <span>

#include "data/random.h"
#include "data/scenes/scene.h"

namespace saccade {
namespace {

constexpr std::array<const char*, 6> kShapes = {"circle", "square", "triangle", "star", "cross", "ring"};
constexpr std::array<const char*, 6> kPlurals = {"circles", "squares", "triangles", "stars", "crosses", "rings"};
constexpr std::array<const char*, 6> kColours = {"red", "green", "blue", "yellow", "purple", "orange"};
constexpr std::array<const char*, 2> kSizes = {"small", "large"};
constexpr std::array<const char*, 4> kRelations = {"left of", "right of", "above", "below"};
constexpr std::array<const char*, 4> kNumbers = {"no", "one", "two", "three"};

enum class Relation { kLeftOf, kRightOf, kAbove, kBelow };

/// "two small red circles"
struct Phrase {
  int count = 1;
  std::optional<Size> size;
  std::optional<Colour> colour;
  Shape shape = Shape::kCircle;
};

bool names(const Phrase& phrase, const SceneObject& object) {
  return object.shape == phrase.shape && (!phrase.colour || object.colour == *phrase.colour) &&
         (!phrase.size || object.size == *phrase.size);
}

std::vector<const SceneObject*> named_objects(const Scene& scene, const Phrase& phrase) {
  std::vector<const SceneObject*> objects;
  for (const auto& object : scene.objects)
    if (names(phrase, object)) objects.push_back(&object);
  return objects;
}

/// Pixels between the boxes along the relation's direction; negative where they overlap or stand the other way round.
double gap(const SceneObject& a, Relation relation, const SceneObject& b) {
  switch (relation) {
    case Relation::kLeftOf:
      return b.box.left - a.box.right();
    case Relation::kRightOf:
      return a.box.left - b.box.right();
    case Relation::kAbove:
      return b.box.top - a.box.bottom();
    case Relation::kBelow:
      return a.box.top - b.box.bottom();
  }
  return -1;
}

/// The smallest gap between any two of them: the relation is true of all where it is not negative.
double smallest_gap(const Scene& scene, const Phrase& first, Relation relation, const Phrase& second) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const auto* a : named_objects(scene, first))
    for (const auto* b : named_objects(scene, second)) smallest = std::min(smallest, gap(*a, relation, *b));
  return smallest;
}

/// The relation that is plainest to see, if any is true.
std::optional<Relation> clearest_relation(const Scene& scene, const Phrase& first, const Phrase& second) {
  std::optional<Relation> clearest;
  double widest = 0;
  for (const auto relation : {Relation::kLeftOf, Relation::kRightOf, Relation::kAbove, Relation::kBelow}) {
    const double between = smallest_gap(scene, first, relation, second);
    if (between >= widest) {
      widest = between;
      clearest = relation;
    }
  }
  return clearest;
}

std::string noun_phrase(const Phrase& phrase) {
  std::string text;
  if (phrase.size) text += std::string(kSizes[static_cast<int>(*phrase.size)]) + " ";
  if (phrase.colour) text += std::string(kColours[static_cast<int>(*phrase.colour)]) + " ";
  return text + (phrase.count == 1 ? kShapes : kPlurals)[static_cast<int>(phrase.shape)];
}

std::string text_of(const Phrase& phrase) {
  const auto noun = noun_phrase(phrase);
  if (phrase.count > 1) return std::string(kNumbers[phrase.count]) + " " + noun;
  return (noun.starts_with("orange") ? "an " : "a ") + noun;
}

std::string verb_of(const Phrase& phrase) { return phrase.count == 1 ? "is" : "are"; }

// --- describing

std::vector<Phrase> phrases_of(const Scene& scene) {
  std::vector<Phrase> phrases;
  for (const auto& object : scene.objects) {
    const auto same = std::ranges::find_if(phrases, [&](const Phrase& phrase) { return names(phrase, object); });
    if (same == phrases.end())
      phrases.push_back({.count = 1, .size = object.size, .colour = object.colour, .shape = object.shape});
    else
      ++same->count;
  }
  return phrases;
}

std::string list_of(const std::vector<Phrase>& phrases) {
  auto text = text_of(phrases.front());
  for (std::size_t i = 1; i < phrases.size(); ++i) text += (i + 1 == phrases.size() ? " and " : ", ") + text_of(phrases[i]);
  return text;
}

/// Colours always, sizes sometimes, any order, the clearest relation; the plain form most often, so that the likeliest caption is a plain
/// one.
std::string describe(const Scene& scene, SplitMix64& random) {
  auto phrases = phrases_of(scene);
  for (std::size_t i = phrases.size(); i > 1; --i) std::swap(phrases[i - 1], phrases[random.below(static_cast<int>(i))]);
  const bool sized = random.chance(0.3);
  for (auto& phrase : phrases)
    if (!sized) phrase.size.reset();

  const auto& first = phrases.front();
  const double form = random.uniform();
  const auto clearest = phrases.size() == 2 ? clearest_relation(scene, first, phrases.back()) : std::nullopt;
  if (!clearest || form > 0.9) {
    const double opening = random.uniform();
    if (opening < 0.2) return "there " + verb_of(first) + " " + list_of(phrases);
    if (opening < 0.35) return "a picture of " + list_of(phrases);
    return list_of(phrases);
  }
  const auto relation = *clearest;
  const bool sideways = relation == Relation::kLeftOf || relation == Relation::kRightOf;
  const auto words = (sideways && random.chance(0.25) ? "to the " : "") + std::string(kRelations[static_cast<int>(relation)]);
  const auto second = text_of(phrases.back());
  if (form < 0.6) return text_of(first) + " " + words + " " + second;
  if (form < 0.78) return text_of(first) + " " + verb_of(first) + " " + words + " " + second;
  return "there " + verb_of(first) + " " + text_of(first) + " " + words + " " + second;
}

// --- reading

std::vector<std::string> split_words(const std::string& caption) {
  std::vector<std::string> words(1);
  for (const char raw : caption) {
    const auto letter = static_cast<unsigned char>(raw);
    if (std::isalnum(letter) || letter >= 0x80)
      words.back() += static_cast<char>(std::tolower(letter));
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

template <typename Names>
int find_word(const Names& names, const std::string& word) {
  const auto found = std::ranges::find(names, word);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

/// What a caption claims.
struct Claim {
  std::vector<Phrase> phrases;
  std::optional<Relation> relation;  ///< between the first two
};

/// Reads a caption word by word; `reader.failed_at()` tells where it left the grammar.
class Reader {
 public:
  explicit Reader(std::vector<std::string> words) : words_(std::move(words)) {}

  std::optional<Claim> read() {
    Claim claim;
    const auto start = position_;
    std::optional<std::string> verb;
    if (take("there")) {
      verb = take("is") ? "is" : take("are") ? "are" : "";
    } else if (!(take("a") && take("picture") && take("of"))) {
      position_ = start;
    }
    if (!read_phrase(claim) || (verb && *verb != verb_of(claim.phrases[0]))) return std::nullopt;
    const bool stated = !verb && start == 0 && take(verb_of(claim.phrases[0]));
    claim.relation = read_relation();
    if (stated && !claim.relation) return std::nullopt;
    if (claim.relation && !read_phrase(claim)) return std::nullopt;
    while (!claim.relation && position_ < words_.size()) {
      take("and");
      if (!read_phrase(claim)) return std::nullopt;
    }
    return position_ == words_.size() ? std::optional(claim) : std::nullopt;
  }

  std::string failed_at() const { return position_ < words_.size() ? "\"" + words_[position_] + "\"" : "its end"; }

 private:
  bool take(const std::string& word) {
    const bool is_next = position_ < words_.size() && words_[position_] == word;
    if (is_next) ++position_;
    return is_next;
  }

  template <typename Names>
  int take_one_of(const Names& names) {
    const int found = position_ < words_.size() ? find_word(names, words_[position_]) : -1;
    if (found >= 0) ++position_;
    return found;
  }

  bool read_phrase(Claim& claim) {
    Phrase phrase;
    const bool a = take("a"), an = !a && take("an");
    if (!a && !an) phrase.count = take_one_of(kNumbers);
    if (phrase.count < 1) return false;
    if (const int size = take_one_of(kSizes); size >= 0) phrase.size = static_cast<Size>(size);
    const int colour = take_one_of(kColours);
    if (colour < 0) return false;
    phrase.colour = static_cast<Colour>(colour);
    const int shape = take_one_of(phrase.count == 1 ? kShapes : kPlurals);
    if (shape < 0) return false;
    phrase.shape = static_cast<Shape>(shape);
    const bool wants_an = noun_phrase(phrase).starts_with("orange");
    if ((a && wants_an) || (an && !wants_an)) return false;
    claim.phrases.push_back(phrase);
    return true;
  }

  std::optional<Relation> read_relation() {
    const auto start = position_;
    const bool to_the = take("to") && take("the");
    if (!to_the) position_ = start;
    if (!to_the && take("above")) return Relation::kAbove;
    if (!to_the && take("below")) return Relation::kBelow;
    const bool left = take("left");
    if ((left || take("right")) && take("of")) return left ? Relation::kLeftOf : Relation::kRightOf;
    position_ = start;
    return std::nullopt;
  }

  std::vector<std::string> words_;
  std::size_t position_ = 0;
};

SceneVerdict untrue(std::string reason) { return {.is_true = false, .reason = std::move(reason)}; }

}  // namespace

std::vector<std::string> describe_scene(const Scene& scene, uint64_t seed, int count) {
  constexpr int kTries = 200;  // for a caption that is not there yet; the rarest form of the simplest scene is 1 of 20
  SplitMix64 random(seed ^ scene.texture);
  std::vector<std::string> captions;
  std::set<std::string> known;
  while (std::ssize(captions) < count) {
    auto caption = describe(scene, random);
    for (int i = 0; i < kTries && known.contains(caption); ++i) caption = describe(scene, random);
    known.insert(caption);
    captions.push_back(std::move(caption));
  }
  return captions;
}

SceneVerdict check_caption(const Scene& scene, const std::string& caption) {
  Reader reader(split_words(caption));
  const auto claim = reader.read();
  if (!claim) return untrue("outside the grammar at " + reader.failed_at());
  std::set<const SceneObject*> told;
  for (const auto& phrase : claim->phrases) {
    const auto objects = named_objects(scene, phrase);
    if (std::ssize(objects) != phrase.count) return untrue("says " + text_of(phrase) + ", there is " + std::to_string(objects.size()));
    for (const auto* object : objects)
      if (!told.insert(object).second) return untrue("tells of " + text_of(phrase) + " again");
  }
  if (claim->relation && smallest_gap(scene, claim->phrases[0], *claim->relation, claim->phrases[1]) < 0)
    return untrue(text_of(claim->phrases[0]) + " not " + kRelations[static_cast<int>(*claim->relation)] + " " + text_of(claim->phrases[1]));
  return {.is_true = true};
}

std::vector<std::vector<PixelBox>> word_boxes(const Scene& scene, const std::vector<std::string>& words) {
  std::vector<std::vector<PixelBox>> boxes(words.size());
  for (std::size_t t = 0; t < words.size(); ++t) {
    int shape = find_word(kShapes, words[t]);
    if (shape < 0) shape = find_word(kPlurals, words[t]);
    if (shape < 0) continue;
    Phrase phrase{.shape = static_cast<Shape>(shape)};
    for (std::size_t before = t; before-- > 0;) {
      const int colour = find_word(kColours, words[before]), size = find_word(kSizes, words[before]);
      if (colour < 0 && size < 0) break;
      if (colour >= 0 && !phrase.colour) phrase.colour = static_cast<Colour>(colour);
      if (size >= 0 && !phrase.size) phrase.size = static_cast<Size>(size);
    }
    for (const auto* object : named_objects(scene, phrase)) boxes[t].push_back(object->box);
  }
  return boxes;
}

std::string name_of_object(const SceneObject& object) {
  return noun_phrase({.size = object.size, .colour = object.colour, .shape = object.shape});
}

std::optional<SceneObject> object_of_name(const std::string& name, const PixelBox& box) {
  const auto words = split_words(name);
  if (words.size() != 3) return std::nullopt;
  const int size = find_word(kSizes, words[0]), colour = find_word(kColours, words[1]), shape = find_word(kShapes, words[2]);
  if (size < 0 || colour < 0 || shape < 0) return std::nullopt;
  return SceneObject{
      .shape = static_cast<Shape>(shape), .colour = static_cast<Colour>(colour), .size = static_cast<Size>(size), .box = box};
}

}  // namespace saccade
