#include "postgres/fake_server.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <map>

#include "net/gate.hpp"

namespace agente::postgres::tests {
namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

std::uint32_t read_u32(std::string_view from) {
    std::uint32_t v = 0;
    for (int i = 0; i < 4; ++i)
        v = v << 8 | static_cast<unsigned char>(from[static_cast<std::size_t>(i)]);
    return v;
}
std::string u32(std::size_t v) {
    return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8),
            static_cast<char>(v)};
}
std::string u16(std::size_t v) { return {static_cast<char>(v >> 8), static_cast<char>(v)}; }
std::string zero_ended(std::string_view text) { return std::string(text) + '\0'; }
std::string message(char type, std::string const& body) {
    return type + u32(body.size() + 4) + body;
}

std::string error_response(std::string_view severity, std::string_view sqlstate,
                           std::string_view text) {
    return message('E', 'S' + zero_ended(severity) + 'V' + zero_ended(severity) + 'C' +
                            zero_ended(sqlstate) + 'M' + zero_ended(text) + '\0');
}
std::string row(std::vector<std::string> const& cells) {
    std::string description = u16(cells.size()), data = u16(cells.size());
    constexpr std::string_view names[] = {"tenant", "said", "c", "d"};
    for (std::size_t i = 0; i < cells.size(); ++i) {
        description += zero_ended(names[i]) + u32(0) + u16(0) + u32(25) + u16(0xffff) +
                       u32(0xffffffff) + u16(0);
        data += u32(cells[i].size()) + cells[i];
    }
    return message('T', description) + message('D', data) + message('C', zero_ended("SELECT 1"));
}

}  // namespace

class fake_server::session : public std::enable_shared_from_this<session> {
public:
    session(fake_server& server, asio::ip::tcp::socket socket)
        : server_(server), socket_(std::move(socket)), open_(true) {}

    task<> run() {
        if (co_await log_in()) co_await serve();
        close();
        server_.sessions_.erase(shared_from_this());
    }
    void close() {
        boost::system::error_code ignored;
        open_ = false;
        socket_.close(ignored);
    }

private:
    task<bool> receive() {
        char chunk[16 * 1024];
        auto const [ec, size] = co_await socket_.async_read_some(asio::buffer(chunk), quietly);
        if (ec) co_return false;
        in_.append(chunk, size);
        co_return true;
    }
    task<bool> log_in() {
        for (;;) {
            while (in_.size() < 8 || in_.size() < read_u32(in_))
                if (!co_await receive()) co_return false;
            auto const code = read_u32(std::string_view(in_).substr(4));
            in_.erase(0, read_u32(in_));
            if (code == 196608) break;
            out_ = "N";  // SSLRequest, GSSENCRequest: no
            if (!co_await flush()) co_return false;
        }
        ++server_.logins_;
        if (auto const& refusal = server_.faults_.refuse_login; !refusal.empty()) {
            out_ = error_response("FATAL", refusal,
                                  "password authentication failed for user \"someone\"");
            co_await flush();
            co_return false;
        }
        out_ = message('R', u32(0)) +
               message('S', zero_ended("server_version") + zero_ended("15.0")) +
               message('S', zero_ended("client_encoding") + zero_ended("UTF8")) +
               message('S', zero_ended("standard_conforming_strings") + zero_ended("on")) +
               message('K', u32(1) + u32(2)) + message('Z', "I");
        co_return co_await flush();
    }

    task<> serve() {
        while (open_) {
            if (in_.size() < 5 || in_.size() < 1 + read_u32(std::string_view(in_).substr(1))) {
                syncs_read_ = 0;
                if (!co_await receive()) co_return;
                continue;
            }
            auto const size = 1 + read_u32(std::string_view(in_).substr(1));
            auto const type = in_[0];
            auto const body = in_.substr(5, size - 5);
            in_.erase(0, size);
            if (type == 'X') co_return;
            if (type == 'S') {
                if (!co_await sync()) co_return;
            } else if (!failed_ && !silent_) {
                handle(type, body);
                if (server_.chance(server_.faults_.drop)) ++server_.drops_, silent_ = true;
                if (server_.chance(server_.faults_.cut)) {
                    ++server_.cuts_;
                    out_.resize(out_.size() / 2);  // in the middle of a message
                    co_await flush();
                    co_return;
                }
            }
        }
    }

