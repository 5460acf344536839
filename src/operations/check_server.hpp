// The server, its clock, how far away it is, and who we are there. Used by `check`.
#pragma once

#include <string>
#include <vector>

#include "operations/finding.hpp"
#include "postgres/command_connection.hpp"

namespace agente::operations {

struct server_facts {
    std::string version;  // "15.8"
    int version_number{};
    bool standby{}, read_only{};
    std::string encoding, time_zone, statement_timeout;
};

struct role_facts {
    std::string name;
    bool superuser{}, bypasses_rls{}, makes_roles{};
    bool makes_schemas{};              // in this database
    std::vector<std::string> becomes;  // of our roles, those it can become
    std::vector<std::string> missing;  // of our roles, those that are not there
};

struct distance {
    std::chrono::microseconds median{}, p95{};
    std::chrono::microseconds skew{};       // the server's clock minus ours
    std::chrono::microseconds uncertain{};  // half of the shortest round trip
};

server_facts read_server(postgres::command_connection& db);
role_facts read_role(postgres::command_connection& db);
distance measure_distance(postgres::command_connection& db, int round_trips);

findings judge_server(server_facts const& facts);
findings judge_role(role_facts const& facts);
findings judge_distance(distance const& seen);

}  // namespace agente::operations
