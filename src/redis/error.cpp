#include "redis/error.hpp"

#include <array>

namespace agente::redis {
namespace {

struct meaning {
    std::string_view prefix;
    error_kind kind;
    std::string_view code;
    std::string_view advice;
};

// https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors: the first word is
// the kind of error.
constexpr std::array meanings{
    meaning{
        "NOAUTH", error_kind::unavailable, "redis.not_authenticated",
        "Redis wants a password: put it into the Redis URL (rediss://default:password@host:port)"},
    meaning{
        "WRONGPASS", error_kind::unavailable, "redis.not_authenticated",
        "Redis refused the user name or password: check the Redis URL, and percent-encode special characters in it"},
    meaning{
        "ERR invalid password", error_kind::unavailable, "redis.not_authenticated",
        "Redis refused the password: check the Redis URL, and percent-encode special characters in it"},
    meaning{
        "ERR AUTH", error_kind::unavailable, "redis.not_authenticated",
        "the Redis URL has a password, but this server has none set: remove it, or set one on the server"},
    meaning{
        "ERR Client sent AUTH", error_kind::unavailable, "redis.not_authenticated",
        "the Redis URL has a password, but this server has none set: remove it, or set one on the server"},
    meaning{
        "NOPERM", error_kind::unavailable, "redis.not_permitted",
        "the Redis user may not run this command or touch this key: use a token that is not read-only, or extend "
        "the user's ACL (reading, writing and scripting on all keys are needed)"},
    meaning{
        "OOM", error_kind::unavailable, "redis.out_of_memory",
        "Redis has reached its memory limit: raise maxmemory or the plan; do not turn eviction on, sessions and "
        "locks live there"},
    meaning{
        "MOVED", error_kind::unavailable, "redis.cluster",
        "this is a node of a Redis Cluster, which is not supported: use a single server or a proxy's address"},
    meaning{
        "ASK", error_kind::unavailable, "redis.cluster",
        "this is a node of a Redis Cluster, which is not supported: use a single server or a proxy's address"},
    meaning{
        "CROSSSLOT", error_kind::unavailable, "redis.cluster",
        "this is a node of a Redis Cluster, which is not supported: use a single server or a proxy's address"},
    meaning{
        "CLUSTERDOWN", error_kind::unavailable, "redis.cluster",
        "this is a node of a Redis Cluster, which is not supported: use a single server or a proxy's address"},
    meaning{"READONLY", error_kind::unavailable, "redis.read_only",
            "this Redis is a read-only replica: the Redis URL must name the primary"},
    meaning{"MASTERDOWN", error_kind::unavailable, "redis.read_only",
            "this Redis is a replica that lost its primary: the Redis URL must name the primary"},
    meaning{
        "MISCONF", error_kind::unavailable, "redis.cannot_persist",
        "Redis refuses writes because it cannot save to its disk: free space there, or look at its log"},
    meaning{"NOREPLICAS", error_kind::unavailable, "redis.no_replicas",
            "Redis refuses writes because too few replicas are attached (min-replicas-to-write)"},
    meaning{"LOADING", error_kind::unavailable, "redis.loading",
            "Redis is still loading its data: try again soon"},
    meaning{"BUSY", error_kind::unavailable, "redis.busy",
            "a script has kept Redis busy for too long: try again soon"},
    meaning{"TRYAGAIN", error_kind::unavailable, "redis.busy", "Redis asks to try again soon"},
    meaning{
        "WRONGTYPE", error_kind::internal, "redis.wrong_type",
        "a key holds another type of value than expected: another program may use the same Redis database"},
};

// Providers that bill by the command answer with "ERR max requests limit exceeded. Limit: …, Usage:
// …" (Upstash).
constexpr std::array<std::string_view, 3> quota_texts{"max requests limit exceeded",
                                                      "max daily request limit exceeded",
                                                      "max number of clients reached"};

agente::error mean(std::string_view text) {
    for (auto const part : quota_texts)
        if (text.find(part) != text.npos)
            return agente::error(
                error_kind::unavailable, "redis.limit_exceeded",
                fmt::format(
                    "the Redis provider's limit is used up: raise the plan or the limit, or wait "
                    "until it is counted anew (Redis says: {})",
                    text));
    for (auto const& known : meanings)
        if (text.starts_with(known.prefix))
            return agente::error(known.kind, known.code,
                                 fmt::format("{} (Redis says: {})", known.advice, text));
    return agente::error(error_kind::internal, "redis.error_reply",
                         fmt::format("Redis refused a command: {}", text));
}

}  // namespace

error explain(std::string_view reply_text) {
    // A reply may quote what was sent; what people see of it is bounded.
    auto const shown = reply_text.substr(0, 300);
    return error(mean(shown), std::string(reply_text));
}

}  // namespace agente::redis
