#include "postgres/session.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "base/text.hpp"
#include "net/deadline.hpp"
#include "net/gate.hpp"

namespace agente::postgres {
namespace {

error unreachable(std::string why) {
    return error(agente::error(error_kind::unavailable, "postgres.unreachable",
                               "postgres.connect: " + std::move(why)));
}

// getaddrinfo runs on Asio's resolver thread. It cannot be interrupted, so it is waited for, never
// joined: a late answer finds nobody.
task<std::vector<std::string>> resolve(std::string host,
                                       std::chrono::steady_clock::time_point until) {
    struct shared {
        explicit shared(asio::any_io_executor loop) : resolver(loop), done(loop) {}
        asio::ip::tcp::resolver resolver;
        net::gate done;
        bool answered{false};
        boost::system::error_code failed;
        std::vector<std::string> addresses;
    };
    auto const look_up = std::make_shared<shared>(co_await asio::this_coro::executor);
    look_up->resolver.async_resolve(
        host, "", [look_up](boost::system::error_code ec, auto const& found) {
            look_up->answered = true;
            look_up->failed = ec;
            for (auto const& entry : found)
                look_up->addresses.push_back(entry.endpoint().address().to_string());
            look_up->done.open_all();
        });
    while (!look_up->answered && co_await look_up->done.wait_until(until)) {
    }
    if (!look_up->answered)
        throw unreachable(fmt::format("the name {} was not resolved in time", host));
    if (look_up->failed)
        throw unreachable(
            fmt::format("the name {} cannot be resolved: {}", host, look_up->failed.message()));
    co_return look_up->addresses;
}

bool is_socket_folder(std::string_view host) {
    return host.starts_with('/') || host.starts_with('@');
}

// libpq would resolve in PQconnectStart, and block. With the addresses in `hostaddr` it does not;
// `host` stays for TLS.
task<conninfo> with_addresses(conninfo where, std::chrono::steady_clock::time_point until,
                              unsigned attempt) {
    if (where.get("host").empty() || !where.get("hostaddr").empty()) co_return where;
    std::string const host_list(where.get("host")), port_list(where.get("port"));
    auto const ports = text::split(port_list, ',');
    std::string hosts, addresses, all_ports;
    auto add = [&](std::string_view host, std::string_view address, std::string_view port) {
        auto const* const comma = all_ports.empty() && hosts.empty() ? "" : ",";
        hosts.append(comma).append(host);
        addresses.append(comma).append(address);
        all_ports.append(comma).append(port);
    };
    for (std::size_t i = 0; auto const host : text::split(host_list, ',')) {
        auto const port = ports.size() == 1  ? ports[0]
                          : i < ports.size() ? ports[i]
                                             : std::string_view();
        ++i;
        boost::system::error_code not_an_address;
        asio::ip::make_address(host, not_an_address);
        if (host.empty() || is_socket_folder(host)) {
            add(host, "", port);
        } else if (!not_an_address) {
            add(host, host, port);
        } else {
            auto found = co_await resolve(std::string(host), until);
            if (!found.empty())
                std::ranges::rotate(
                    found, found.begin() + static_cast<std::ptrdiff_t>(attempt % found.size()));
            for (auto const& address : found) add(host, address, port);
        }
    }
    where.set("host", hosts).set("hostaddr", addresses);
    if (!port_list.empty()) where.set("port", all_ports);
    co_return where;
}

// "…failed: FATAL:  28P01: password authentication failed for user "x"\nLOCATION: …": what
// verbosity VERBOSE makes of it.
error refused(std::string_view said) {
    for (auto at = said.find(":  "); at != std::string_view::npos; at = said.find(":  ", at + 1)) {
        auto const rest = said.substr(at + 3);
        if (rest.size() < 7 || rest[5] != ':') continue;
        auto const code = rest.substr(0, 5);
        if (!std::ranges::all_of(
                code, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }))
            continue;
        auto const message = rest.substr(
            7, rest.find('\n') == std::string_view::npos ? rest.npos : rest.find('\n') - 7);
        return server_error("postgres.connect", {code, message, {}, {}});
    }
    std::string line(text::trim(said));
    std::ranges::replace(line, '\n', ' ');
    return unreachable(std::move(line));
}

// The descriptor borrows libpq's socket: it must let go before libpq closes or replaces it.
struct borrowed_socket {
    explicit borrowed_socket(asio::any_io_executor const& loop) : descriptor(loop) {}
    ~borrowed_socket() { let_go(); }
    void let_go() {
        if (descriptor.is_open()) descriptor.release();
    }
    asio::posix::stream_descriptor descriptor;
};

task<session> shake_hands(conninfo where) {
    std::vector<char const*> keywords, values;
    where.for_libpq(keywords, values);
    session made(PQconnectStartParams(keywords.data(), values.data(), 0));
    auto* const c = made.get();
    if (!c || PQstatus(c) == CONNECTION_BAD) throw refused(c ? PQerrorMessage(c) : "out of memory");
    PQsetErrorVerbosity(c, PQERRORS_VERBOSE);  // the only way to learn the SQLSTATE of a refusal
    borrowed_socket socket(co_await asio::this_coro::executor);
    for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;) {
        socket.descriptor.assign(PQsocket(c));
        auto const direction = next == PGRES_POLLING_READING
                                   ? asio::posix::stream_descriptor::wait_read
                                   : asio::posix::stream_descriptor::wait_write;
        co_await socket.descriptor.async_wait(direction, asio::use_awaitable);
        socket.let_go();
        next = PQconnectPoll(c);
        if (next == PGRES_POLLING_FAILED) throw refused(PQerrorMessage(c));
        // With sslmode=prefer libpq would try a wrong password once more without TLS; one refusal
        // is enough.
        if (next != PGRES_POLLING_OK &&
            std::string_view(PQerrorMessage(c)).find(":  28P01:") != std::string_view::npos)
            throw refused(PQerrorMessage(c));
    }
    PQsetErrorVerbosity(c, PQERRORS_DEFAULT);
    PQsetNoticeProcessor(
        c,
        [](void*, char const* message) {
            log::debug("postgres.notice", {{"message", text::trim(message)}});
        },
        nullptr);
    if (PQsetnonblocking(c, 1) != 0 || PQenterPipelineMode(c) != 1)
        throw unreachable("libpq refused pipeline mode");
    co_return made;
}

}  // namespace

