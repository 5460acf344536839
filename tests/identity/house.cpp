#include "identity/house.hpp"

namespace agente::identity {
namespace {

redis::options redis_options_of(std::string const& url) {
    auto with = redis::parse_url(url).value();
    with.reconnect = {std::chrono::milliseconds(5), std::chrono::milliseconds(20)};
    return with;
}

http::request request_with(std::string const& token, std::string_view route) {
    http::request r;
    r.headers.emplace_back("authorization", "Bearer " + token);
    r.remote_address = "192.0.2.1";
    r.route = route;
    return r;
}

}  // namespace

instance::instance(asio::io_context& l, std::string const& database_url,
                   std::string const& redis_url, net::cpu_pool& pool, moved_clock const& time,
                   options const& with, telemetry::metrics& metrics)
    : loop(l), db(l, support::pool_options(database_url), metrics),
      redis(l, redis_options_of(redis_url), metrics), sealer({secret(std::string(32, 's'))}),
      identity(l, db, redis, pool, sealer, time, with, metrics) {
    support::run(loop, db.start());
    support::run(loop, redis.start());
}

instance::~instance() {
    support::run(loop, identity.stop(std::chrono::seconds(10)));
    support::run(loop, redis.stop());
    support::run(loop, db.stop());
}

options house::fast_options() {
    options out;
    out.secret_keys = {secret(std::string(32, 'k'))};
    out.refuse_after = std::chrono::milliseconds(0);
    out.cost = {.memory_kib = 64, .passes = 1, .lanes = 1};
    out.lockout.redis_deadline = std::chrono::seconds(10);
    return out;
}

house::house() : url(support::fresh_database()), redis_url(support::redis().url()) {
    home = &another_instance();
    run(home->redis.command({"FLUSHALL"}));
    auto const hash = hash_password(secret(password_of_all), with.cost);
    sql(fmt::format(
        "insert into public.tenants (tenant_id, name) values ('sol', 'Hotel Sol'), ('luna', 'Hotel Luna');"
        "insert into public.users (id, username, email, hashed_password, tenant_id, role, is_superuser) values"
        " ('u-root', 'root', 'root@platform.example', '{0}', null, 'viewer', true),"
        " ('u-ana', 'ana', 'ana@sol.example', '{0}', 'sol', 'owner', false),"
        " ('u-max', 'max', 'max@sol.example', '{0}', 'sol', 'manager', false),"
        " ('u-eva', 'eva', 'eva@sol.example', '{0}', 'sol', 'agent', false),"
        " ('u-luz', 'luz', 'luz@luna.example', '{0}', 'luna', 'owner', false),"
        " ('u-leo', 'leo', 'leo@luna.example', '{0}', 'luna', 'viewer', false)",
        hash));
}

house::~house() { instances.clear(); }

instance& house::another_instance() {
    instances.push_back(
        std::make_unique<instance>(loop, url, redis_url, pool, time, with, metrics));
    return *instances.back();
}

issued_tokens house::sign_in(std::string identifier, std::string password, std::string address) {
    return run(home->identity.signing_in.with(
        {.identifier = std::move(identifier), .password = secret(std::move(password)), .code = {}},
        {.address = std::move(address), .user_agent = "test"}));
}

std::string house::sign_in_code(std::string identifier, std::string password, std::string address,
                                std::optional<std::string> code) {
    return code_of(
        home->identity.signing_in.with({.identifier = std::move(identifier),
                                        .password = secret(std::move(password)),
                                        .code = std::move(code)},
                                       {.address = std::move(address), .user_agent = "test"}));
}

tenancy::caller_ptr house::caller(std::string const& access_token, instance* at) {
    auto const r = request_with(access_token, "/api/v1/auth/sessions");
    return run((at ? at : home)->identity.who.caller_of(r));
}

std::string house::caller_code(std::string const& access_token, instance* at,
                               std::string_view route) {
    auto const r = request_with(access_token, route);
    return code_of((at ? at : home)->identity.who.caller_of(r));
}

std::string house::events(std::string const& where) {
    for (auto const& one : instances) run(one->identity.events.drain(std::chrono::seconds(30)));
    return sql(
        "select string_agg(event_type, ' ' order by occurred_at, id) from agente.security_events where " +
        where);
}

}  // namespace agente::identity
