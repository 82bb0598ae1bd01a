/// Pictures to be captioned, wherever they come from, one after another in an order that is always the same.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "data/error.h"
#include "data/inputs/picture_names.h"
#include "data/inputs/pipe_lines.h"
#include "data/inputs/tar_reader.h"
#include "data/pictures/decode.h"

namespace saccade {

/// Part `index`, from 1, of `count` equal parts of the work.
struct Shard {
  int64_t index = 1, count = 1;
};

/// "2/8". Throws Error.
Shard parse_shard(const std::string& text);

/// One picture: its name at once, its bytes when asked for.
class SourcePicture {
 public:
  std::string name;  ///< the path as given or found; in an archive "shard.tar/member.jpg"

  /// Any thread. Throws Error: it is not there, too large, a link in an archive, in a damaged archive.
  std::vector<std::byte> read(const DecodeLimits& limits = {}) const;

 private:
  friend class PictureSource;
  struct Member {
    std::shared_ptr<OpenFile> file;
    uint64_t offset, size;
  };
  std::variant<std::monostate, Member, std::vector<std::byte>, Error> content_;  // a file by its name, by default
};

/// load_fitted of its bytes. Any thread.
DecodedFitted load_fitted(const SourcePicture& picture, int side, FitMode mode, const DecodeLimits& limits = {});

struct PictureSourceOptions {
  /// A picture; a folder (walked, by known extensions, archives included); a pattern with * ? [ ]; a .tar archive; tar:FILE, an archive of
  /// any name or pipe, tar:- from standard input; @LIST, a file of names; -, such a list on standard input.
  std::vector<std::string> inputs;
  Shard shard;
  DecodeLimits limits;
};

/// Enumerates the pictures of some inputs. Shards deal pictures like cards: the k-th goes to shard k mod N. Archives are dealt whole when
/// there are at least as many as shards, so that no machine reads what is not its own; else their members are dealt. What is wrong with one
/// picture, or with an archive in the middle, is told by that picture's read(), and the rest goes on.
class PictureSource {
 public:
  /// Throws Error where inputs are wrong as a whole; see expand_inputs.
  explicit PictureSource(const PictureSourceOptions& options);

  /// None at the end. Any thread.
  std::optional<SourcePicture> next();
  /// From any thread: who waits in next() for a line of standard input gets none, now and later.
  void stop_waiting() { stopped_ = true; }
  /// How many pictures this shard has, where that is known without reading archives or standard input.
  std::optional<int64_t> count() const;

 private:
  std::optional<SourcePicture> next_of_tar();
  std::optional<SourcePicture> next_of_list();
  SourcePicture take_member(const TarMember& member);
  bool deal();
  void open_tar(std::string_view name);

  const PictureSourceOptions options_;
  const InputNames names_;
  const bool tars_are_dealt_whole_;
  std::mutex mutex_;
  std::size_t next_name_ = 0;
  int64_t dealt_ = 0;  // cards so far
  std::optional<TarReader> tar_;
  std::string tar_name_;
  std::optional<Error> tar_failure_;
  bool reading_list_ = false;
  PipeLines standard_input_{0};
  std::atomic<bool> stopped_ = false;
  int64_t list_line_ = 0;
};

}  // namespace saccade
