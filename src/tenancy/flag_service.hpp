// Feature flags for who may look at them and switch them: what the HTTP API and the command line do
// with them. One a worker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/task.hpp"
#include "tenancy/caller.hpp"
#include "tenancy/feature_flags.hpp"

namespace agente::postgres {
class database;
}

namespace agente::tenancy {

class security_log;

struct flag_view {
    std::string name, description, owner;
    bool by_default{false};
    std::optional<bool> for_all;        // null: not set
    std::optional<std::string> tenant;  // the hotel that `for_tenant` and `on` are about; null: all
    std::optional<bool> for_tenant;
    bool on{false};  // what counts
    flag_source source{flag_source::current};
};
BOOST_DESCRIBE_STRUCT(flag_view, (),
                      (name, description, owner, by_default, for_all, tenant, for_tenant, on,
                       source))

// `tenant`: a slug; none: what holds for all hotels, which everybody may see and operators with the
// right platform:flags may set; somebody of a hotel sees the own hotel then. Throws failure
// "tenants.not_found" for a hotel that the caller may not reach, not_found "flags.unknown",
// forbidden "flags.for_all_refused", and what Redis throws when a flag cannot be set.
class flag_service {
public:
    flag_service(feature_flags& flags, postgres::database& database, security_log& log)
        : flags_(flags), database_(database), log_(log) {}

    task<std::vector<flag_view>> list(caller const& who, std::optional<std::string> tenant);
    task<flag_view> read(caller const& who, std::string name, std::optional<std::string> tenant);
    task<flag_view> set(caller const& who, std::string name, std::optional<std::string> tenant,
                        bool on);
    task<flag_view> unset(caller const& who, std::string name, std::optional<std::string> tenant);

private:
    flag_view view(flag const& what, std::string const& hotel, flag_source source) const;
    task<std::string> hotel_to_see(caller const& who, std::optional<std::string> tenant);
    task<std::string> hotel_to_change(caller const& who, std::optional<std::string> tenant);
    task<> must_exist(caller const& who, std::string slug);
    void note(caller const& who, flag const& what, std::string hotel, boost::json::value to);

    feature_flags& flags_;
    postgres::database& database_;
    security_log& log_;
};

}  // namespace agente::tenancy
