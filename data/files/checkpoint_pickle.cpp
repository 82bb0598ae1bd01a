#include "data/files/checkpoint_pickle.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "data/error.h"

namespace saccade {
namespace {

constexpr std::size_t kMaxBytes = 64 << 20, kMaxSteps = 5'000'000, kMaxNesting = 8;

struct Container;

enum class Kind { kMark, kNothing, kBool, kInteger, kReal, kText, kGlobal, kTuple, kList, kDict, kStorage, kTensor };

/// A value of the machine. Small and trivially copied: texts lie in the file, containers and tensors in the machine, so that copies by the
/// thousand cost nothing and cycles leak nothing.
struct Value {
  Kind kind = Kind::kNothing;
  int64_t integer = 0;
  std::string_view text;               // of a text; "module name" of a global
  Container* container = nullptr;      // of a tuple, list or dict (keys and values in turn)
  CheckpointTensor* tensor = nullptr;  // also of a storage: a tensor without a shape yet
};

struct Container {
  std::vector<Value> items;
};

struct StorageClass {
  std::string_view global;
  StoredType type;
};

// Globals as they stand in the file: the module, a line's end, the name.
constexpr std::array<StorageClass, 10> kStorages{{{"torch\nFloatStorage", StoredType::kF32},
                                                  {"torch\nHalfStorage", StoredType::kF16},
                                                  {"torch\nBFloat16Storage", StoredType::kBf16},
                                                  {"torch\nDoubleStorage", StoredType::kF64},
                                                  {"torch\nLongStorage", StoredType::kI64},
                                                  {"torch\nIntStorage", StoredType::kI32},
                                                  {"torch\nShortStorage", StoredType::kI16},
                                                  {"torch\nCharStorage", StoredType::kI8},
                                                  {"torch\nByteStorage", StoredType::kU8},
                                                  {"torch\nBoolStorage", StoredType::kBool}}};
constexpr std::string_view kOrderedDict = "collections\nOrderedDict", kRebuildTensor = "torch._utils\n_rebuild_tensor_v2",
                           kRebuildParameter = "torch._utils\n_rebuild_parameter", kSize = "torch\nSize";

std::string printable(std::string_view text) {
  std::string shown(text.substr(0, 100));
  for (char& c : shown) {
    if (c == '\n') c = '.';
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  }
  return shown;
}

const StorageClass* find_storage(std::string_view global) {
  const auto found = std::find_if(kStorages.begin(), kStorages.end(), [&](const StorageClass& row) { return row.global == global; });
  return found == kStorages.end() ? nullptr : &*found;
}

/// Instructions of pickle's protocol 2, as CPython's pickletools lists them; those that torch.save writes for dicts, lists, numbers, texts
/// and tensors.
class Machine {
 public:
  Machine(std::span<const std::byte> pickle, const std::string& where)
      : code_(reinterpret_cast<const char*>(pickle.data()), pickle.size()), where_(where) {
    if (code_.size() > kMaxBytes) fail("its description is larger than 64 MiB");
  }

  Value run() {
    for (std::size_t step = 0; step < kMaxSteps; ++step) {
      const char instruction = take(1)[0];
      if (instruction == '.') return pop();
      if (!push_constant(instruction) && !build_container(instruction) && !use_memo(instruction)) call(instruction);
    }
    fail("its description has more than " + std::to_string(kMaxSteps) + " instructions");
  }

  [[noreturn]] void fail(const std::string& wrong) const { throw Error(where_, "no checkpoint of torch.save: " + wrong); }

 private:
  std::string_view take(std::size_t bytes) {
    if (bytes > code_.size() - position_) fail("its description is cut short");
    return code_.substr(std::exchange(position_, position_ + bytes), bytes);
  }
  uint64_t take_number(std::size_t bytes) {
    uint64_t value = 0;
    const auto digits = take(bytes);
    for (std::size_t i = 0; i < bytes; ++i) value |= static_cast<uint64_t>(static_cast<unsigned char>(digits[i])) << (8 * i);
    return value;
  }
  std::string_view take_line() {
    const auto end = code_.find('\n', position_);
    if (end == std::string_view::npos) fail("its description is cut short");
    const auto line = take(end - position_);
    take(1);
    return line;
  }

