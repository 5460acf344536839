#include "app/worker.hpp"

#include "app/administration.hpp"
#include "app/connections.hpp"
#include "app/edge_settings.hpp"
#include "app/health_routes.hpp"
#include "app/hotel_systems.hpp"
#include "app/retention.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "booking/lock_events.hpp"
#include "booking/recovery.hpp"
#include "booking/service.hpp"
#include "booking/stay_lock.hpp"
#include "channels/conversation_worker.hpp"
#include "channels/whatsapp_message.hpp"
#include "channels/whatsapp_routes.hpp"
#include "guest/settled_booking.hpp"
#include "http/docs_page.hpp"
#include "http/openapi.hpp"
#include "http/server.hpp"
#include "identity/rights.hpp"
#include "postgres/database.hpp"
#include "redis/connection.hpp"
#include "tenancy/keys.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::app {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr postgres::query<int> alive_query{
    "app.alive", "select version from agente.migrations order by version desc limit 1"};

milliseconds seconds(long long n) { return std::chrono::seconds(n); }

http::server_options server_options(settings const& s) {
    auto out = edge_server_options(s).value();
    out.reuse_port = s.workers > 1;
    return out;
}

channels::whatsapp_sender_options sender_options(
    settings const& s, std::function<task<result<secret>>(std::string)> token_of) {
    channels::whatsapp_sender_options out;
    out.base_url = s.whatsapp_api_base_url;
    while (out.base_url.ends_with('/')) out.base_url.pop_back();
    out.token_of = std::move(token_of);
    return out;
}

channels::conversation_worker_options worker_limits(settings const& s) {
    channels::conversation_worker_options out;
    out.queue.debounce = milliseconds(s.debounce_ms);
    out.queue.most_debounce = std::max<milliseconds>(4 * out.queue.debounce, 1ms);
    out.lease = seconds(s.lease_seconds);
    out.settle_after = seconds(s.unknown_after_seconds);
    return out;
}

}  // namespace

// In the order of construction: what is named later uses what is named earlier, and is gone before
// it.
struct worker::parts {
    parts(asio::io_context& l, settings const& set, telemetry::metrics& m,
          worker_options const& options)
        : s(set), loop(l), metrics(m), instance(new_uuid()),
          database(l, database_options(set, options.index, options.authentication).value(), m),
          redis(l, redis_options(set).value(), m), rates(redis, time, m), http_client(l, {}, m),
          admin(l, database, redis, *options.hashing, time, set, m),
          directory(database, time, {}, m), hotels(http_client, time, m, set, admin.sealed),
          lock_events(l, database, m),
          locks(l, redis, database, time, lock_events, lock_options(), m),
          bookings(database, locks, booking_options(), m),
          sessions(redis, {.ttl = std::chrono::minutes(set.session_minutes), .lock_ttl = 20s}, m),
          receptionist(bookings, time, m),
          inbox(l, database, {.owner = instance, .lease = seconds(set.lease_seconds)}, m),
          outbox(l, database, {.owner = instance, .lease = seconds(set.lease_seconds)}, m),
          question(redis, directory, {}),
          turns(
              inbox, outbox, directory, question, sessions, receptionist,
              [this](tenancy::tenant const& who) -> std::shared_ptr<hotel::property_system> {
                  return hotels.of(who);
              },
              {.feature = [this](
                              tenancy::flag const& what,
                              std::string slug) { return admin.flags.on(what, std::move(slug)); },
               .hold_back = guest_limit()},
              m),
          sender(l, http_client, outbox,
                 sender_options(set, [this](std::string id) { return token_of(std::move(id)); }),
                 m),
          conversations(l, database, turns, sender, instance, worker_limits(set), m),
          recovery(
              database, [this](std::string tenant) { return pms_of(std::move(tenant)); },
              [this](booking::settled what) { return tell(std::move(what)); },
              {.instance = instance}, m),
          background(l.get_executor()),
          door(
              rates, [this](http::request const& r) { return admin.people.who.caller_of(r); },
              edge_guard_options(set, identity::authenticator::problems()).value()) {
        add_routes();
        server = std::make_unique<http::server>(l, routes, server_options(set), m);
    }

