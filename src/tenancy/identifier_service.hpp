// What guests of a hotel are known by, for who may: what the HTTP API and the command line do with
// identifiers. One a worker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/page.hpp"
#include "net/task.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/identifier_store.hpp"

namespace agente::tenancy {

class security_log;

struct identifier_view {
    std::string identifier;
    time_point created_at;
};
BOOST_DESCRIBE_STRUCT(identifier_view, (), (identifier, created_at))

struct identifiers_key {  // of a page's last identifier
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(identifiers_key, (), (id))

struct added_identifier {
    identifier_view what;
    bool is_new{false};  // false: the hotel has had it
};

struct found_identifier {
    std::string slug, hotel, identifier;
    time_point created_at;
};

// Every function but find() throws failure "tenants.not_found" for a hotel that the caller may not
// reach, and postgres::error.
class identifier_service {
public:
    identifier_service(postgres::database& database, security_log& log)
        : database_(database), log_(log) {}

    task<http::page<identifier_view>> list(caller const& who, std::string slug, int limit,
                                           std::optional<std::string> cursor);

    // In its normal spelling (tenancy/identifiers.hpp). Throws invalid "identifiers.malformed" for
    // what no guest can be known by, conflict "identifiers.taken" when another hotel has it, in
    // whatever spelling; which one is said to operators only.
    task<added_identifier> add(caller const& who, std::string slug, std::string text);

    // Every spelling of it. Throws not_found "identifiers.not_found".
    task<> remove(caller const& who, std::string slug, std::string text);

    // Which hotels have it, in any spelling: for operators on a command line.
    task<std::vector<found_identifier>> find(std::string text);

private:
    postgres::database& database_;
    security_log& log_;
};

}  // namespace agente::tenancy