  void push(const Value& value) { stack_.push_back(value); }
  void push(Kind kind, int64_t integer = 0) { stack_.push_back({.kind = kind, .integer = integer}); }
  Value pop() {
    if (stack_.empty() || stack_.back().kind == Kind::kMark) fail("its description takes more than it has");
    const auto value = stack_.back();
    stack_.pop_back();
    return value;
  }
  Value& top(Kind kind) {
    if (stack_.empty() || stack_.back().kind != kind) fail("its description changes something of another kind");
    return stack_.back();
  }
  std::vector<Value> pop_to_mark() {
    const auto mark = std::find_if(stack_.rbegin(), stack_.rend(), [](const Value& value) { return value.kind == Kind::kMark; });
    if (mark == stack_.rend()) fail("its description takes more than it has");
    std::vector<Value> values(mark.base(), stack_.end());
    stack_.erase(mark.base() - 1, stack_.end());
    return values;
  }
  void push_container(Kind kind, std::vector<Value> items) {
    containers_.push_back({.items = std::move(items)});
    push({.kind = kind, .container = &containers_.back()});
  }
  std::vector<Value> pop_last(std::size_t count) {
    std::vector<Value> values(count);
    for (auto value = values.rbegin(); value != values.rend(); ++value) *value = pop();
    return values;
  }

  bool push_constant(char instruction);
  bool build_container(char instruction);
  bool use_memo(char instruction);
  void call(char instruction);
  void push_global();
  void push_storage();
  void reduce();
  void fill_ordered_dict(const std::vector<Value>& arguments);
  void rebuild_tensor(const std::vector<Value>& arguments);
  std::vector<int64_t> sizes(const Value& value) const;
  void check_place(const CheckpointTensor& tensor) const;
  const std::vector<Value>& items(const Value& value, Kind kind) const {
    if (value.kind != kind) fail("something stands where it expects a tuple or a list");
    return value.container->items;
  }
  CheckpointTensor* new_tensor(CheckpointTensor tensor) {
    if (tensors_.size() >= 2 * kMaxTensors) fail("it has more than " + std::to_string(kMaxTensors) + " tensors");  // each has its storage
    return &tensors_.emplace_back(std::move(tensor));
  }

