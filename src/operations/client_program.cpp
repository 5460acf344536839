#include "operations/client_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "operations/interruption.hpp"

extern char** environ;

namespace agente::operations {
namespace {

using namespace std::chrono_literals;

// As in a connection string of libpq: 'it\'s'.
std::string quoted(std::string_view value) {
    std::string out = "'";
    for (auto const c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

// The parameters as the child's: what is secret in `environment`, the rest in an argument.
std::string address(postgres::conninfo const& where, std::vector<secret>& environment) {
    std::vector<char const*> keywords, values;
    where.for_libpq(keywords, values);
    std::string out;
    for (std::size_t i = 0; i < keywords.size() && keywords[i] != nullptr; ++i) {
        std::string_view const keyword = keywords[i];
        if (keyword == "password")
            environment.emplace_back(std::string("PGPASSWORD=") + values[i]);
        else if (keyword == "sslpassword")
            throw failure(
                error(error_kind::invalid, "backup.sslpassword",
                      "the key file of the client certificate has a password, which cannot "
                      "be given to pg_dump unseen: use a key file without one"));
        else
            out += fmt::format("{}={} ", keyword, quoted(values[i]));
    }
    return out;
}

// What libpq reads by itself, here as in the child.
std::vector<secret> inherited() {
    std::vector<secret> all;
    for (char** one = environ; *one != nullptr; ++one) {
        std::string_view const pair = *one;
        if (pair.starts_with("PG") || pair.starts_with("HOME="))
            all.emplace_back(std::string(pair));
    }
    return all;
}

std::string path_of(open_file const& file) { return fmt::format("/proc/self/fd/{}", file.get()); }

[[noreturn]] void fail(std::string message) {
    throw failure(error(error_kind::unavailable, "backup.program_failed", std::move(message)));
}

}  // namespace

void open_file::close() noexcept {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

pipe_ends make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail(fmt::format("no pipe: {}", std::strerror(errno)));
    return {open_file(ends[0]), open_file(ends[1])};
}

client_program::client_program(embedded::client_programs const& programs, client_call const& call)
    : name_(call.name), log_(::memfd_create("messages", MFD_CLOEXEC)) {
    if (!log_.open()) fail(fmt::format("no memory for messages: {}", std::strerror(errno)));
    auto environment = inherited();
    std::vector<std::string> words{(programs.folder / call.name).string()};
    words.insert(words.end(), call.words.begin(), call.words.end());
    if (call.where != nullptr) {
        auto where = *call.where;
        where.set_if_missing("connect_timeout", "15")
            .set_if_missing("application_name", "agente-hotel");
        words.insert(words.end(), {"--no-password", "--dbname=" + address(where, environment)});
    }
    embedded::command command;
    command.words = std::move(words);
    command.folder = std::filesystem::current_path();  // relative names of certificates
    command.log = path_of(log_);
    command.as_ourselves = true;
    command.environment = std::move(environment);
    command.input_descriptor = call.input;
    command.output_descriptor = call.output;
    command.inherited = call.extra;
    process_.start(command);
}

std::vector<std::string> client_program::said() {
    auto const all = process_.log();
    std::vector<std::string> lines;
    for (auto end = all.find('\n', told_); end != std::string::npos; end = all.find('\n', told_)) {
        lines.push_back(all.substr(told_, end - told_));
        told_ = end + 1;
    }
    return lines;
}

std::optional<int> client_program::status(std::chrono::milliseconds limit) {
    return process_.wait(limit);
}

std::string client_program::complaint() const {
    auto const all = process_.log();
    std::string_view found;
    for (auto const line : text::split(all, '\n')) {
        auto const at = line.find("error: ");
        auto const server = line.find("ERROR:  ");
        if (found.empty() && server != std::string_view::npos) found = line.substr(server + 8);
        if (found.empty() && at != std::string_view::npos) found = line.substr(at + 7);
    }
    auto const last = process_.last_lines(1);
    return std::string(found.empty() ? std::string_view(last) : found);
}

void client_program::finish(interruptible when) {
    std::optional<int> ended;
    while (!(ended = status(100ms)))
        if (when == interruptible::yes) interruption::check();
    if (*ended != 0)
        fail(fmt::format(
            "{} failed: {}", name_,
            *ended > 128 ? fmt::format("killed by signal {}", *ended - 128) : complaint()));
}

}  // namespace agente::operations
