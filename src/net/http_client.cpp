#include "net/http_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "net/curl_loop.hpp"
#include "net/http_transfer.hpp"

namespace agente::net {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t most_spare_handles = 64;
constexpr std::size_t most_hosts_in_metrics = 64;

std::string outcome_label(result<http_response> const& outcome) {
    if (outcome) return fmt::format("{}xx", outcome->status / 100);
    return std::string(to_string(outcome.error().kind()));
}

}  // namespace

std::string_view http_response::header(std::string_view name) const noexcept {
    for (auto const& [known, value] : headers)
        if (known == name) return value;
    return {};
}

class http_client::core : public std::enable_shared_from_this<core> {
public:
    core(asio::any_io_executor executor, http_client_options with, telemetry::metrics& metrics)
        : executor_(executor), with_(std::move(with)), metrics_(metrics),
          in_flight_(metrics.measure("http_client_requests_in_flight",
                                     "Outbound requests not answered yet, queued ones included")),
          curl_(std::make_shared<curl_loop>(std::move(executor), with_.most_connections)) {}
    ~core() {
        for (auto* easy : spare_) curl_easy_cleanup(easy);
    }
    core(core const&) = delete;
    core& operator=(core const&) = delete;

    task<result<http_response>> send(http_request what);
    void close();

private:
    using transfer = std::shared_ptr<http_transfer>;
    struct origin {
        std::size_t active = 0;
        std::deque<transfer> waiting;
    };
    struct passenger;  // a send() under way

    void enter(transfer const& t);
    void start(transfer const& t);
    void done(transfer const& t, CURLcode code);
    void drop(transfer const& t);        // takes it out, wherever it is
    void next(std::string const& name);  // a connection of that origin is free
    void give_back(CURL* easy);
    CURL* handle_of(transfer const& t) const;
    void record(http_transfer const& t, result<http_response> const& outcome,
                steady_clock::time_point began);

    asio::any_io_executor executor_;
    http_client_options with_;
    telemetry::metrics& metrics_;
    telemetry::gauge& in_flight_;
    std::shared_ptr<curl_loop> curl_;
    std::map<std::string, origin> origins_;
    std::unordered_map<http_transfer const*, std::pair<transfer, CURL*>> active_;
    std::vector<CURL*> spare_;
    std::map<std::string, std::string> metric_hosts_;
    std::size_t waiting_ = 0;
    bool closed_ = false;
};

// Lives in the frame of send(), so that a request is dropped however the frame ends.
struct http_client::core::passenger {
    passenger(core& c, transfer t) : in(c), mine(std::move(t)) {
        ++in.waiting_;
        in.in_flight_.add(1);
    }
    passenger(passenger const&) = delete;
    passenger& operator=(passenger const&) = delete;
    ~passenger() {
        if (in.closed_) return;  // close() has settled everything, and the metrics may be gone
        --in.waiting_;
        in.in_flight_.add(-1);
        if (!mine->finished()) in.drop(mine);
    }

    core& in;
    transfer mine;
};

task<result<http_response>> http_client::core::send(http_request what) {
    auto const self = shared_from_this();
    auto const began = steady_clock::now();
    auto const made = http_transfer::make(std::move(what), executor_);
    if (!made) co_return made.error();
    auto const& mine = *made;
    if (closed_ || waiting_ >= with_.most_waiting) {
        result<http_response> refused =
            error(error_kind::unavailable, "net.overloaded",
                  closed_ ? std::string("outbound HTTP was shut down")
                          : fmt::format("too many outbound requests are waiting ({}): try later",
                                        with_.most_waiting));
        if (!closed_) record(*mine, refused, began);
        co_return refused;
    }
    passenger const riding(*self, mine);
    enter(mine);
    co_await mine->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!mine->finished()) {
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error(asio::error::operation_aborted);
        mine->end_late(handle_of(mine));
        drop(mine);
    }
    auto outcome = mine->take_outcome();
    if (!closed_) record(*mine, outcome, began);
    co_return outcome;
}

