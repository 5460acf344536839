#include "postgres/certificate.hpp"

#include <netdb.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

namespace agente::postgres {
namespace {

template <auto Free>
struct freed {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};

struct socket_handle {
    explicit socket_handle(int number) : fd(number) {}
    ~socket_handle() {
        if (fd >= 0) ::close(fd);
    }
    socket_handle(socket_handle const&) = delete;
    socket_handle& operator=(socket_handle const&) = delete;
    int fd;
};

std::string name_of(X509_NAME const* name) {
    std::unique_ptr<BIO, freed<BIO_free>> const out(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    auto const length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

std::optional<time_point> end_of(X509 const* certificate) {
    std::tm when{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) != 1) return std::nullopt;
    return time_point(std::chrono::seconds(::timegm(&when)));
}

std::string first_of(std::string_view list) { return std::string(list.substr(0, list.find(','))); }

// On Linux the limits of sending hold for connecting, too.
int connected(std::string const& host, std::string const& port, std::chrono::milliseconds limit) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &list) != 0) return -1;
    std::unique_ptr<addrinfo, freed<freeaddrinfo>> const all(list);
    int const fd = ::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval const most{.tv_sec = limit.count() / 1000, .tv_usec = limit.count() % 1000 * 1000};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    if (fd < 0 || ::connect(fd, list->ai_addr, list->ai_addrlen) == 0) return fd;
    ::close(fd);
    return -1;
}

// PostgreSQL's SSLRequest: length 8, code 80877103. 'S': the handshake may begin.
bool asked_for_tls(int fd) {
    constexpr std::array<unsigned char, 8> request{0, 0, 0, 8, 4, 210, 22, 47};
    char answer = 0;
    return ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == 8 &&
           ::recv(fd, &answer, 1, 0) == 1 && answer == 'S';
}

}  // namespace

certificate_facts certificate_facts_of(X509 const* certificate) {
    return {name_of(X509_get_subject_name(certificate)), name_of(X509_get_issuer_name(certificate)),
            end_of(certificate)};
}

std::optional<certificate_facts> look_at_certificate(conninfo const& where,
                                                     std::chrono::milliseconds limit) {
    auto const name = first_of(where.get("host"));
    auto const address = first_of(where.get("hostaddr"));
    auto const port = first_of(where.get("port"));
    socket_handle const socket(
        connected(address.empty() ? name : address, port.empty() ? "5432" : port, limit));
    if (socket.fd < 0 || !asked_for_tls(socket.fd)) return std::nullopt;
    std::unique_ptr<SSL_CTX, freed<SSL_CTX_free>> const context(SSL_CTX_new(TLS_client_method()));
    if (!context) return std::nullopt;
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    std::unique_ptr<SSL, freed<SSL_free>> const tls(SSL_new(context.get()));
    if (!tls || SSL_set_fd(tls.get(), socket.fd) != 1) return std::nullopt;
    SSL_set_tlsext_host_name(tls.get(), name.c_str());
    if (SSL_connect(tls.get()) != 1) return std::nullopt;
    std::unique_ptr<X509, freed<X509_free>> const shown(SSL_get1_peer_certificate(tls.get()));
    if (!shown) return std::nullopt;
    return certificate_facts_of(shown.get());
}

}  // namespace agente::postgres
