#include "channels/rig.hpp"

#include "base/ids.hpp"
#include "support/run.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::channels {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

redis::options redis_options(std::string const& url) {
    return redis::parse_url(url.empty() ? support::redis().url() : url).value();
}

// Every question is answered that the hotel cannot be asked now.
class closed_office final : public hotel::property_system {
    static error closed() {
        return error(error_kind::unavailable, "pms.unavailable", "nobody answers");
    }

public:
    task<result<hotel::catalogue>> read_catalogue() override { co_return closed(); }
    task<result<std::vector<hotel::offer>>> availability(hotel::stay, hotel::occupancy,
                                                         int) override {
        co_return closed();
    }
    task<result<hotel::booking>> create(hotel::booking_order) override { co_return closed(); }
    task<result<std::optional<hotel::booking>>> find_by_reference(std::string) override {
        co_return closed();
    }
    task<result<hotel::booking>> read(std::int64_t) override { co_return closed(); }
    task<result<bool>> doubled(hotel::booking const&) override { co_return closed(); }
    task<result<void>> cancel(std::int64_t) override { co_return closed(); }
};

task<booking::outcome> no_booking(tenancy::scope const&, hotel::property_system&, booking::order) {
    co_return booking::outcome{};
}

// Sessions, locks and choices of the test before.
task<> forget_everything(asio::io_context& loop, telemetry::metrics& metrics) {
    redis::connection redis(loop, redis_options({}), metrics);
    co_await redis.start();
    std::vector<std::string> const command{"FLUSHALL"};
    co_await redis.command(command);
    co_await redis.stop();
}

task<> connect(instance& of) {
    co_await of.database.start();
    co_await of.redis.start();
    of.worker.start();
    of.port = of.server->listen("127.0.0.1", 0);
}

task<> disconnect(instance& of, std::chrono::milliseconds drain) {
    co_await of.server->stop(drain);
    co_await of.worker.stop(drain);
    co_await of.redis.stop();
    co_await of.database.stop();
}

}  // namespace

instance::instance(instance_options o, std::string api_url)
    : owner(new_uuid()), database(loop, support::pool_options(o.database_url), metrics),
      redis(loop, redis_options(o.redis_url), metrics), http(loop, {}, metrics),
      directory(database, time, {.fresh = 100ms, .fresh_misses = 50ms}, metrics),
      sessions(redis, {.lock_ttl = 2s}, metrics), receptionist(no_booking, time, metrics),
      inbox(loop, database, {.owner = owner, .lease = o.lease}, metrics),
      outbox(loop, database, {.owner = owner, .lease = o.lease}, metrics),
      question(redis, directory, {}),
      turns(
          inbox, outbox, directory, question, sessions, receptionist,
          [on_turn =
               o.on_turn](tenancy::tenant const& who) -> std::shared_ptr<hotel::property_system> {
              if (on_turn) on_turn(who);
              return std::make_shared<closed_office>();
          },
          o.turns, metrics),
      sender(loop, http, outbox,
             {.base_url = std::move(api_url),
              .access_token = o.token_of ? secret("not this one") : access_token,
              .token_of = o.token_of,
              .queue = o.sending,
              .deadline = o.sending_deadline,
              .first_pause = 1ms,
              .most_pause = 20ms,
              .most_attempts = o.most_sending_attempts},
             metrics),
      worker(loop, database, turns, sender, owner,
             {.queue = o.queue, .lease = o.lease, .settle_after = o.settle_after}, metrics) {
    add_whatsapp_routes(
        routes, inbox, outbox, directory, time,
        {.app_secret = app_secret,
         .verify_token = verify_token,
         .own_secret =
             [](tenancy::tenant const& who) {
                 return tenancy::own_whatsapp_app_secret(who, seals);
             },
         .refuse_after = 1ms},
        [this](conversation_key const& of, std::string id, std::string tenant, bool bubble) {
            worker.note(of, std::move(id), std::move(tenant), bubble);
        },
        metrics);
    server = std::make_unique<http::server>(loop, routes, http::server_options{.access_log = false},
                                            metrics);
    support::run(loop, connect(*this));
}

instance::~instance() = default;

std::string instance::webhook() const {
    return fmt::format("http://127.0.0.1:{}/webhooks/whatsapp", port);
}

world::world()
    : database_url(support::fresh_database()),
      whatsapp(loop, time, metrics, {.access_token = access_token, .app_secret = app_secret}),
      http(loop, {}, metrics) {
    support::run(loop, forget_everything(loop, metrics));
    whatsapp.listen("127.0.0.1", 0);
}

world::~world() {
    for (auto& one : instances_)
        if (one) kill(*one);
    support::run(loop, whatsapp.stop());
}

instance& world::start(instance_options options) {
    if (options.database_url.empty()) options.database_url = database_url;
    instances_.push_back(std::make_unique<instance>(std::move(options), whatsapp.base_url()));
    return *instances_.back();
}

void world::kill(instance& which) {
    std::erase_if(instances_, [&](auto const& one) { return one.get() == &which; });
}

void world::stop(instance& which, std::chrono::milliseconds drain) {
    bool done = false;
    asio::co_spawn(which.loop, disconnect(which, drain), [&](std::exception_ptr trouble) {
        done = true;
        if (trouble) std::rethrow_exception(trouble);
    });
    until([&] { return done; });
    kill(which);
}

void world::move_once() {
    for (auto& one : instances_) {
        one->loop.restart();
        one->loop.run_for(1ms);
    }
    loop.restart();
    loop.run_for(1ms);
}

bool world::until(std::function<bool()> const& reached) {
    auto const end = steady_clock::now() + 60s;
    while (!reached()) {
        if (steady_clock::now() >= end) return false;
        move_once();
    }
    return true;
}

void world::let_pass(std::chrono::milliseconds length) {
    auto const end = steady_clock::now() + length;
    while (steady_clock::now() < end) move_once();
}

net::http_response world::send(net::http_request request) {
    std::optional<result<net::http_response>> answer;
    asio::co_spawn(loop, http.send(std::move(request)),
                   [&](std::exception_ptr trouble, result<net::http_response> got) {
                       if (!trouble) answer.emplace(std::move(got));
                   });
    until([&] { return answer.has_value(); });
    if (!answer) throw std::runtime_error("no answer within a minute");
    return answer->value();
}

net::http_response world::post(instance& to, boost::json::object const& payload,
                               secret const& signed_with) {
    return send(signed_webhook(to.webhook(), signed_with, payload));
}

void world::add_hotel(std::string const& slug, std::string const& name,
                      std::string const& number_id) {
    auto const settings =
        number_id.empty() ? "{}" : R"({"whatsapp": {"phone_number_id": ")" + number_id + R"("}})";
    sql("insert into public.tenants (tenant_id, name, settings) values ('" + slug + "', '" + name +
        "', '" + settings + "')");
}

void world::give_app(std::string const& slug) {
    sql(fmt::format(
        "update public.tenants set settings = jsonb_set(settings || "
        "'{{\"whatsapp\": {{}}}}' || settings, '{{whatsapp,app_secret}}', '\"{}\"') "
        "where tenant_id = '{}'",
        seals.seal(app_of(slug).reveal(), tenancy::secret_context(slug, "whatsapp.app_secret")),
        slug));
}

std::vector<captured_message> world::captured(std::string const& to) const {
    auto all = whatsapp.captured();
    if (!to.empty()) std::erase_if(all, [&](auto const& one) { return one.to != to; });
    return all;
}

simulated_guest guest_called(std::string phone, std::string number_id) {
    return {std::move(phone), "Ana", std::move(number_id)};
}

}  // namespace agente::channels
