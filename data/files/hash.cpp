#include "data/files/hash.h"

#include <xxhash.h>

#include <array>
#include <cstdio>

#include "data/files/mapped_file.h"

namespace saccade {
namespace {

std::string digits(XXH128_hash_t hash) {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text.data();
}

XXH3_state_t* xxh3(void* state) { return static_cast<XXH3_state_t*>(state); }

}  // namespace

Hasher::Hasher() : state_(XXH3_createState(), [](void* state) { XXH3_freeState(xxh3(state)); }) { XXH3_128bits_reset(xxh3(state_.get())); }

void Hasher::add(std::span<const std::byte> bytes) {
  if (!bytes.empty()) XXH3_128bits_update(xxh3(state_.get()), bytes.data(), bytes.size());
}

void Hasher::add(std::string_view text) { add(std::as_bytes(std::span(text.data(), text.size()))); }

std::string Hasher::hex() const { return digits(XXH3_128bits_digest(xxh3(state_.get()))); }

std::string hash_bytes(std::span<const std::byte> bytes) { return digits(XXH3_128bits(bytes.data(), bytes.size())); }

std::string hash_text(std::string_view text) { return hash_bytes(std::as_bytes(std::span(text.data(), text.size()))); }

std::string hash_file(const std::filesystem::path& path) { return hash_bytes(MappedFile(path).bytes()); }

}  // namespace saccade