void finish_session::operator()(pg_conn* session) const noexcept { PQfinish(session); }

task<session> sign_in(conninfo where, std::chrono::milliseconds limit, unsigned attempt) {
    auto const until = std::chrono::steady_clock::now() + limit;
    where.set_if_missing("application_name", "agente-hotel")
        .set_if_missing("client_encoding", "UTF8")
        .set_if_missing("gssencmode", "disable")  // its handshake blocks
        .set_if_missing("keepalives_idle", "30")
        .set_if_missing("keepalives_interval", "10")
        .set_if_missing("keepalives_count", "3")
        .set_if_missing("tcp_user_timeout", "30000");
    auto resolved = co_await with_addresses(std::move(where), until, attempt);
    auto const left = until - std::chrono::steady_clock::now();
    bool late = false;
    try {
        co_return co_await net::with_deadline(shake_hands(std::move(resolved)), left,
                                              "postgres.connect_timeout");
    } catch (error const&) {
        throw;
    } catch (failure const&) {
        late = true;
    }
    if (late)
        throw error(agente::error(
            error_kind::unavailable, "postgres.connect_timeout",
            fmt::format(
                "postgres.connect: no connection within {} ms: is the address right, and reachable "
                "from here?",
                limit.count())));
    throw unreachable("not reached");
}

}  // namespace agente::postgres