  std::string_view code_;
  std::size_t position_ = 0;
  std::string where_;
  std::vector<Value> stack_;
  std::unordered_map<uint64_t, Value> memo_;
  std::deque<Container> containers_;  // deques: addresses stay
  std::deque<CheckpointTensor> tensors_;
};

bool Machine::push_constant(char instruction) {
  switch (instruction) {
    case '\x80':
      if (const auto protocol = take_number(1); protocol > 2)
        fail("it is written in pickle's protocol " + std::to_string(protocol) + " instead of 2");
      return true;
    case 'N':
      push(Kind::kNothing);
      return true;
    case '\x88':
    case '\x89':
      push(Kind::kBool, instruction == '\x88');
      return true;
    case 'K':
      push(Kind::kInteger, static_cast<int64_t>(take_number(1)));
      return true;
    case 'M':
      push(Kind::kInteger, static_cast<int64_t>(take_number(2)));
      return true;
    case 'J':
      push(Kind::kInteger, static_cast<int32_t>(take_number(4)));
      return true;
    case '\x8a': {  // beyond 8 bytes only random seeds are so long: a number nobody asks for
      const auto bytes = take_number(1);
      const auto shift = 64 - 8 * std::min<uint64_t>(bytes, 8);
      if (bytes > 8 || bytes == 0) {
        take(bytes);
        push(bytes == 0 ? Kind::kInteger : Kind::kReal);
      } else {
        push(Kind::kInteger, static_cast<int64_t>(take_number(bytes) << shift) >> shift);
      }
      return true;
    }
    case 'G':
      take(8);
      push(Kind::kReal);
      return true;
    case 'U':
      push({.kind = Kind::kText, .text = take(take_number(1))});
      return true;
    case 'T':
    case 'X':
      push({.kind = Kind::kText, .text = take(take_number(4))});
      return true;
    default:
      return false;
  }
}

bool Machine::build_container(char instruction) {
  switch (instruction) {
    case '(':
      push(Kind::kMark);
      return true;
    case ')':
      push_container(Kind::kTuple, {});
      return true;
    case ']':
      push_container(Kind::kList, {});
      return true;
    case '}':
      push_container(Kind::kDict, {});
      return true;
    case 't':
      push_container(Kind::kTuple, pop_to_mark());
      return true;
    case '\x85':
    case '\x86':
    case '\x87':
      push_container(Kind::kTuple, pop_last(static_cast<std::size_t>(instruction - '\x84')));
      return true;
    case 'a':
    case 'e': {
      const auto values = instruction == 'a' ? pop_last(1) : pop_to_mark();
      auto& list = top(Kind::kList).container->items;
      list.insert(list.end(), values.begin(), values.end());
      return true;
    }
    case 's':
    case 'u': {
      const auto values = instruction == 's' ? pop_last(2) : pop_to_mark();
      if (values.size() % 2 != 0) fail("a dict has a key without a value");
      auto& dict = top(Kind::kDict).container->items;
      dict.insert(dict.end(), values.begin(), values.end());
      return true;
    }
    default:
      return false;
  }
}

bool Machine::use_memo(char instruction) {
  switch (instruction) {
    case 'q':
    case 'r': {
      const auto place = take_number(instruction == 'q' ? 1 : 4);
      if (stack_.empty()) fail("its description takes more than it has");
      memo_[place] = stack_.back();
      return true;
    }
    case 'h':
    case 'j': {
      const auto found = memo_.find(take_number(instruction == 'h' ? 1 : 4));
      if (found == memo_.end() || found->second.kind == Kind::kMark) fail("its description speaks of what it did not define");
      push(found->second);
      return true;
    }
    default:
      return false;
  }
}

void Machine::call(char instruction) {
  switch (instruction) {
    case 'c':
      return push_global();
    case 'Q':
      return push_storage();
    case 'R':
      return reduce();
    case 'b':  // attributes of an OrderedDict: `_metadata`, versions of modules
      pop();
      top(Kind::kDict);
      return;
    default:
      fail("its description has an instruction (" + std::to_string(static_cast<unsigned char>(instruction)) + ") that no state dict needs");
  }
}

void Machine::push_global() {
  const auto start = position_;
  take_line();
  take_line();
  const auto global = code_.substr(start, position_ - start - 1);
  const bool known =
      find_storage(global) || global == kOrderedDict || global == kRebuildTensor || global == kRebuildParameter || global == kSize;
  if (!known) throw Error(where_, "found global " + printable(global), "only tensors of a state dict are read");
  push({.kind = Kind::kGlobal, .text = global});
}

// ("storage", class, key, device, elements)
void Machine::push_storage() {
  const auto name = pop();
  const auto& parts = items(name, Kind::kTuple);
  const bool fits = parts.size() == 5 && parts[0].kind == Kind::kText && parts[0].text == "storage" && parts[1].kind == Kind::kGlobal &&
                    find_storage(parts[1].text) && parts[2].kind == Kind::kText && parts[4].kind == Kind::kInteger && parts[4].integer >= 0;
  if (!fits) fail("a storage is described in another way than torch.save does");
  auto* storage = new_tensor(
      {.type = find_storage(parts[1].text)->type, .storage = std::string(parts[2].text.substr(0, 100)), .storage_size = parts[4].integer});
  push({.kind = Kind::kStorage, .tensor = storage});
}

void Machine::reduce() {
  const auto tuple = pop(), function = pop();
  const auto& arguments = items(tuple, Kind::kTuple);
  if (function.kind != Kind::kGlobal) fail("it calls what is no function");
  if (function.text == kOrderedDict) {
    fill_ordered_dict(arguments);
  } else if (function.text == kRebuildTensor) {
    rebuild_tensor(arguments);
  } else if (function.text == kRebuildParameter && arguments.size() == 3 && arguments[0].kind == Kind::kTensor) {
    push(arguments[0]);
  } else if (function.text == kSize && arguments.size() == 1 && arguments[0].kind == Kind::kTuple) {
    push(arguments[0]);
  } else {
    fail("it calls " + printable(function.text) + " in another way than torch.save does");
  }
}

void Machine::fill_ordered_dict(const std::vector<Value>& arguments) {
  std::vector<Value> pairs;
  if (!arguments.empty()) {
    for (const auto& pair : items(arguments[0], Kind::kList)) {
      const auto& key_and_value = items(pair, pair.kind == Kind::kList ? Kind::kList : Kind::kTuple);
      if (key_and_value.size() != 2) fail("a dict has a key without a value");
      pairs.insert(pairs.end(), key_and_value.begin(), key_and_value.end());
    }
  }
  push_container(Kind::kDict, std::move(pairs));
}

// (storage, offset, sizes, strides, requires_grad, hooks)
void Machine::rebuild_tensor(const std::vector<Value>& arguments) {
  const bool fits = arguments.size() >= 4 && arguments[0].kind == Kind::kStorage && arguments[1].kind == Kind::kInteger;
  if (!fits) fail("a tensor is described in another way than torch.save does");
  auto tensor = *arguments[0].tensor;
  tensor.offset = arguments[1].integer;
  tensor.shape = sizes(arguments[2]);
  tensor.strides = sizes(arguments[3]);
  check_place(tensor);
  push({.kind = Kind::kTensor, .tensor = new_tensor(std::move(tensor))});
}

std::vector<int64_t> Machine::sizes(const Value& value) const {
  std::vector<int64_t> sizes;
  for (const auto& size : items(value, Kind::kTuple)) {
    if (size.kind != Kind::kInteger || size.integer < 0) fail("a tensor has a side that is no size");
    sizes.push_back(size.integer);
  }
  if (sizes.size() > kMaxRank) fail("a tensor has more than " + std::to_string(kMaxRank) + " sides");
  return sizes;
}

void Machine::check_place(const CheckpointTensor& tensor) const {
  if (tensor.shape.size() != tensor.strides.size()) fail("a tensor has more sides than strides, or fewer");
  int64_t elements = 1, last = tensor.offset;
  bool empty = false, overflow = tensor.offset < 0;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    int64_t reach = 0;
    empty |= tensor.shape[i] == 0;
    overflow |= __builtin_mul_overflow(elements, std::max<int64_t>(tensor.shape[i], 1), &elements) || elements > (int64_t{1} << 56);
    overflow |= __builtin_mul_overflow(std::max<int64_t>(tensor.shape[i] - 1, 0), tensor.strides[i], &reach) ||
                __builtin_add_overflow(last, reach, &last);
  }
  // As many elements as the storage at most: a stride of 0 could make a tensor of any size out of one number.
  const bool outside = !empty && (last >= tensor.storage_size || elements > tensor.storage_size);
  if (overflow || outside || (empty && tensor.offset > tensor.storage_size))
    fail("a tensor reaches out of its storage '" + printable(tensor.storage) + "'");
}

/// Tensors of nested dicts by dotted names.
class TensorCollector {
 public:
  explicit TensorCollector(const Machine& machine) : machine_(machine) {}