    task<bool> sync() {
        server_.most_syncs_ = std::max(server_.most_syncs_, ++syncs_read_);
        out_ += message('Z', explicit_ ? (failed_ ? "E" : "T") : "I");
        failed_ = false;
        if (!explicit_) tenant_ = "nobody";
        if (silent_) out_.clear();
        if (server_.chance(server_.faults_.delay))
            co_await net::pause(std::chrono::microseconds(server_.dice_() % 3'000));
        auto const sent = co_await flush();
        if (server_.faults_.forgets_pipelined) in_.clear();
        co_return sent;
    }

    task<bool> flush() {
        auto const pieces = server_.faults_.in_pieces;
        while (!out_.empty() && open_) {
            auto const size =
                pieces ? std::min<std::size_t>(out_.size(), 1 + server_.dice_() % 97) : out_.size();
            auto const [ec, n] =
                co_await asio::async_write(socket_, asio::buffer(out_.data(), size), quietly);
            if (ec) co_return false;
            out_.erase(0, n);
        }
        co_return open_;
    }

    void fail(std::string_view text, std::string_view sqlstate = "P0001") {
        out_ += error_response("ERROR", sqlstate, text);
        failed_ = true;
    }

    void handle(char type, std::string const& body) {
        // Another unit begins: whose error comes next is not known before its scope has been set.
        if (type == 'P' && body.find("set_config('role'") != body.npos) tenant_ = "nobody";
        if (server_.chance(server_.faults_.error)) return fail("refused by chance " + tenant_);
        switch (type) {
            case 'P': {
                auto const after_name = body.find('\0') + 1;
                sql_ = body.substr(after_name, body.find('\0', after_name) - after_name);
                prepared_[body.substr(0, after_name - 1)] = sql_;
                out_ += message('1', "");
                break;
            }
            case 'B': {
                parameters_.clear();
                auto const name_at = body.find('\0') + 1;
                auto at = body.find('\0', name_at) + 1;
                auto const found = prepared_.find(body.substr(name_at, at - 1 - name_at));
                if (found == prepared_.end()) return fail("no such statement", "26000");
                sql_ = found->second;
                if (name_at + 1 < at) ++server_.by_name_;
                auto const formats = static_cast<unsigned char>(body[at + 1]);
                at += 2 + 2u * formats;
                auto const count = static_cast<unsigned char>(body[at + 1]);
                at += 2;
                for (int i = 0; i < count; ++i) {
                    auto const length = read_u32(std::string_view(body).substr(at));
                    at += 4;
                    parameters_.push_back(length == 0xffffffff ? "" : body.substr(at, length));
                    if (length != 0xffffffff) at += length;
                }
                out_ += message('2', "");
                break;
            }
            case 'D': break;  // answered with the rows
            case 'E': execute(); break;
            default: fail("what is that?");
        }
    }

    void execute() {
        auto const before = out_.size();
        if (sql_.starts_with("select set_config('role'")) {
            tenant_ = parameters_.at(1);
            out_ += row({parameters_[0], parameters_[1], parameters_[2]});
        } else if (sql_ == "select echo($1)") {
            if (parameters_.at(0).starts_with("fail")) return fail("refused " + parameters_[0]);
            out_ += row({tenant_, parameters_[0]});
        } else if (sql_.starts_with("select set_config")) {
            out_ += row({""});
        } else if (sql_ == "select 1" || sql_ == "select 2") {
            out_ += row({sql_.substr(7)});
        } else if (sql_ == "select pg_backend_pid()") {
            out_ += row({"1"});  // as told at the sign-in
        } else if (sql_ == "select pg_sleep(0.2)") {
            out_ += row({""});
        } else if (sql_ == "begin" || sql_ == "commit" || sql_ == "rollback") {
            explicit_ = sql_ == "begin";
            out_ += message('n', "") + message('C', zero_ended(explicit_          ? "BEGIN"
                                                               : sql_ == "commit" ? "COMMIT"
                                                                                  : "ROLLBACK"));
        } else {
            return fail("unknown statement " + sql_);
        }
        if (server_.faults_.answer_twice) out_ += out_.substr(before);
    }

    fake_server& server_;
    asio::ip::tcp::socket socket_;
    bool open_{false}, failed_{false}, silent_{false}, explicit_{false};
    std::string in_, out_, sql_, tenant_{"nobody"};
    std::vector<std::string> parameters_;
    std::map<std::string, std::string> prepared_;  // by name; "": the unnamed one
    std::size_t syncs_read_{0};
};

fake_server::fake_server(asio::io_context& loop, faults with)
    : loop_(loop), faults_(std::move(with)), dice_(faults_.seed),
      acceptor_(loop, {asio::ip::make_address("127.0.0.1"), 0}) {
    asio::co_spawn(loop, accept(), asio::detached);
}

fake_server::~fake_server() {
    stop_listening();
    cut_all();
}

std::string fake_server::url() const {
    return fmt::format("postgresql://someone:secret@127.0.0.1:{}/none?sslmode=disable",
                       acceptor_.local_endpoint().port());
}

void fake_server::stop_listening() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

void fake_server::cut_all() {
    for (auto const& s : sessions_) s->close();
}

task<> fake_server::accept() {
    for (;;) {
        auto [ec, socket] = co_await acceptor_.async_accept(quietly);
        if (ec) co_return;
        boost::system::error_code ignored;
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
        auto const one = std::make_shared<session>(*this, std::move(socket));
        sessions_.insert(one);
        asio::co_spawn(loop_, one->run(), asio::detached);
    }
}

}  // namespace agente::postgres::tests
