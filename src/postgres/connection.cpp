#include "postgres/connection.hpp"

#include <libpq-fe.h>
#include <openssl/ssl.h>

#include <boost/asio/post.hpp>

#include "base/text.hpp"

namespace agente::postgres {
namespace {

std::string field(PGresult const* result, int code) {
    auto const* const text = PQresultErrorField(result, code);
    return text != nullptr ? text : "";
}

std::string one_line(char const* said) {
    std::string line(text::trim(said));
    std::ranges::replace(line, '\n', ' ');
    return line;
}

}  // namespace

connection::connection(asio::any_io_executor loop, session made, int id, connection_events& events)
    : loop_(std::move(loop)), session_(std::move(made)), socket_(loop_, PQsocket(session_.get())),
      events_(events), id_(id) {}

connection::~connection() { close(); }

void connection::start() { arm(); }

void connection::close() noexcept {
    closed_ = true;
    if (socket_.is_open()) socket_.release();  // before libpq closes the socket
    session_.reset();
}

bool connection::in_transaction() const noexcept {
    auto const status = session_ ? PQtransactionStatus(session_.get()) : PQTRANS_UNKNOWN;
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

int connection::server_version() const noexcept {
    return session_ ? PQserverVersion(session_.get()) : 0;
}

int connection::backend_pid() const noexcept { return session_ ? PQbackendPID(session_.get()) : 0; }

void connection::send(statement const& one) {
    if (closed_ || broken_) return;
    auto const values = one.values.pointers();
    auto* const c = session_.get();
    if (PQsendQueryParams(c, one.sql.data(), one.values.size(), one.values.types(), values.data(),
                          nullptr, nullptr, 0) != 1)
        return break_down(one_line(PQerrorMessage(c)));
    check_socket();
}

void connection::sync() {
    if (closed_ || broken_) return;
    if (PQpipelineSync(session_.get()) != 1)
        return break_down(one_line(PQerrorMessage(session_.get())));
    ++syncs_owed_;
    flush();
}

void connection::flush() {
    if (closed_ || broken_ || writing_) return;
    auto const left = PQflush(session_.get());
    if (left == 0) return check_socket();
    if (left < 0) return break_down(one_line(PQerrorMessage(session_.get())));
    writing_ = true;
    socket_.async_wait(asio::posix::stream_descriptor::wait_write,
                       [self = shared_from_this()](boost::system::error_code) {
                           self->writing_ = false;
                           self->flush();
                       });
}

// libpq may have closed its socket already. The loop must forget the descriptor before anybody is
// given the same number again: letting go of it later would take the new owner's registration away.
void connection::break_down(std::string why) {
    if (closed_ || std::exchange(broken_, true)) return;
    if (socket_.is_open()) socket_.release();
    asio::post(loop_, [self = shared_from_this(), why = std::move(why)]() mutable {
        if (!self->closed_) self->events_.lost(self->id_, std::move(why));
    });
}

// After every call into libpq that reads or writes.
void connection::check_socket() {
    if (PQsocket(session_.get()) < 0) break_down(one_line(PQerrorMessage(session_.get())));
}

void connection::arm() {
    socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [self = shared_from_this()](boost::system::error_code ec) {
                           if (self->closed_ || self->broken_) return;
                           if (ec) return self->break_down(ec.message());
                           self->readable();
                       });
}

// TLS hands out whole records: what is left in OpenSSL's buffer makes no socket readable.
bool connection::tls_holds_more() const noexcept {
    auto* const tls = static_cast<SSL*>(PQsslStruct(session_.get(), "OpenSSL"));
    return tls != nullptr && SSL_pending(tls) > 0;
}

void connection::readable() {
    bool alive = true;
    do alive = PQconsumeInput(session_.get()) == 1;
    while (alive && tls_holds_more());
    drain();  // also of a dead connection: what came before the end counts
    if (closed_ || broken_) return;
    if (!alive || PQstatus(session_.get()) == CONNECTION_BAD)
        return break_down(one_line(PQerrorMessage(session_.get())));
    flush();
    arm();
}

void connection::drain() {
    int nulls = 0;
    while (!closed_ && !broken_ && syncs_owed_ > 0 && PQisBusy(session_.get()) == 0) {
        auto* const result = PQgetResult(session_.get());
        if (result) {
            nulls = 0;
            take(result);
        } else if (++nulls > 1 && PQstatus(session_.get()) != CONNECTION_BAD) {
            break_down("libpq has no more results, but some are owed");
        } else if (nulls > 1) {
            return;
        }
    }
}

void connection::take(PGresult* result) {
    table rows(result);  // owns it from here on
    switch (PQresultStatus(result)) {
        case PGRES_PIPELINE_SYNC: --syncs_owed_; return events_.synced(id_);
        case PGRES_PIPELINE_ABORTED: return events_.replied(id_, reply::of_skipped());
        case PGRES_TUPLES_OK:
        case PGRES_EMPTY_QUERY: return events_.replied(id_, reply::of(std::move(rows)));
        case PGRES_COMMAND_OK: {
            std::string_view const tag = PQcmdStatus(result);
            if (!exclusive_ && (tag == "BEGIN" || tag == "START TRANSACTION"))
                return break_down(
                    "a batch on a shared connection began a transaction: use an exclusive lease");
            return events_.replied(id_, reply::of(std::move(rows)));
        }
        case PGRES_FATAL_ERROR: {
            auto const severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
            auto sqlstate = field(result, PG_DIAG_SQLSTATE);
            // libpq's own reports have no SQLSTATE; FATAL and PANIC are followed by the end of the
            // connection.
            if (sqlstate.empty() || severity == "FATAL" || severity == "PANIC" ||
                PQstatus(session_.get()) == CONNECTION_BAD)
                return break_down(one_line(PQresultErrorMessage(result)));
            auto report =
                reply::of_error(std::move(sqlstate), field(result, PG_DIAG_MESSAGE_PRIMARY));
            report.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
            report.table_name = field(result, PG_DIAG_TABLE_NAME);
            return events_.replied(id_, std::move(report));
        }
        default: return break_down("a result of an unexpected kind: COPY is not for pipelines");
    }
}

}  // namespace agente::postgres
