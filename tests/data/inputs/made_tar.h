/// tar archives made for tests, member by member; what GNU tar itself writes lies in fixtures/pictures.
#pragma once

#include <cstdio>
#include <string>

#include "tests/data/pictures/made_pictures.h"

namespace saccade {

struct MadeMember {
  std::string name;
  std::string content;
  char type = '0';
  std::string size_field;  ///< what the header says of the size, if not the truth
};

inline std::string tar_member(const MadeMember& member) {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) { header.replace(at, text.size(), text); };
  char size[12];
  std::snprintf(size, sizeof size, "%011zo", member.content.size());
  put(0, member.name.substr(0, 100));
  put(100, "0000644");
  put(124, member.size_field.empty() ? size : member.size_field);
  put(136, "00000000000");
  put(148, "        ");
  header[156] = member.type;
  put(257, std::string("ustar\0"
                       "00",
                       8));
  unsigned sum = 0;
  for (const unsigned char c : header) sum += c;
  char checksum[8];
  std::snprintf(checksum, sizeof checksum, "%06o", sum);
  put(148, checksum);
  const auto padding = (512 - member.content.size() % 512) % 512;
  return header + member.content + std::string(padding, '\0');
}

inline std::string tar_of(const std::vector<MadeMember>& members) {
  std::string archive;
  for (const auto& member : members) archive += tar_member(member);
  return archive + std::string(1024, '\0');
}

}  // namespace saccade
