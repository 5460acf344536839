#include <csignal>

#include "app/command_line.hpp"

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a peer that hung up is an error of that connection only
    return agente::app::run_command_line(argc, argv);
}
