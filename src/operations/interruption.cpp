#include "operations/interruption.hpp"

#include <array>

#include "base/result.hpp"

namespace agente::operations {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t interrupted = 0;

}  // namespace

interruption::interruption() {
    interrupted = 0;
    struct sigaction wanted {};
    wanted.sa_handler = [](int) { interrupted = 1; };
    wanted.sa_flags = static_cast<int>(SA_RESETHAND);
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &wanted, &old_[i]);
}

interruption::~interruption() {
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &old_[i], nullptr);
    interrupted = 0;
}

void interruption::check() {
    if (interrupted != 0)
        throw failure(error(error_kind::unavailable, "operation.interrupted",
                            "interrupted: what was begun has been undone"));
}

}  // namespace agente::operations
