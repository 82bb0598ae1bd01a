#include "tools/guarded.h"

#include <filesystem>
#include <iostream>
#include <new>

#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

int report(const std::string& message, int code) {
  std::cerr << "error: " << message << "\n";
  return code;
}

}  // namespace

int guarded(const std::string& command, const std::function<int()>& run) {
  try {
    const int code = run();
    if (!std::cout.flush()) return report("standard output: cannot be written; is the disk full?", kExitBadInput);
    return code;
  } catch (const UsageError& error) {
    return report(std::string(error.what()) + "\nsee: saccade " + (command.empty() ? "" : command + " ") + "--help", kExitUsage);
  } catch (const Stopped& stopped) {
    return report(stopped.what(), stopped.exit_code());
  } catch (const std::filesystem::filesystem_error& error) {
    return report(error.path1().string() + ": " + error.code().message(), kExitBadInput);
  } catch (const std::bad_alloc&) {
    return report("out of memory", kExitBadInput);
  } catch (const std::exception& error) {
    return report(error.what(), kExitBadInput);
  }
}

}  // namespace saccade