    booking::stay_lock_options lock_options() const {
        booking::stay_lock_options out;
        out.instance = instance;
        return out;
    }
    booking::service_options booking_options() const {
        booking::service_options out;
        out.instance = instance;
        // The adapter asks several questions for one of ours: its own limit, and a little.
        out.read_limit = seconds(s.pms_timeout_seconds) + 2s;
        out.write_limit = seconds(s.pms_timeout_seconds) + 5s;
        return out;
    }

    task<std::shared_ptr<hotel::property_system>> pms_of(std::string tenant) {
        auto const found = co_await directory.by_slug(std::move(tenant));
        if (!found) co_return nullptr;
        co_return hotels.of(*found->who);
    }

    // The hotel's own, else the service's. Also of a hotel that was suspended meanwhile: what its
    // guests were promised before (a booking stands in the hotel's system by then) still reaches
    // them, from their hotel's number, which only its own token opens. The service's must not stand
    // in.
    task<result<secret>> token_of(std::string number_id) {
        if (auto const holder = co_await directory.holder_of(std::move(number_id))) {
            auto own = tenancy::own_whatsapp_token(*holder, admin.sealed);
            if (!own) co_return own.error();
            if (*own) co_return std::move(**own);
        }
        co_return s.whatsapp_access_token;
    }

    // Counted in Redis for all instances; a guest's number is not in the key.
    std::function<task<milliseconds>(std::string, std::string)> guest_limit() {
        if (s.guest_turns_per_minute == 0) return {};
        return [this](std::string slug, std::string guest) -> task<milliseconds> {
            auto const whose = crypto::hmac_sha256(s.secret_key, slug + " " + guest);
            std::vector<redis::rate> one;
            one.push_back(
                {.key = tenancy::keys::rate("turns", "guest/60",
                                            text::hex(std::string_view(whose).substr(0, 16))),
                 .requests = static_cast<int>(s.guest_turns_per_minute),
                 .per = 60s});
            auto const decided = co_await rates.take(std::move(one));
            if (decided.allowed) co_return 0ms;
            co_return std::max(1ms, std::chrono::ceil<milliseconds>(decided.shown().retry_after));
        };
    }

    task<> tell(booking::settled what);
    void add_routes();

    settings const& s;
    asio::io_context& loop;
    telemetry::metrics& metrics;
    real_clock time;
    std::string instance;  // new at every start: leases of an earlier run are nobody's

    postgres::database database;
    redis::connection redis;
    redis::rate_limiter rates;
    net::http_client http_client;
    administration admin;
    tenancy::directory directory;
    hotel_systems hotels;
    booking::lock_events lock_events;
    booking::stay_locks locks;
    booking::service bookings;
    guest::session_store sessions;
    guest::receptionist receptionist;
    channels::inbox inbox;
    channels::outbox outbox;
    channels::hotel_question question;
    channels::turn_runner turns;
    channels::whatsapp_sender sender;
    channels::conversation_worker conversations;
    booking::recovery recovery;
    channels::crew background;
    edge_guard door;
    http::router routes;
    std::unique_ptr<http::server> server;
};

