/// Words that the Penn Treebank's tokens treat apart; found by trying them on the reference tokenizer.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace saccade {

inline bool is_one_of_words(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Their period belongs to them.
inline constexpr std::string_view kAbbreviations[] = {"adj", "adm", "adv", "ave", "brig", "capt", "cf",   "cmdr",  "col",  "cpl",  "dept",
                                                      "det", "dr",  "ft",  "gen", "gov",  "hon",  "insp", "lieut", "lt",   "maj",  "messrs",
                                                      "mfg", "mr",  "mrs", "ms",  "mt",   "natl", "pfc",  "ph",    "pres", "prof", "pvt",
                                                      "rep", "rev", "sen", "sgt", "st",   "ste",  "supt", "treas", "vs"};
/// The same, but before a capital they end a sentence too.
inline constexpr std::string_view kAbbreviationsThatEndSentences[] = {
    "al",  "ala",  "apr", "ariz", "assn", "aug",  "bldg", "blvd",  "bros", "calif", "co",   "colo", "conn", "corp", "cos", "ct",  "dec",
    "esq", "est",  "etc", "ext",  "feb",  "fla",  "fri",  "ga",    "inc",  "ind",   "intl", "jan",  "jr",   "jul",  "jun", "kan", "ky",
    "ltd", "mar",  "md",  "mich", "minn", "mo",   "mon",  "mont",  "neb",  "nev",   "nov",  "oct",  "okla", "penn", "plc", "rd",  "rt",
    "sep", "sept", "sq",  "sr",   "tel",  "tenn", "thu",  "thurs", "tue",  "tues",  "univ", "va",   "vt",   "wed",  "wis", "wyo"};
inline constexpr std::string_view kAbbreviationsOfNames[] = {"ark",  "del", "ill", "la",  "mass",
                                                             "miss", "ore", "pa",  "tex", "wash"};  ///< with a capital
inline constexpr std::string_view kAbbreviationsBeforeNumbers[] = {"art", "ca", "fig", "figs", "no", "nos", "op", "pp"};

/// After "B." and a blank, these begin a sentence.
inline constexpr std::string_view kSentenceStarts[] = {
    "the", "a",     "an",  "he",   "she", "it",   "in",   "this", "that", "there", "we",  "they", "you", "but",   "at",   "some",
    "her", "their", "one", "many", "if",  "when", "what", "as",   "so",   "these", "our", "here", "now", "while", "after"};

inline constexpr std::string_view kWordsWithLastApostrophe[] = {"dunkin", "somethin", "ol"};
inline constexpr std::string_view kWordsWithFirstApostrophe[] = {"em", "cause", "til", "till", "n"};
inline constexpr std::string_view kDollars[] = {"us", "c", "a", "hk"};

inline constexpr std::pair<char32_t, const char*> kNormalisedSigns[] = {
    {U'(', "-lrb-"},    {U')', "-rrb-"},    {U'[', "-lsb-"},    {U']', "-rsb-"},      {U'{', "-lcb-"},
    {U'}', "-rcb-"},    {U'\u20AC', "$"},   {U'\u00A3', "#"},   {U'\u00A2', "cents"}, {U'\u00BC', "1/4"},
    {U'\u00BD', "1/2"}, {U'\u00BE', "3/4"}, {U'\u2153', "1/3"}, {U'\u2154', "2/3"}};

/// "gonna" is gon na: the length of the first part, or 0.
inline std::size_t length_of_assimilated(std::string_view word) {
  constexpr std::pair<std::string_view, std::size_t> kWords[] = {{"cannot", 3}, {"gonna", 3}, {"gotta", 3},
                                                                 {"wanna", 3},  {"gimme", 3}, {"lemme", 3}};
  for (const auto& [known, first] : kWords) {
    if (word == known) return first;
  }
  return 0;
}

}  // namespace saccade
