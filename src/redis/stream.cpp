#include "redis/stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/deadline.hpp"
#include "net/gate.hpp"
#include "redis/error.hpp"

namespace agente::redis {

struct dialer::tls_context {
    asio::ssl::context context{asio::ssl::context::tls_client};
};

namespace {

using asio::ip::tcp;
using plain_socket = asio::generic::stream_protocol::socket;
using tls_socket = asio::ssl::stream<tcp::socket>;

std::string one_line(X509_NAME const* name) {
    std::unique_ptr<BIO, decltype(&BIO_free)> const out(BIO_new(BIO_s_mem()), BIO_free);
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    auto const length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

tls_facts facts_of(SSL const* tls) {
    tls_facts out;
    out.protocol = SSL_get_version(tls);
    out.cipher = SSL_get_cipher_name(tls);
    std::unique_ptr<X509, decltype(&X509_free)> const shown(SSL_get1_peer_certificate(tls),
                                                            X509_free);
    if (!shown) return out;
    out.subject = one_line(X509_get_subject_name(shown.get()));
    out.issuer = one_line(X509_get_issuer_name(shown.get()));
    if (std::tm when{}; ASN1_TIME_to_tm(X509_get0_notAfter(shown.get()), &when) == 1)
        out.expires = time_point(std::chrono::seconds(::timegm(&when)));
    return out;
}

template <class Socket>
class stream_of final : public stream {
public:
    explicit stream_of(std::unique_ptr<Socket> socket) : socket_(std::move(socket)) {}

    task<std::size_t> read_some(char* into, std::size_t most) override {
        co_return co_await socket_->async_read_some(asio::buffer(into, most), asio::use_awaitable);
    }
    task<> write(std::string_view bytes) override {
        co_await asio::async_write(*socket_, asio::buffer(bytes), asio::use_awaitable);
    }
    void close() noexcept override {
        boost::system::error_code ignored;
        socket_->lowest_layer().close(ignored);
    }
    std::optional<tls_facts> tls() const override {
        if constexpr (std::is_same_v<Socket, tls_socket>)
            return facts_of(socket_->native_handle());
        else
            return std::nullopt;
    }

private:
    std::unique_ptr<Socket> socket_;
};

// getaddrinfo runs on a thread of Asio's and cannot be interrupted: what belongs to it lives on its
// own, so that a waiter whose time is up can leave.
struct look_up {
    explicit look_up(asio::any_io_executor const& executor) : resolver(executor) {}

    tcp::resolver resolver;
    net::gate done;
    bool finished = false;
    boost::system::error_code trouble;
    std::vector<tcp::endpoint> found;
};

task<std::vector<tcp::endpoint>> resolve(std::string host, unsigned short port) {
    boost::system::error_code not_literal;
    auto const address = asio::ip::make_address(host, not_literal);
    if (!not_literal) co_return std::vector{tcp::endpoint(address, port)};

    auto const executor = co_await asio::this_coro::executor;
    auto const asked = std::make_shared<look_up>(executor);
    asked->resolver.async_resolve(
        host, std::to_string(port), tcp::resolver::numeric_service,
        [asked](boost::system::error_code trouble, tcp::resolver::results_type const& results) {
            asked->finished = true;
            asked->trouble = trouble;
            for (auto const& each : results) asked->found.push_back(each.endpoint());
            asked->done.open_all();
        });
    while (!asked->finished) co_await asked->done.wait();
    if (asked->trouble || asked->found.empty())
        throw failure(agente::error(
            error_kind::unavailable, "redis.no_such_host",
            fmt::format("the name {} cannot be resolved: {}", host,
                        asked->trouble ? asked->trouble.message() : "it has no address")));
    co_return std::move(asked->found);
}

task<std::unique_ptr<tcp::socket>> connect(tcp::endpoint to) {
    auto socket = std::make_unique<tcp::socket>(co_await asio::this_coro::executor);
    co_await socket->async_connect(to, asio::use_awaitable);
    socket->set_option(tcp::no_delay(true));
    co_return socket;
}

task<std::unique_ptr<tcp::socket>> connect_any(std::vector<tcp::endpoint> to,
                                               std::chrono::steady_clock::duration limit) {
    auto const until = std::chrono::steady_clock::now() + limit;
    std::exception_ptr last;
    for (std::size_t i = 0; i < to.size(); ++i) {
        auto const share =
            (until - std::chrono::steady_clock::now()) / static_cast<int>(to.size() - i);
        try {
            co_return co_await net::with_deadline(connect(to[i]), share);
        } catch (std::exception const&) {
            last = std::current_exception();
        }
    }
    std::rethrow_exception(last);
}

task<std::unique_ptr<stream>> secure(asio::ssl::context& context,
                                     std::unique_ptr<tcp::socket> socket, options with) {
    auto secured = std::make_unique<tls_socket>(std::move(*socket), context);
    auto const named = !with.host.empty() && with.host.find(':') == with.host.npos;
    if (named && SSL_set_tlsext_host_name(secured->native_handle(), with.host.c_str()) != 1)
        throw std::runtime_error("the host name cannot be sent in the TLS handshake");
    if (with.verify_certificate) {
        secured->set_verify_mode(asio::ssl::verify_peer);
        secured->set_verify_callback(asio::ssl::host_name_verification(with.host));
    } else {
        secured->set_verify_mode(asio::ssl::verify_none);
    }
    boost::system::error_code trouble;
    co_await secured->async_handshake(asio::ssl::stream_base::client,
                                      asio::redirect_error(asio::use_awaitable, trouble));
    if (trouble) {
        if (trouble == asio::error::operation_aborted) throw boost::system::system_error(trouble);
        auto const verified = SSL_get_verify_result(secured->native_handle());
        if (with.verify_certificate && verified != X509_V_OK)
            throw failure(agente::error(
                error_kind::unavailable, "redis.certificate",
                fmt::format(
                    "its certificate was not accepted ({}): name the authority in the URL (ssl_ca_certs=file), and "
                    "use the host name that the certificate is for",
                    X509_verify_cert_error_string(verified))));
        throw failure(
            agente::error(error_kind::unavailable, "redis.no_tls",
                          fmt::format("the TLS handshake failed ({}): is this port a TLS port?",
                                      trouble.message())));
    }
    co_return std::make_unique<stream_of<tls_socket>>(std::move(secured));
}

task<std::unique_ptr<stream>> connect_unix(std::string path) {
    auto socket = std::make_unique<plain_socket>(co_await asio::this_coro::executor);
    asio::local::stream_protocol::endpoint const to(path);
    co_await socket->async_connect(to, asio::use_awaitable);
    co_return std::make_unique<stream_of<plain_socket>>(std::move(socket));
}

}  // namespace

dialer::dialer(options const& with) : with_(with) {
    if (!with_.tls) return;
    tls_ = std::make_unique<tls_context>();
    boost::system::error_code trouble;
    SSL_CTX_set_min_proto_version(tls_->context.native_handle(), TLS1_2_VERSION);
    if (!with_.verify_certificate) return;
    if (with_.ca_file.empty())
        tls_->context.set_default_verify_paths(trouble);
    else
        tls_->context.load_verify_file(with_.ca_file, trouble);
    if (trouble)
        throw error(agente::error(
            error_kind::invalid, "redis.bad_authorities",
            fmt::format("the certificate authorities for Redis cannot be read from {}: {}",
                        with_.ca_file.empty() ? "the system's folder" : with_.ca_file,
                        trouble.message())));
}

dialer::~dialer() = default;

task<std::unique_ptr<stream>> dialer::dial() {
    if (!with_.socket_path.empty()) co_return co_await connect_unix(with_.socket_path);
    auto addresses = co_await resolve(with_.host, with_.port);
    auto socket = co_await connect_any(std::move(addresses), with_.connect_timeout);
    if (tls_) co_return co_await secure(tls_->context, std::move(socket), with_);
    co_return std::make_unique<stream_of<plain_socket>>(
        std::make_unique<plain_socket>(std::move(*socket)));
}

}  // namespace agente::redis
