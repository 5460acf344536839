#include "channels/outbox.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace agente::channels {

outbox::outbox(asio::io_context& loop, postgres::database& database, outbox_options options,
               telemetry::metrics& metrics)
    : database_(database), options_(std::move(options)),
      endings_(loop.get_executor(),
               [this](std::vector<store::turn_end> const& all) { return end_turns(all); }),
      results_(
          loop.get_executor(),
          [this](std::vector<store::sending_result> const& all) { return write_results(all); }),
      window_closed_(
          metrics.count("channels_window_closed_total",
                        "Messages refused because the guest's last one is older than 24 hours")),
      failed_later_(metrics.count("channels_delivery_failures_total",
                                  "Messages that were accepted and then reported as failed")) {}

task<std::optional<std::vector<outgoing>>> outbox::end_turn(turn_ending what,
                                                            std::vector<std::string> ids) {
    store::turn_end end{.inbox_ids = what.inbox_ids,
                        .outcome = what.outcome,
                        .tenant_id = what.tenant,
                        .channel = what.of.channel,
                        .sender = what.of.number_id,
                        .guest = what.of.guest,
                        .reply_ids = ids};
    for (auto const& reply : what.replies) end.replies.emplace_back(reply);
    auto const [row, trouble] = co_await endings_.ask(std::move(end));
    if (trouble) std::rethrow_exception(trouble);
    auto const wanted = static_cast<std::int64_t>(what.inbox_ids.size()),
               replies = static_cast<std::int64_t>(ids.size());
    bool const now = row.ended == wanted && row.replies == replies;
    // An earlier try, whose answer was lost.
    bool const before = replies > 0 && row.replies_before == replies;
    if (!now && !before) co_return std::nullopt;
    std::vector<outgoing> out;
    for (std::size_t i = 0; i < ids.size(); ++i)
        out.push_back({.id = ids[i], .to = what.of, .message = std::move(what.replies[i])});
    co_return out;
}

// What the server refuses of one turn must not stand in the way of the others.
task<std::vector<outbox::ended_turn>> outbox::end_turns(std::vector<store::turn_end> const& all) {
    try {
        co_return co_await end_together(all);
    } catch (postgres::error const& e) {
        auto const kind = e.reason().kind();
        bool const refused = kind == error_kind::invalid || kind == error_kind::internal;
        if (!refused || all.size() == 1) throw;
    }
    std::vector<ended_turn> out;
    for (auto const& one : all) {
        std::vector<store::turn_end> alone;
        alone.push_back(one);
        try {
            out.push_back((co_await end_together(alone)).front());
        } catch (postgres::error const&) {
            out.push_back({.row = {}, .trouble = std::current_exception()});
        }
    }
    co_return out;
}

task<std::vector<outbox::ended_turn>> outbox::end_together(
    std::vector<store::turn_end> const& all) {
    postgres::batch one(postgres::access::system());
    auto const at = store::end_turns(one, options_.owner,
                                     std::chrono::duration<double>(options_.lease).count(), all);
    auto const answers = co_await database_.run(std::move(one));
    std::vector<ended_turn> out;
    for (auto const& row : answers.rows(at)) out.push_back({.row = row, .trouble = nullptr});
    co_return out;
}

task<> outbox::write_result(store::sending_result what) { co_await results_.ask(std::move(what)); }

task<std::vector<bool>> outbox::write_results(std::vector<store::sending_result> const& all) {
    postgres::batch one(postgres::access::system());
    store::write_results(one, options_.owner, all);
    co_await database_.run(std::move(one));
    co_return std::vector<bool>(all.size(), true);
}

task<> outbox::apply(std::string channel, std::vector<delivery_update> told) {
    auto const summaries = summarise(told);
    if (summaries.empty()) co_return;
    postgres::batch one(postgres::access::system());
    auto const at = store::apply_deliveries(one, channel, summaries);
    auto const answers = co_await database_.run(std::move(one));
    for (auto const& row : answers.rows(at)) {
        if (row.state != "failed") continue;
        failed_later_.add();
        if (row.error && row.error->starts_with("131047")) window_closed_.add();
        log::warn("channels.delivery_failed",
                  {{"outbox_id", row.id}, {"message", row.error.value_or("")}});
    }
}

task<bool> outbox::add_follow_up(postgres::access as, store::follow_up_row row) {
    postgres::batch one(std::move(as));
    auto const at = store::add_follow_up(one, row);
    auto const answers = co_await database_.run(std::move(one));
    co_return answers.affected(at) == 1;
}

}  // namespace agente::channels