  std::map<std::string, CheckpointTensor> collect(const Value& whole) {
    if (whole.kind != Kind::kDict) machine_.fail("it holds no dict of tensors");
    add(weights_of(whole), "", 0);
    if (tensors_.empty()) machine_.fail("its dict holds no tensors");
    return std::move(tensors_);
  }

 private:
  const Value& weights_of(const Value& whole) const {
    for (const std::string_view key : {"state_dict", "model_state_dict", "model"}) {
      const auto& items = whole.container->items;
      for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
        if (items[i].kind == Kind::kText && items[i].text == key && items[i + 1].kind == Kind::kDict) return items[i + 1];
      }
    }
    return whole;
  }

  void add(const Value& dict, const std::string& prefix, std::size_t nesting) {
    if (nesting > kMaxNesting) machine_.fail("its dicts are nested too deep");
    const auto& items = dict.container->items;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      if (++steps_ > kMaxSteps) machine_.fail("its dicts refer to one another too often");
      if (items[i].kind != Kind::kText) continue;
      const auto name = prefix + std::string(items[i].text.substr(0, 1000));
      if (items[i + 1].kind == Kind::kDict) {
        add(items[i + 1], name + ".", nesting + 1);
      } else if (items[i + 1].kind == Kind::kTensor && !tensors_.emplace(name, *items[i + 1].tensor).second) {
        machine_.fail("two tensors are named '" + printable(name) + "'");
      }
      if (tensors_.size() > kMaxTensors) machine_.fail("it has more than " + std::to_string(kMaxTensors) + " tensors");
    }
  }

  const Machine& machine_;
  std::map<std::string, CheckpointTensor> tensors_;
  std::size_t steps_ = 0;
};

}  // namespace

std::map<std::string, CheckpointTensor> read_checkpoint_pickle(std::span<const std::byte> pickle, const std::string& where) {
  Machine machine(pickle, where);
  const auto whole = machine.run();
  return TensorCollector(machine).collect(whole);
}

}  // namespace saccade
