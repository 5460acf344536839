#include "app/command_session.hpp"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <iostream>

#include "app/connections.hpp"
#include "app/identity_settings.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "http/problem.hpp"
#include "identity/rights.hpp"
#include "postgres/database.hpp"
#include "redis/connection.hpp"

namespace agente::app {

using namespace std::chrono_literals;

namespace {

constexpr int endings[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
termios with_echo;  // what the handler puts back

extern "C" void end_with_echo(int signal) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &with_echo);
    ::raise(signal);  // its default comes when the handler has returned
}

// Echo is off while it lives, at a terminal only. A signal that ends the program meanwhile (Ctrl-C)
// leaves the terminal as it was.
class hidden_typing {
public:
    hidden_typing()
        : terminal_(::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &with_echo) == 0) {
        if (!terminal_) return;
        struct sigaction once {};
        once.sa_handler = end_with_echo;
        once.sa_flags = static_cast<int>(SA_RESETHAND);
        for (std::size_t i = 0; i < std::size(endings); ++i)
            ::sigaction(endings[i], &once, &before_[i]);
        auto silent = with_echo;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~hidden_typing() {
        if (!terminal_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &with_echo);
        for (std::size_t i = 0; i < std::size(endings); ++i)
            ::sigaction(endings[i], &before_[i], nullptr);
        std::cerr << '\n';
    }
    hidden_typing(hidden_typing const&) = delete;
    bool terminal() const { return terminal_; }

private:
    struct sigaction before_[std::size(endings)]{};
    bool terminal_;
};

std::vector<std::string> problems_of(settings const& s, std::vector<std::string> found) {
    if (s.database_url.empty())
        found.emplace_back(
            "DATABASE_URL is not set: give the PostgreSQL address (postgresql://user:password@host:6543/postgres)");
    else if (auto const database = database_options(s, 0); !database)
        found.push_back(database.error().message());
    if (s.redis_url.empty())
        found.emplace_back("REDIS_URL is not set: give the Redis address (redis://host:6379/0)");
    else if (auto const redis = redis_options(s); !redis)
        found.push_back(redis.error().message());
    for (auto& one : identity_problems(s)) found.push_back(std::move(one));
    return found;
}

task<> connected(asio::io_context& loop, settings const& s, telemetry::metrics& metrics,
                 net::cpu_pool& hashing, bool json,
                 std::function<task<>(command_session&)> const& work) {
    auto with = database_options(s, 0).value();
    with.size = 1;
    with.mode = postgres::pipeline_mode::single;
    real_clock const time;
    postgres::database database(loop, std::move(with), metrics);
    redis::connection redis(loop, redis_options(s).value(), metrics);
    std::exception_ptr trouble;
    {
        administration admin(loop, database, redis, hashing, time, s, metrics);
        co_await database.start();
        co_await redis.start();
        auto const operator_here = identity::command_line_operator();
        command_session session{.with = admin, .who = *operator_here, .json = json};
        try {
            co_await work(session);
        } catch (...) {
            trouble = std::current_exception();
        }
        co_await admin.stop(5s);
    }
    co_await redis.stop();
    co_await database.stop();
    if (trouble) std::rethrow_exception(trouble);
}

void complain(http::invalid_fields const& e) {
    std::cerr << "agente-hotel: " << e.what() << '\n';
    for (auto const& one : e.fields()) {
        auto const* const field = one.if_object();
        if (field == nullptr) continue;
        std::string where;
        if (auto const* const pointer = field->if_contains("pointer"))
            where = std::string_view(pointer->as_string()).substr(2);
        std::ranges::replace(where, '/', '.');
        std::cerr << "  - " << where << ' ' << std::string_view(field->at("detail").as_string())
                  << '\n';
    }
}

}  // namespace

void administer(settings const& s, bool json, std::function<task<>(command_session&)> work) {
    asio::io_context loop{1};
    telemetry::metrics metrics;
    net::cpu_pool hashing({.threads = 1}, metrics);
    auto done =
        asio::co_spawn(loop, connected(loop, s, metrics, hashing, json, work), asio::use_future);
    loop.run();
    done.get();
}

int administer(common_options const& common, std::function<task<>(command_session&)> work) {
    auto got = load_settings(common.env_file.empty() ? ".env" : common.env_file,
                             !common.env_file.empty(), common.flags);
    auto& s = got.settings;
    auto const problems = problems_of(s, std::move(got.problems));
    if (!problems.empty()) {
        for (auto const& problem : problems) std::cerr << "problem: " << problem << '\n';
        return exit_failure;
    }
    // No tokens are made here, but their maker wants a key.
    if (s.secret_key.empty()) s.secret_key = secret(random_hex(32));
    log::start(log::level::error);
    try {
        administer(s, common.json, std::move(work));
        return exit_ok;
    } catch (http::invalid_fields const& e) {
        complain(e);
    } catch (postgres::error const& e) {
        std::cerr << "agente-hotel: " << e.what() << '\n';
        if (e.sqlstate() == "42P01" || e.sqlstate() == "3F000")
            std::cerr << "The database has no schema of this program yet: agente-hotel db deploy\n";
    } catch (failure const& e) {
        std::cerr << "agente-hotel: " << e.what() << '\n';
    }
    return exit_failure;
}

void print_table(std::ostream& to, std::vector<std::string> const& head,
                 std::vector<std::vector<std::string>> const& rows) {
    if (rows.empty()) return;
    std::vector<std::size_t> widths;
    for (auto const& cell : head) widths.push_back(text::code_points(cell));
    for (auto const& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], text::code_points(row[i]));
    auto const line = [&](std::vector<std::string> const& cells) {
        std::string out;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            out += cells[i];
            if (i + 1 < cells.size()) out.append(widths[i] - text::code_points(cells[i]) + 2, ' ');
        }
        to << out << '\n';
    };
    line(head);
    for (auto const& row : rows) line(row);
}

void print_json(std::ostream& to, boost::json::value const& what) {
    to << boost::json::serialize(what) << '\n';
}

secret read_secret(std::string_view what) {
    std::string line;
    {
        hidden_typing const hidden;
        if (hidden.terminal()) std::cerr << what << ": " << std::flush;
        std::getline(std::cin, line);
    }
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty())
        throw failure(
            error(error_kind::invalid, "input.empty",
                  fmt::format("{}: nothing came; type it, or give it as the first line of "
                              "standard input",
                              what)));
    return secret(std::move(line));
}

secret read_new_password() {
    auto first = read_secret("New password");
    if (::isatty(STDIN_FILENO) == 1 && read_secret("Once more").reveal() != first.reveal())
        throw failure(
            error(error_kind::invalid, "input.differs", "the two passwords differ: try again"));
    return first;
}

std::string shown(time_point at) {
    auto const written = http::encode(at);
    std::string_view const text = written.as_string();
    return fmt::format("{} {}", text.substr(0, 10), text.substr(11, 5));
}

std::string yes_or(bool condition, std::string_view otherwise) {
    return condition ? "yes" : std::string(otherwise);
}

}  // namespace agente::app
