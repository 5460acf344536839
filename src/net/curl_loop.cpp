#include "net/curl_loop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "base/log.hpp"
#include "base/result.hpp"

namespace agente::net {
namespace {

void set_up_libcurl() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
            throw failure(
                error(error_kind::internal, "net.no_curl", "libcurl cannot be initialised"));
    });
}

}  // namespace

// A duplicate of curl's descriptor, so that Asio's registration ends when we say so: were curl to
// close its own first, the number could already belong to another socket when Asio takes it out of
// epoll.
struct curl_loop::watched {
    explicit watched(asio::any_io_executor const& executor) : descriptor(executor) {}

    asio::posix::stream_descriptor descriptor;
    int wanted = CURL_POLL_NONE;  // bits: CURL_POLL_IN, CURL_POLL_OUT
    int armed = CURL_POLL_NONE;   // waits under way
    bool gone = false;
};

curl_loop::curl_loop(asio::any_io_executor executor, std::size_t most_kept)
    : executor_(std::move(executor)), timer_(executor_) {
    set_up_libcurl();
    multi_ = curl_multi_init();
    if (!multi_)
        throw failure(error(error_kind::internal, "net.no_curl", "libcurl cannot be initialised"));
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &curl_loop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &curl_loop::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(most_kept));
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
}

curl_loop::~curl_loop() { close(); }

void curl_loop::add(CURL* easy, when_done done) {
    running_.emplace(easy, std::move(done));
    if (auto const added = curl_multi_add_handle(multi_, easy); added != CURLM_OK) {
        running_.erase(easy);
        throw failure(error(error_kind::internal, "net.curl_failed", curl_multi_strerror(added)));
    }
}

void curl_loop::remove(CURL* easy) {
    if (running_.erase(easy) > 0) curl_multi_remove_handle(multi_, easy);
}

void curl_loop::close() {
    if (!multi_) return;
    for (auto const& [easy, done] : std::exchange(running_, {}))
        curl_multi_remove_handle(multi_, easy);
    curl_multi_cleanup(
        std::exchange(multi_, nullptr));  // closes the connections, which calls on_socket
    while (!sockets_.empty()) unwatch(sockets_.begin()->first);
    timer_.cancel();
}

int curl_loop::on_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*) {
    auto& loop = *static_cast<curl_loop*>(self);
    if (wanted == CURL_POLL_REMOVE)
        loop.unwatch(socket);
    else
        loop.watch(socket, wanted);
    return 0;
}

int curl_loop::on_timer(CURLM*, long milliseconds, void* self) {
    static_cast<curl_loop*>(self)->set_timer(milliseconds);
    return 0;
}

void curl_loop::watch(curl_socket_t socket, int wanted) {
    auto& known = sockets_[socket];
    if (!known) {
        known = std::make_shared<watched>(executor_);
        auto const copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
        boost::system::error_code trouble(copy < 0 ? errno : 0, boost::system::system_category());
        if (copy >= 0) known->descriptor.assign(copy, trouble);
        if (trouble) {
            if (copy >= 0) ::close(copy);
            // Telling curl would end every transfer of this loop; this one ends at its deadline.
            log::error("net.cannot_watch_socket", {{"message", trouble.message()}});
            return;
        }
    }
    known->wanted = wanted;
    arm(socket, known);
}

void curl_loop::unwatch(curl_socket_t socket) {
    auto const found = sockets_.extract(socket);
    if (found.empty()) return;
    found.mapped()->gone = true;
    boost::system::error_code ignored;
    found.mapped()->descriptor.close(ignored);
}

void curl_loop::arm(curl_socket_t socket, std::shared_ptr<watched> const& what) {
    using descriptor = asio::posix::stream_descriptor;
    if (!what->descriptor.is_open()) return;
    for (auto const event : {CURL_POLL_IN, CURL_POLL_OUT}) {
        if (!(what->wanted & event) || (what->armed & event)) continue;
        what->armed |= event;
        what->descriptor.async_wait(
            event == CURL_POLL_IN ? descriptor::wait_read : descriptor::wait_write,
            [self = shared_from_this(), socket, what, event](boost::system::error_code trouble) {
                self->ready(socket, what, event, static_cast<bool>(trouble));
            });
    }
}

void curl_loop::ready(curl_socket_t socket, std::shared_ptr<watched> const& what, int event,
                      bool broken) {
    what->armed &= ~event;
    if (what->gone || !multi_ || !(what->wanted & event)) return;
    act(socket, broken                  ? CURL_CSELECT_ERR
                : event == CURL_POLL_IN ? CURL_CSELECT_IN
                                        : CURL_CSELECT_OUT);
    if (!what->gone) arm(socket, what);
}

void curl_loop::act(curl_socket_t socket, int events) {
    int still_running = 0;
    auto const acted = curl_multi_socket_action(multi_, socket, events, &still_running);
    if (acted != CURLM_OK) log::error("net.curl_failed", {{"message", curl_multi_strerror(acted)}});
    hand_out();
}

void curl_loop::set_timer(long milliseconds) {
    timer_.cancel();
    if (milliseconds < 0) return;
    // Also for 0: curl must not be called from within its own callback.
    timer_.expires_after(std::chrono::milliseconds(milliseconds));
    timer_.async_wait([self = shared_from_this()](boost::system::error_code trouble) {
        if (!trouble && self->multi_) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
}

void curl_loop::hand_out() {
    int left = 0;
    while (multi_) {
        auto const* const message = curl_multi_info_read(multi_, &left);
        if (!message) return;
        if (message->msg != CURLMSG_DONE) continue;
        auto* const easy = message->easy_handle;
        auto const outcome = message->data.result;  // the message dies with the removal
        curl_multi_remove_handle(multi_, easy);
        auto const found = running_.extract(easy);
        if (!found.empty()) found.mapped()(outcome);
    }
}

}  // namespace agente::net
