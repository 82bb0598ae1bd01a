#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace saccade {

struct ZipRecord {
  std::span<const std::byte> bytes;
  uint32_t checksum = 0;  ///< CRC-32, as the archive states it
};

/// Name → record of an archive whose records are stored, not compressed, as torch.save writes them (ZIP64 included). Throws Error(where,
/// ...) for compressed or encrypted records, a name twice, records outside of the file or over one another, two headers that disagree.
/// Checksums are left to the caller, who knows what is used.
std::map<std::string, ZipRecord> read_stored_zip(std::span<const std::byte> file, const std::string& where);

/// Throws Error if the bytes are not those that the archive's checksum was taken of.
void check_zip_record(const std::string& name, const ZipRecord& record, const std::string& where);

}  // namespace saccade
