#include "postgres/command_connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "base/text.hpp"
#include "postgres/certificate.hpp"
#include "postgres/session.hpp"

namespace agente::postgres {

struct command_connection::state {
    session pg;
    command_limits limits;
    std::function<void(std::string_view)> told;
};

namespace {

session signed_in(conninfo where, std::chrono::milliseconds limit) {
    asio::io_context loop{1};
    auto made = asio::co_spawn(loop, sign_in(std::move(where), limit, 0), asio::use_future);
    loop.run();
    auto pg = made.get();
    PQexitPipelineMode(pg.get());
    return pg;
}

std::string one_line(std::string_view said) {
    std::string line(text::trim(said));
    std::ranges::replace(line, '\n', ' ');
    return line;
}

std::string_view given(char const* text) { return text != nullptr ? text : ""; }

error report_of(std::string_view name, PGresult const* result) {
    auto const field = [&](int code) { return given(PQresultErrorField(result, code)); };
    if (field(PG_DIAG_SQLSTATE).empty())
        return connection_error(name, true, one_line(PQresultErrorMessage(result)));
    return server_error(name, {field(PG_DIAG_SQLSTATE), field(PG_DIAG_MESSAGE_PRIMARY),
                               field(PG_DIAG_CONSTRAINT_NAME), field(PG_DIAG_TABLE_NAME)});
}

// Waits for the socket. False: the deadline has passed.
bool wait_for(PGconn* pg, short events, std::chrono::steady_clock::time_point until) {
    auto const left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{PQsocket(pg), events, 0};
    return ::poll(&waiting, 1, static_cast<int>(left.count())) != 0;
}

bool tls_holds_more(PGconn* pg) {
    auto* const tls = static_cast<SSL*>(PQsslStruct(pg, "OpenSSL"));
    return tls != nullptr && SSL_pending(tls) > 0;
}

// True when PQgetResult will not block; false past the deadline. A dead connection has a result,
// too: its error.
bool await_result(PGconn* pg, std::chrono::steady_clock::time_point until) {
    for (;;) {
        auto const left_to_send = PQflush(pg);
        if (left_to_send < 0 || PQisBusy(pg) == 0) return true;
        auto const events = static_cast<short>(left_to_send > 0 ? POLLIN | POLLOUT : POLLIN);
        if (!wait_for(pg, events, until)) return false;
        do {
            if (PQconsumeInput(pg) != 1) return true;
        } while (tls_holds_more(pg));
    }
}

std::string used_option(PGconn* pg, std::string_view keyword) {
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const all(PQconninfo(pg),
                                                                           PQconninfoFree);
    for (auto const* o = all.get(); o != nullptr && o->keyword != nullptr; ++o)
        if (o->keyword == keyword) return std::string(given(o->val));
    return {};
}

}  // namespace

command_connection::command_connection(conninfo where, command_limits limits)
    : state_(new state{signed_in(std::move(where), limits.connect), limits, {}}) {
    // Notices belong to whoever asks for them; the log has enough of its own.
    PQsetNoticeProcessor(
        state_->pg.get(),
        [](void* of, char const* message) {
            auto const& told = static_cast<state*>(of)->told;
            if (told) told(one_line(given(message)));
        },
        state_.get());
}

command_connection::~command_connection() = default;
command_connection::command_connection(command_connection&&) noexcept = default;
command_connection& command_connection::operator=(command_connection&&) noexcept = default;

table command_connection::send(statement const& one) {
    auto const values = one.values.pointers();
    bool const sent =
        open() && PQsendQueryParams(state_->pg.get(), one.sql.data(), one.values.size(),
                                    one.values.types(), values.data(), nullptr, nullptr, 0) == 1;
    auto all = answers(one.name, sent);
    return all.empty() ? table() : std::move(all.back());
}

table command_connection::ask(std::string_view name, std::string const& sql) {
    return send({name, sql, {}});
}

std::vector<table> command_connection::script(std::string_view name, std::string const& sql) {
    return answers(name, open() && PQsendQuery(state_->pg.get(), sql.c_str()) == 1);
}

void command_connection::prepare(std::string const& statement, std::string const& sql) {
    answers("postgres.prepare", open() && PQsendPrepare(state_->pg.get(), statement.c_str(),
                                                        sql.c_str(), 0, nullptr) == 1);
}

table command_connection::run_prepared(std::string const& statement) {
    auto all = answers("postgres.run_prepared",
                       open() && PQsendQueryPrepared(state_->pg.get(), statement.c_str(), 0,
                                                     nullptr, nullptr, nullptr, 0) == 1);
    return all.empty() ? table() : std::move(all.back());
}

std::vector<table> command_connection::answers(std::string_view name, bool sent) {
    if (!open()) throw connection_error(name, false, "it was closed before");
    auto* const pg = state_->pg.get();
    if (!sent) {
        auto const why = one_line(PQerrorMessage(pg));
        close();
        throw connection_error(name, false, why);
    }
    auto const until = std::chrono::steady_clock::now() + state_->limits.answer;
    std::vector<table> all;
    std::optional<error> wrong;
    for (;;) {
        if (!await_result(pg, until)) {
            close();
            throw error(
                agente::error(error_kind::timeout, "postgres.no_answer",
                              fmt::format("{}: no answer within {} ms: the connection was given up",
                                          name, state_->limits.answer.count())));
        }
        auto* const result = PQgetResult(pg);
        if (result == nullptr) break;
        table rows(result);
        switch (PQresultStatus(result)) {
            case PGRES_TUPLES_OK:
            case PGRES_COMMAND_OK:
            case PGRES_EMPTY_QUERY: all.push_back(std::move(rows)); break;
            case PGRES_FATAL_ERROR:
                if (!wrong) wrong = report_of(name, result);
                break;
            default: close(); throw shape_error(name, "COPY is not for this connection");
        }
        if (PQstatus(pg) == CONNECTION_BAD) break;
    }
    if (PQstatus(pg) == CONNECTION_BAD) close();
    if (wrong) throw *wrong;
    return all;
}

tls_state command_connection::tls() const {
    tls_state now;
    auto* const pg = state_->pg.get();
    auto* const tls = pg ? static_cast<SSL*>(PQsslStruct(pg, "OpenSSL")) : nullptr;
    if (tls == nullptr) return now;
    now.encrypted = true;
    now.protocol = SSL_get_version(tls);
    now.cipher = SSL_get_cipher_name(tls);
    now.chain_verified = (SSL_get_verify_mode(tls) & SSL_VERIFY_PEER) != 0;
    now.name_verified = now.chain_verified && used_option(pg, "sslmode") == "verify-full";
    if (now.chain_verified) now.root = used_option(pg, "sslrootcert");
    if (now.chain_verified && now.root.empty()) now.root = "~/.postgresql/root.crt";
    std::unique_ptr<X509, decltype(&X509_free)> const certificate(SSL_get1_peer_certificate(tls),
                                                                  X509_free);
    if (!certificate) return now;
    auto const facts = certificate_facts_of(certificate.get());
    now.subject = facts.subject;
    now.issuer = facts.issuer;
    now.expires = facts.expires;
    return now;
}

std::string command_connection::parameter(char const* name) const {
    return std::string(open() ? given(PQparameterStatus(state_->pg.get(), name)) : "");
}

int command_connection::server_version() const {
    return open() ? PQserverVersion(state_->pg.get()) : 0;
}

int command_connection::backend_pid() const { return open() ? PQbackendPID(state_->pg.get()) : 0; }

std::string command_connection::address() const {
    if (!open()) return {};
    auto const host = given(PQhostaddr(state_->pg.get()));
    auto const port = given(PQport(state_->pg.get()));
    return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                    : fmt::format("[{}]:{}", host, port);
}

bool command_connection::open() const noexcept { return state_ && state_->pg != nullptr; }
void command_connection::close() noexcept {
    if (state_) state_->pg.reset();
}

void command_connection::on_notice(std::function<void(std::string_view)> told) {
    state_->told = std::move(told);
}

}  // namespace agente::postgres
