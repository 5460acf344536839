#include "operations/redis_causes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace agente::operations {
namespace {

struct cause {
    std::string_view code, what, cure;
};

constexpr std::string_view another_node =
    "use a single server, or the address of the provider's proxy: the service needs all its keys "
    "on one node";
constexpr std::string_view primary = "put the address of the primary into REDIS_URL";
constexpr std::string_view reach =
    "check host and port in REDIS_URL, that Redis runs there, and that firewalls let this machine "
    "through; a port that speaks TLS wants rediss://, one that does not redis://";

constexpr std::array causes{
    cause{"redis.not_authenticated", "Redis refused the user or the password",
          "copy the whole URL from the provider's console into REDIS_URL (rediss://default:PASSWORD"
          "@HOST:PORT), and percent-encode special characters of the password: # is %23, / is %2F, "
          "@ is %40"},
    cause{"redis.not_permitted", "the user's rights do not allow it",
          "use the token that may write, not the read-only one; a user of your own server needs "
          "ACL SETUSER NAME ~* +@read +@write +@scripting +@connection +info"},
    cause{"redis.limit_exceeded", "the provider's limit is used up",
          "raise the plan or the limit at the provider, or wait until it is counted anew; until "
          "then conversations lose their thread and bookings are locked by the database"},
    cause{"redis.out_of_memory", "Redis has reached its memory limit and refuses writes",
          "raise maxmemory or the plan; do not turn eviction on: sessions and locks live there"},
    cause{"redis.cluster", "this is a node of a Redis Cluster", another_node},
    cause{"redis.read_only", "this Redis is a read-only replica", primary},
    cause{"redis.cannot_persist", "Redis refuses writes because it cannot save to its disk",
          "free space on that machine, or look at Redis's log"},
    cause{"redis.no_replicas", "Redis refuses writes because too few replicas are attached",
          "bring the replicas back, or lower min-replicas-to-write"},
    cause{"redis.loading", "Redis is still loading its data", "wait, and run this again"},
    cause{"redis.busy", "a script has kept Redis busy for too long",
          "run this again; when it stays so: SCRIPT KILL, and look for other programs that use it"},
    cause{"redis.no_such_host", "the host's name cannot be resolved",
          "correct the host in REDIS_URL: copy it from the provider's console"},
    cause{"redis.certificate", "the server's certificate was not accepted",
          "use the host name that the certificate is for; for an authority of your own add "
          "?ssl_ca_certs=/path/ca.crt to REDIS_URL; do not turn the verification off"},
    cause{"redis.no_tls", "the TLS handshake failed",
          "this port does not speak TLS, or not a version from 1.2: take the provider's TLS port, "
          "or redis:// when the server has none and is on this machine"},
    cause{"redis.connect_timeout", "no connection came about in time", reach},
    cause{"redis.unreachable", "it cannot be reached", reach},
    cause{"redis.unavailable", "the connection was lost", reach},
    cause{"redis.in_doubt", "no answer came",
          "look whether the server is overloaded or a proxy between cuts connections, and run this "
          "again"},
    cause{"redis.timeout", "no answer came in time",
          "look whether the server is overloaded, and run this again"},
};

constexpr cause other{"", "it was refused",
                      "look the text up in the server's or provider's documentation: the service "
                      "needs this command"};

// "… (Redis says: NOPERM …)", as redis::explain writes it; else the whole message.
std::string_view said_in(std::string_view message) {
    constexpr std::string_view mark = "(Redis says: ";
    auto const at = message.find(mark);
    if (at == message.npos || !message.ends_with(')')) return message;
    return message.substr(at + mark.size(), message.size() - at - mark.size() - 1);
}

}  // namespace

finding redis_fault(std::string check, std::string_view doing, std::string_view code,
                    std::string_view message) {
    auto const* const found = std::ranges::find(causes, code, &cause::code);
    auto const& known = found == causes.end() ? other : *found;
    return {std::move(check), severity::fault,
            fmt::format("{}: {} ({})", doing, known.what, said_in(message)),
            std::string(known.cure)};
}

}  // namespace agente::operations
