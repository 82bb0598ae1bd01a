#include "pipeline/stop_signal.h"

#include <csignal>

namespace saccade {
namespace {

volatile std::sig_atomic_t received = 0;
int alive = 0;

void handle(int signal) {
  received = signal;
  std::signal(SIGINT, SIG_DFL);  // the next one ends the process
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace

Stopped::Stopped(int signal)
    : signal_(signal), text_(signal == SIGINT ? "interrupted" : "asked to stop by signal " + std::to_string(signal)) {}

StopSignal::StopSignal() {
  if (alive++ > 0) return;
  received = 0;
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;  // half-done reads and writes go on
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

StopSignal::~StopSignal() {
  if (--alive > 0) return;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  received = 0;
}

bool StopSignal::requested() { return received != 0; }

int StopSignal::exit_code() { return received == 0 ? 0 : 128 + received; }

void StopSignal::throw_if_requested() {
  if (requested()) throw Stopped(received);
}

}  // namespace saccade
