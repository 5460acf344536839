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
    auto const count = one.values.size();
    auto* const c = session_.get();
    // Not in a transaction of its own: whoever leased the connection asks once.
    auto const* const kept =
        keep_ && !exclusive_ ? kept_.use(one.sql, one.values.types(), count) : nullptr;
    auto const sent =
        kept ? PQsendQueryPrepared(c, kept->name.c_str(), count, values.data(), nullptr, nullptr, 0)
             : PQsendQueryParams(c, one.sql.data(), count, one.values.types(), values.data(),
                                 nullptr, nullptr, 0);
    if (sent != 1) return break_down(one_line(PQerrorMessage(c)));
    check_socket();
}

void connection::sync() {
    if (closed_ || broken_) return;
    if (PQpipelineSync(session_.get()) != 1)
        return break_down(one_line(PQerrorMessage(session_.get())));
    owed_.push_back(nullptr);
    ask_for_kept();
    flush();
}

// Each with a Sync of its own: one that cannot be parsed takes nothing with it.
void connection::ask_for_kept() {
    auto* const c = session_.get();
    while (auto* const wish = kept_.next_wish()) {
        auto const& [sql, as] = *wish;
        if (PQsendPrepare(c, as.name.c_str(), sql.c_str(), static_cast<int>(as.types.size()),
                          as.types.data()) != 1 ||
            PQpipelineSync(c) != 1)
            return break_down(one_line(PQerrorMessage(c)));
        owed_.push_back(wish);
    }
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
    while (!closed_ && !broken_ && !owed_.empty() && PQisBusy(session_.get()) == 0) {
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
    auto const status = PQresultStatus(result);
    auto* const parsing = owed_.front();
    if (parsing && status != PGRES_PIPELINE_SYNC && status != PGRES_FATAL_ERROR)
        return kept_.settled(*parsing, status == PGRES_COMMAND_OK);
    switch (status) {
        case PGRES_PIPELINE_SYNC:
            owed_.pop_front();
            if (!parsing) events_.synced(id_);
            return;
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
            if (parsing) return kept_.settled(*parsing, false);
            if (sqlstate == "26000" || sqlstate == "0A000") kept_.give_up();
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
