#include "bench/accounts.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "bench/loop.hpp"
#include "identity/password_hash.hpp"

namespace agente::bench {
namespace {

constexpr auto password = "three otters at dawn";
constexpr int at_a_time = 8;

task<> sign_in_some(unsigned short port, std::size_t& next, std::vector<signed_in>& into) {
    http_client client(co_await asio::this_coro::executor, port);
    co_await client.connect();
    while (next < into.size()) {
        auto const n = next++;
        auto const status = co_await client.exchange(login_of(port, n, n));
        if (status != 200)
            throw std::runtime_error(
                fmt::format("sign-in {} was answered {}: {}", n, status, client.body()));
        into[n] = read_tokens(client.body());
    }
}

}  // namespace

void add_owners(private_database& to, std::size_t owners, std::size_t hotels) {
    to.execute(fmt::format(
        "insert into public.users (username, email, hashed_password, tenant_id, role)"
        " select 'owner-' || i, 'owner-' || i || '@hotel.example', '{}', 'hotel-' || i % {}, 'owner'"
        " from generate_series(0, {}) i",
        identity::hash_password(secret(password), {}), hotels, owners - 1));
    to.execute("analyze public.users");
}

std::map<std::string, std::string> with_many_addresses() {
    return {{"TRUSTED_PROXIES", "127.0.0.1"}, {"JWT_EXPIRATION_MINUTES", "1440"}};
}

std::string post(unsigned short port, std::size_t n, std::string_view path, std::string_view body) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nX-Forwarded-For: 10.{}.{}.{}\r\n"
        "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        path, port, n >> 16 & 255, n >> 8 & 255, n & 255, body.size(), body);
}

std::string login_of(unsigned short port, std::size_t owner, std::size_t n) {
    return post(port, n, "/api/v1/auth/login",
                fmt::format(R"({{"identifier":"owner-{}","password":"{}"}})", owner, password));
}

signed_in read_tokens(std::string_view body) {
    auto const answer = boost::json::parse(body);
    return {.access_token = std::string(answer.at("access_token").as_string()),
            .refresh_token = std::string(answer.at("refresh_token").as_string())};
}

std::vector<signed_in> sign_in_owners(unsigned short port, std::size_t owners) {
    asio::io_context loop(1);
    std::vector<signed_in> out(owners);
    std::size_t next = 0;
    for (int i = 0; i < at_a_time; ++i)
        asio::co_spawn(loop, sign_in_some(port, next, out), [](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);
        });
    loop.run();
    return out;
}

}  // namespace agente::bench
