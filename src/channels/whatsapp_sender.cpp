#include "channels/whatsapp_sender.hpp"

#include <boost/json/serialize.hpp>
#include <chrono>

#include "base/log.hpp"
#include "base/text.hpp"
#include "channels/whatsapp_answer.hpp"
#include "net/retry.hpp"

namespace agente::channels {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

whatsapp_sender::whatsapp_sender(asio::io_context& loop, net::http_client& http, outbox& journal,
                                 whatsapp_sender_options options, telemetry::metrics& metrics)
    : http_(http), journal_(journal), options_(std::move(options)), queue_(options_.queue),
      crew_(loop.get_executor()), metrics_(metrics),
      resent_(metrics.count(
          "channels_resent_total",
          "Messages sent again because nobody told what became of the first sending")),
      window_closed_(
          metrics.count("channels_window_closed_total",
                        "Messages refused because the guest's last one is older than 24 hours")) {}

void whatsapp_sender::start() { crew_.run("whatsapp_sender", dispatch()); }

void whatsapp_sender::add(std::vector<outgoing> replies) {
    for (auto& one : replies) {
        if (one.resent) resent_.add();
        queue_.add(std::move(one));
    }
    changed_.open_all();
}

task<> whatsapp_sender::dispatch() {
    while (!stopping_) {
        auto const now = steady_clock::now();
        for (auto& one : queue_.start(now)) crew_.run("whatsapp_delivery", deliver(std::move(one)));
        auto const next = queue_.next_start(now);
        if (!next)
            co_await changed_.wait();
        else if (*next > now)
            co_await changed_.wait_until(*next);
    }
}

milliseconds whatsapp_sender::pause_after(int attempts) const {
    system_random random;
    net::backoff pauses({options_.first_pause, options_.most_pause}, random);
    auto pause = pauses.next();
    for (int i = 1; i < attempts; ++i) pause = pauses.next();
    return pause;
}

task<result<net::http_response>> whatsapp_sender::post(net::http_request request,
                                                       std::string number_id) {
    if (options_.token_of) {
        std::optional<error> trouble;
        try {
            auto token = co_await options_.token_of(std::move(number_id));
            if (token)
                request.bearer = std::move(*token);
            else
                trouble = token.error();
        } catch (failure const& e) {
            trouble = e.reason();
        }
        // It never left: whatever the trouble is called, it is safe to try again.
        if (trouble) co_return error(error_kind::unavailable, trouble->code(), trouble->message());
    } else {
        request.bearer = options_.access_token;
    }
    co_return co_await http_.send(std::move(request));
}

task<> whatsapp_sender::deliver(outgoing one) {
    auto const to = one.to;
    ++one.attempts;
    auto message = one.message;
    message["biz_opaque_callback_data"] =
        one.id;  // comes back with every status: how an unknown outcome is settled
    net::http_request request;
    request.method = "POST";
    request.url = options_.base_url + "/" + net::percent_encode(to.number_id) + "/messages";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = boost::json::serialize(message);
    request.deadline = options_.deadline;
    request.most_body = 256 * 1024;
    auto const answer = co_await post(std::move(request), to.number_id);
    auto const outcome = read_send_answer(answer);

    store::sending_result result{.id = one.id,
                                 .state = "sent",
                                 .provider_message_id = std::nullopt,
                                 .error = std::nullopt,
                                 .attempts = one.attempts};
    std::string_view word = "accepted";
    switch (outcome.verdict) {
        case send_verdict::accepted:
            result.provider_message_id = outcome.provider_message_id;
            break;
        case send_verdict::again:
            if (one.attempts <
                (outcome.everybody ? options_.most_attempts_in_trouble : options_.most_attempts)) {
                auto const pause =
                    std::max<milliseconds>(outcome.least_wait, pause_after(one.attempts));
                log::warn("channels.send_again", {{"outbox_id", one.id},
                                                  {"attempts", one.attempts},
                                                  {"message", outcome.reason}});
                auto const when = steady_clock::now() + pause;
                if (outcome.everybody) queue_.hold(to.number_id, when);
                queue_.again(std::move(one), when);
                metrics_
                    .count("channels_sendings_total", "Attempts to send a message, by outcome",
                           {{"outcome", "again"}})
                    .add();
                changed_.open_all();
                co_return;
            }
            word = "failed";
            result.state = "failed";
            break;
        case send_verdict::refused:
            if (outcome.outside_window) window_closed_.add();
            word = "failed";
            result.state = "failed";
            break;
        case send_verdict::unknown:
            // It is sent again when no callback tells; but not to a guest whom every sending may
            // reach for ever.
            word = one.attempts < options_.most_attempts ? "unknown" : "failed";
            result.state = word;
            break;
    }
    metrics_
        .count("channels_sendings_total", "Attempts to send a message, by outcome",
               {{"outcome", std::string(word)}})
        .add();
    if (outcome.verdict != send_verdict::accepted) {
        result.error = text::shorten(
            outcome.code != 0 ? fmt::format("{} {}", outcome.code, outcome.reason) : outcome.reason,
            400);
        log::warn("channels.not_sent", {{"outbox_id", one.id},
                                        {"outcome", word},
                                        {"code", outcome.code},
                                        {"message", outcome.reason}});
    }
    // The guest's next message need not wait for the result to be written.
    queue_.done(to);
    changed_.open_all();
    co_await write(std::move(result));
}

// Lost results are no lost messages: a callback, or a sweep after the lease, settles the row.
task<> whatsapp_sender::write(store::sending_result result) {
    auto const end = steady_clock::now() + options_.most_write;
    system_random random;
    net::backoff pauses({100ms, 2s}, random);
    for (;;) {
        try {
            co_await journal_.write_result(result);
            co_return;
        } catch (failure const& e) {
            if (steady_clock::now() >= end) {
                log::error(
                    "channels.result_not_written",
                    {{"outbox_id", result.id}, {"state", result.state}, {"message", e.what()}});
                co_return;
            }
        }
        co_await net::pause(pauses.next());
    }
}

task<std::vector<std::string>> whatsapp_sender::stop(milliseconds drain) {
    stopping_ = true;
    changed_.open_all();
    if (!co_await crew_.join_for(drain)) {
        crew_.cancel();
        co_await crew_.join();
    }
    // Not those that were cut off under way: they may have arrived, and are settled like after a
    // crash.
    co_return queue_.waiting();
}

}  // namespace agente::channels