void http_client::core::enter(transfer const& t) {
    auto& to = origins_[t->origin()];
    if (to.active < with_.connections_per_host) {
        ++to.active;
        start(t);
    } else {
        to.waiting.push_back(t);
    }
}

void http_client::core::start(transfer const& t) {
    CURL* easy = nullptr;
    if (spare_.empty()) {
        easy = curl_easy_init();
        if (!easy) throw std::bad_alloc();
    } else {
        easy = spare_.back();
        spare_.pop_back();
    }
    active_.emplace(t.get(), std::pair(t, easy));
    t->prepare(easy, with_);
    curl_->add(easy, [weak = weak_from_this(), t](CURLcode code) {
        if (auto const self = weak.lock()) self->done(t, code);
    });
}

void http_client::core::done(transfer const& t, CURLcode code) {
    t->end(handle_of(t), code);
    drop(t);
}

CURL* http_client::core::handle_of(transfer const& t) const {
    auto const found = active_.find(t.get());
    return found == active_.end() ? nullptr : found->second.second;
}

void http_client::core::drop(transfer const& t) {
    if (auto const found = active_.extract(t.get()); !found.empty()) {
        auto* const easy = found.mapped().second;
        curl_->remove(easy);
        give_back(easy);
        next(t->origin());
        return;
    }
    auto const known = origins_.find(t->origin());
    if (known == origins_.end()) return;
    std::erase(known->second.waiting, t);
}

void http_client::core::next(std::string const& name) {
    auto const known = origins_.find(name);
    if (known == origins_.end()) return;
    auto& to = known->second;
    if (to.waiting.empty()) {
        if (--to.active == 0) origins_.erase(known);
        return;
    }
    auto const first = std::move(to.waiting.front());
    to.waiting.pop_front();
    start(first);
}

void http_client::core::give_back(CURL* easy) {
    curl_easy_reset(easy);
    if (spare_.size() < most_spare_handles)
        spare_.push_back(easy);
    else
        curl_easy_cleanup(easy);
}

void http_client::core::close() {
    closed_ = true;
    in_flight_.add(-static_cast<double>(std::exchange(waiting_, 0)));
    constexpr std::string_view why = "outbound HTTP was shut down";
    for (auto& [name, to] : std::exchange(origins_, {}))
        for (auto const& t : to.waiting) t->end_cut(nullptr, why);
    for (auto& [key, running] : std::exchange(active_, {})) {
        running.first->end_cut(running.second, why);
        curl_->remove(running.second);
        curl_easy_cleanup(running.second);
    }
    curl_->close();
}

void http_client::core::record(http_transfer const& t, result<http_response> const& outcome,
                               steady_clock::time_point began) {
    auto const room =
        metric_hosts_.size() < most_hosts_in_metrics || metric_hosts_.contains(t.host());
    auto const& host =
        room ? metric_hosts_.try_emplace(t.host(), t.host()).first->second : std::string("others");
    metrics_
        .count("http_client_requests_total",
               "Outbound requests, by status class or what is known of a failed one",
               {{"host", host}, {"outcome", outcome_label(outcome)}})
        .add();
    metrics_
        .distribution("http_client_latency_seconds",
                      "From the call to the whole answer, queueing included", {{"host", host}})
        .observe(std::chrono::duration<double>(steady_clock::now() - began).count());
}

http_client::http_client(asio::io_context& loop, http_client_options with,
                         telemetry::metrics& metrics)
    : core_(std::make_shared<core>(loop.get_executor(), std::move(with), metrics)) {}

http_client::~http_client() { core_->close(); }

task<result<http_response>> http_client::send(http_request what) {
    auto const kept = core_;
    co_return co_await kept->send(std::move(what));
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view unreserved = "-._~";
    std::string encoded;
    encoded.reserve(text.size());
    for (auto const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        auto const plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (plain || unreserved.find(c) != unreserved.npos) {
            encoded += c;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

}  // namespace agente::net
