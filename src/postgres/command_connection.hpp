// One connection for the commands of operators: blocking, a deadline for every wait, any SQL, and
// everything libpq can tell about the endpoint. The service never uses it: it has database.hpp.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "postgres/batch.hpp"
#include "postgres/conninfo.hpp"
#include "postgres/rows.hpp"
#include "postgres/table.hpp"

namespace agente::postgres {

// How the connection is encrypted, and what of the server's certificate was checked.
struct tls_state {
    bool encrypted{false};
    std::string protocol, cipher;  // "TLSv1.3", "TLS_AES_256_GCM_SHA384"
    bool chain_verified{false};    // sslmode=verify-ca, verify-full, or require with a root file
    bool name_verified{false};     // sslmode=verify-full
    std::string root;              // the file it was checked against; empty: it was not
    std::string subject, issuer;   // of the server's certificate: "CN=…"
    std::optional<time_point> expires;
};

struct command_limits {
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds answer{60'000};  // of one statement or script
};

class command_connection {
public:
    // Throws postgres::error of kind unavailable, as sign_in does.
    explicit command_connection(conninfo where, command_limits limits = {});
    ~command_connection();
    command_connection(command_connection&&) noexcept;
    command_connection& operator=(command_connection&&) noexcept;

    // These throw postgres::error: the server's report; `timeout` past the limit and
    // `unavailable` or `in_doubt` when the connection ended; both close it.
    template <class Row, class... Args>
    std::vector<Row> rows(query<Row, Args...> const& q, std::type_identity_t<Args> const&... args) {
        return read_rows<Row>(q.name, send({q.name, q.sql, parameters::of(q.name, args...)}));
    }
    template <class Row, class... Args>
    std::optional<Row> row(query<Row, Args...> const& q,
                           std::type_identity_t<Args> const&... args) {
        return read_row<Row>(q.name, send({q.name, q.sql, parameters::of(q.name, args...)}));
    }
    template <class... Args>
    std::int64_t execute(query<void, Args...> const& q, std::type_identity_t<Args> const&... args) {
        return send({q.name, q.sql, parameters::of(q.name, args...)}).affected();
    }

    // A statement made at run time; `name` appears in errors.
    table ask(std::string_view name, std::string const& sql);
    // Several statements at once, one implicit transaction unless they say otherwise; the answer to
    // each, in order.
    std::vector<table> script(std::string_view name, std::string const& sql);

    // A named statement, and running it by its name: for probing what a pooler makes of it.
    void prepare(std::string const& statement, std::string const& sql);
    table run_prepared(std::string const& statement);

    tls_state tls() const;
    std::string parameter(char const* name) const;  // as the server reports it: "server_version"
    int server_version() const;                     // 150020
    int backend_pid() const;      // as told at the sign-in; a pooler tells one of its own
    std::string address() const;  // the one connected to: "203.0.113.7:6543"
    bool open() const noexcept;
    void close() noexcept;

    // What the server says beside its answers ("NOTICE:  …"), one line each.
    void on_notice(std::function<void(std::string_view)> told);

private:
    struct state;

    table send(statement const& one);
    std::vector<table> answers(std::string_view name, bool sent);

    std::unique_ptr<state> state_;
};

}  // namespace agente::postgres
