#include "app/guest_line.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "net/retry.hpp"
#include "tenancy/directory.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::app {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

// Replies are rows of the outbox, whose transaction began at created_at: one that took long comes
// with an earlier time than what was seen before it.
constexpr auto slack = 30s;
constexpr auto between_looks = 150ms;

constexpr postgres::query<time_point> now_query{"app.chat_now", "select now()"};

struct said_row {
    std::string id;
    boost::json::value message;
    std::string state;
    std::optional<std::string> error;
    time_point created_at{};
};
BOOST_DESCRIBE_STRUCT(said_row, (), (id, message, state, error, created_at))

constexpr postgres::query<said_row, time_point, std::string, std::string> said_query{
    "app.chat_said",
    "select o.id, o.message, o.state, o.error, o.created_at from agente.outbox o"
    " where o.created_at >= $1 and o.created_at <= now() and o.sender = $2 and o.guest = $3 order by o.id limit 200"};

// The service's complaint about a key would send a guest's terminal after a new one.
failure sealed_secret(guest_line_options const& of, error const& why) {
    auto const cause = of.settings_keys.empty() ? "SETTINGS_KEY is not set here"
                       : why.code() == "settings_key.unknown"
                           ? "it was encrypted with a SETTINGS_KEY that is not known here"
                           : std::string(why.message());
    return failure(error(error_kind::unavailable, why.code(),
                         fmt::format("tenant '{}' has a WhatsApp app of its own, whose secret "
                                     "cannot be read: {}. {}",
                                     of.tenant, cause, of.other_keys)));
}

guest_line_options one_connection(guest_line_options options) {
    options.database.size = 1;
    options.database.overflow = 0;
    options.database.mode = postgres::pipeline_mode::single;
    return options;
}

}  // namespace

std::vector<postgres::query_text> guest_line_queries() {
    return {postgres::describe(now_query), postgres::describe(said_query)};
}

guest_line::guest_line(guest_line_options options)
    : options_(one_connection(std::move(options))), http_(side_.loop(), {}, metrics_),
      database_(side_.loop(), options_.database, metrics_) {
    side_.run(database_.start());
    try {
        auto found = side_.run(find_hotel());
        hotel_name_ = std::move(found.name);
        webhook_ = options_.server + "/webhooks/whatsapp";
        app_secret_ = options_.app_secret;
        if (found.own_app_secret) {
            webhook_ += "/" + options_.tenant;
            app_secret_ = std::move(*found.own_app_secret);
        }
        guest_ = {options_.phone, options_.name, std::move(found.number_id)};
        side_.run(look());  // what was said earlier is not shown
    } catch (...) {
        side_.run(database_.stop());
        throw;
    }
}

guest_line::~guest_line() { side_.run(database_.stop()); }

task<guest_line::hotel> guest_line::find_hotel() {
    real_clock const clock;
    tenancy::directory directory(database_, clock, {}, metrics_);
    auto const found = co_await directory.by_slug(options_.tenant);
    if (!found)
        throw failure(error(error_kind::not_found, "chat.no_tenant",
                            fmt::format("there is no active tenant '{}': agente-hotel tenant list "
                                        "shows which there are",
                                        options_.tenant)));
    auto own =
        tenancy::own_whatsapp_app_secret(*found->who, tenancy::sealer(options_.settings_keys));
    if (!own) throw sealed_secret(options_, own.error());
    hotel it{found->who->name, found->who->whatsapp_number_id, *std::move(own)};
    if (it.number_id.empty() && !it.own_app_secret) it.number_id = options_.shared_number;
    if (it.number_id.empty())
        throw failure(
            error(error_kind::invalid, "chat.no_number",
                  fmt::format("tenant '{}' has no WhatsApp number of its own (settings, "
                              "whatsapp.phone_number_id), and WHATSAPP_PHONE_NUMBER_ID is not set",
                              options_.tenant)));
    auto const now = co_await database_.row(postgres::access::system(), now_query);
    since_ = now.value();
    co_return it;
}

task<> guest_line::post(boost::json::object payload) {
    auto request = channels::signed_webhook(webhook_, app_secret_, payload);
    auto const answer = co_await http_.send(std::move(request));
    if (!answer)
        throw failure(
            error(error_kind::unavailable, "chat.no_service",
                  fmt::format("no answer from {}: {}", options_.server, answer.error().message())));
    if (answer->status != 200)
        throw failure(error(
            error_kind::unavailable, "chat.not_taken",
            fmt::format("{} answered {}: {}", options_.server, answer->status, answer->body)));
}

void guest_line::say(std::string const& text) {
    side_.run(
        post(channels::text_payload(guest_, channels::new_wamid(), text, real_clock{}.now())));
}

void guest_line::choose(std::string const& id, std::string const& title, bool list) {
    side_.run(post(channels::choice_payload(guest_, channels::new_wamid(), id, title, list,
                                            real_clock{}.now())));
}

task<std::vector<guest_line::heard>> guest_line::look() {
    auto const rows = co_await database_.rows(postgres::access::system(), said_query,
                                              since_ - slack, guest_.number_id, guest_.phone);
    std::vector<heard> all;
    for (auto const& row : rows) {
        if (!seen_.insert(row.id).second) continue;
        channels::captured_message m;
        channels::read_captured(row.message, m);
        all.push_back({std::move(m.text), std::move(m.choices), m.list,
                       row.state == "failed" ? row.error.value_or("not sent") : std::string()});
        since_ = std::max(since_, row.created_at);
    }
    co_return all;
}

std::vector<guest_line::heard> guest_line::listen(std::chrono::milliseconds most) {
    auto const end = steady_clock::now() + most;
    for (;;) {
        auto all = side_.run(look());
        if (!all.empty() || steady_clock::now() >= end) return all;
        side_.run(net::pause(between_looks));
    }
}

}  // namespace agente::app
