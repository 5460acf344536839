#include "app/connections.hpp"

#include <fmt/format.h>

namespace agente::app {
namespace {

// `all` spread over `workers`: the first ones get one more when it does not divide.
std::size_t share(std::size_t all, std::size_t workers, std::size_t worker) {
    return all / workers + (worker < all % workers ? 1 : 0);
}

result<postgres::options> base_options(secret const& url, char const* variable) {
    if (url.empty())
        return error(
            error_kind::invalid, "config.no_database",
            "DATABASE_URL is not set: give the PostgreSQL address, or try everything without any configuration: agente-hotel demo");
    auto parsed = postgres::parse_url(url.reveal());
    if (parsed.has_error())
        return error(parsed.error().kind(), parsed.error().code(),
                     fmt::format("{}: {}", variable, parsed.error().message()));
    postgres::options out;
    out.server = std::move(*parsed);
    return out;
}

}  // namespace

result<postgres::options> database_options(settings const& s, std::size_t worker,
                                           std::shared_ptr<postgres::auth_budget> authentication) {
    auto out = base_options(s.database_url, "DATABASE_URL");
    if (out.has_error()) return out;
    auto const pool = s.effective_pool();
    auto const workers = static_cast<std::size_t>(s.workers);
    out->size = std::max<std::size_t>(1, share(pool.size, workers, worker));
    out->overflow = share(pool.overflow, workers, worker);
    out->mode = s.pipeline == "multi"    ? postgres::pipeline_mode::probed
                : s.pipeline == "single" ? postgres::pipeline_mode::single
                                         : postgres::pipeline_mode::automatic;
    out->statement_timeout = std::chrono::milliseconds(s.statement_timeout_ms);
    out->reply_deadline = std::chrono::milliseconds(s.database_reply_ms);
    out->authentication = std::move(authentication);
    return out;
}

result<redis::options> redis_options(settings const& s) {
    if (s.redis_url.empty())
        return error(error_kind::invalid, "config.no_redis",
                     "REDIS_URL is not set: give the Redis address (redis://host:6379/0)");
    auto parsed = redis::parse_url(s.redis_url.reveal());
    if (parsed.has_error())
        return error(parsed.error().kind(), parsed.error().code(),
                     "REDIS_URL: " + parsed.error().message());
    return parsed;
}

}  // namespace agente::app
