// Ctrl-C and SIGTERM while a command works: it stops at its next step and cleans up. The second one
// ends the process at once.
#pragma once

#include <csignal>

namespace agente::operations {

class interruption {
public:
    interruption();   // of the process; one at a time
    ~interruption();  // as it was
    interruption(interruption const&) = delete;
    interruption& operator=(interruption const&) = delete;

    // Throws failure unavailable "operation.interrupted" after a signal. Nothing without an
    // interruption object.
    static void check();

private:
    struct sigaction old_[3];
};

}  // namespace agente::operations
