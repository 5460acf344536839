#include "net/shutdown.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>

#include "base/log.hpp"
#include "net/gate.hpp"

namespace agente::net {

struct shutdown::state : std::enable_shared_from_this<state> {
    explicit state(asio::io_context& loop) : signals(loop, SIGINT, SIGTERM) {}

    void listen() {
        signals.async_wait(
            [self = shared_from_this()](boost::system::error_code stopped, int number) {
                if (stopped) return;
                if (self->first != 0) {
                    log::warn("process.killed",
                              {{"signal", number},
                               {"message", "a second signal: ending without cleaning up"}});
                    std::_Exit(128 + number);
                }
                self->first = number;
                self->came.open_all();
                self->listen();
            });
    }

    asio::signal_set signals;
    gate came;
    int first = 0;
};

shutdown::shutdown(asio::io_context& loop) : state_(std::make_shared<state>(loop)) {
    state_->listen();
}

// Over there: the loop's thread may be listening again at this moment.
shutdown::~shutdown() {
    asio::post(state_->signals.get_executor(), [kept = state_] {
        boost::system::error_code ignored;
        kept->signals.cancel(ignored);
    });
}

task<int> shutdown::wait() {
    auto const kept = state_;
    while (kept->first == 0) co_await kept->came.wait();
    co_return kept->first;
}

}  // namespace agente::net