// The guest hears how an unsettled booking ended, also when the hotel was suspended meanwhile. The
// message's id follows from the booking's reference: once told, told.
task<> worker::parts::tell(booking::settled what) {
    auto number = what.row.recipient.value_or(std::string());
    if (number.empty())
        if (auto const found = co_await directory.by_slug(what.row.tenant_id))
            number = found->who->whatsapp_number_id;
    if (number.empty()) number = s.whatsapp_phone_number_id;
    if (number.empty()) {
        log::error("booking.nobody_to_tell",
                   {{"reference", what.row.reference}, {"tenant", what.row.tenant_id}});
        co_return;
    }
    auto const digest =
        crypto::sha256("settled booking " + what.row.tenant_id + " " + what.row.reference);
    auto id = text::hex(digest.substr(0, 16));  // as a UUID
    for (std::size_t at : {8u, 13u, 18u, 23u}) id.insert(at, "-");
    bool const phone = what.row.guest.starts_with('+');
    channels::whatsapp_recipient const to{.phone = phone ? what.row.guest : std::string(),
                                          .user_id = phone ? std::string() : what.row.guest};
    channels::store::follow_up_row row{.id = id,
                                       .tenant_id = what.row.tenant_id,
                                       .channel = "whatsapp",
                                       .sender = number,
                                       .guest = what.row.guest,
                                       .owner = instance,
                                       .message = boost::json::value(channels::whatsapp_message(
                                           guest::settled_booking_reply(what), to)),
                                       .lease_seconds = static_cast<double>(s.lease_seconds)};
    auto message = row.message.as_object();
    if (!co_await outbox.add_follow_up(postgres::access::system(), row)) co_return;
    std::vector<channels::outgoing> one;
    one.push_back(
        {.id = row.id, .to = {row.channel, row.sender, row.guest}, .message = std::move(message)});
    sender.add(std::move(one));
}

void worker::parts::add_routes() {
    health_probes probes;
    probes.postgres = [this]() -> task<> {
        auto const applied = co_await database.row(postgres::access::system(), alive_query);
        if (!applied)
            throw failure(error(error_kind::unavailable, "postgres.no_schema",
                                "the schema is missing: run agente-hotel db deploy"));
    };
    probes.redis = [this]() -> task<> {
        std::vector<std::string> const ping{"PING"};
        co_await redis.command(ping);
    };
    if (s.check_pms_in_readiness)
        probes.pms = [this]() -> task<> {
            auto const hotel = hotels.by_default();
            auto const name = co_await hotel->probe();
            if (!name) throw failure(name.error());
        };
    add_health_routes(routes, std::move(probes), metrics,
                      {.deadline = 3s, .version = AGENTE_VERSION});

    channels::add_whatsapp_routes(
        routes, inbox, outbox, directory, time,
        {.app_secret = s.whatsapp_app_secret,
         .verify_token = s.whatsapp_verify_token,
         .own_secret =
             [this](tenancy::tenant const& who) {
                 return tenancy::own_whatsapp_app_secret(who, admin.sealed);
             }},
        [this](channels::conversation_key const& of, std::string id, std::string tenant,
               bool bubble) { conversations.note(of, std::move(id), std::move(tenant), bubble); },
        metrics);

    admin.add_routes(routes);
    routes.set_guard(door.guard(), door.duties());
    http::add_docs_route(routes);
    http::add_openapi_route(routes,
                            {.title = "Agente Hotel",
                             .version = AGENTE_VERSION,
                             .description = "The digital receptionist of hotels and hotel groups.",
                             .servers = documented_servers(s),
                             .extensions = {{"x-rights", identity::rights_table()}}});
}

worker::worker(asio::io_context& loop, settings const& s, telemetry::metrics& metrics,
               worker_options options)
    : parts_(std::make_unique<parts>(loop, s, metrics, options)) {}

worker::~worker() = default;

task<unsigned short> worker::start() {
    auto& p = *parts_;
    // Both at once: each may take its whole connect timeout when it is down.
    std::vector<task<>> connecting;
    connecting.push_back(p.database.start());
    connecting.push_back(p.redis.start());
    co_await channels::all_of(std::move(connecting));
    p.conversations.start();
    p.background.run("booking_recovery", p.recovery.run());
    p.background.run("daily_cleanup",
                     daily_cleanup(p.database, p.redis, p.instance, retention_of(p.s), p.metrics));
    co_return p.server->listen(p.s.host, static_cast<unsigned short>(p.s.port));
}

task<> worker::stop() {
    auto& p = *parts_;
    auto const drain = seconds(p.s.shutdown_seconds);
    co_await p.server->stop(std::min<milliseconds>(drain, 10s));
    co_await p.conversations.stop(drain);
    p.background.cancel();
    co_await p.background.join();
    co_await p.admin.stop(2s);
    co_await p.locks.drain(2s);
    co_await p.lock_events.drain(2s);
    co_await p.redis.stop();
    co_await p.database.stop();
}

}  // namespace agente::app
