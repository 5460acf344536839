#include "operations/machine_check.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <set>

#include "base/text.hpp"
#include "net/http_client.hpp"

namespace agente::operations {
namespace {

using namespace std::chrono_literals;

constexpr std::uintmax_t little = 2ULL << 30, none = 200ULL << 20;
constexpr auto odd = 2s, wrong = 30s;

// "Tue, 24 Nov 2026 02:10:16 GMT"
std::optional<time_point> read_http_date(std::string const& text) {
    std::tm when{};
    auto const* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &when);
    if (!end || *end != '\0') return std::nullopt;
    return time_point(std::chrono::seconds(::timegm(&when)));
}

struct dated {
    std::string by;
    std::chrono::seconds ahead;  // of this machine; the Date has no fractions
};

task<std::optional<dated>> ask(net::http_client& http, clock const& time, std::string address) {
    auto const from = time.now();
    net::http_request request{.method = "HEAD", .url = address, .deadline = 5s};
    auto const got = co_await http.send(std::move(request));
    if (got.has_error()) co_return std::nullopt;
    auto const told = read_http_date(std::string(got->header("date")));
    if (!told) co_return std::nullopt;
    // Sent somewhere between: in the middle, give or take.
    auto const middle = from + (time.now() - from) / 2;
    auto const host = address.substr(0, address.find('/', address.find("//") + 2));
    co_return dated{host, std::chrono::duration_cast<std::chrono::seconds>(middle - *told)};
}

std::string system_name() {
    std::ifstream file("/etc/os-release");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("PRETTY_NAME=\"")) return line.substr(13, line.size() - 14);
    return "unknown system";
}

}  // namespace

findings check_disk(std::vector<std::filesystem::path> const& folders) {
    findings out;
    std::set<unsigned long> seen;
    for (auto const& folder : folders) {
        struct statvfs about {};
        if (::statvfs(folder.c_str(), &about) != 0) {
            out.push_back({"disk", severity::warning,
                           fmt::format("{} cannot be looked at: {}", folder.string(),
                                       std::generic_category().message(errno)),
                           "make the folder, readable by this user"});
            continue;
        }
        if (::access(folder.c_str(), W_OK) != 0)
            out.push_back({"disk.write", severity::warning,
                           folder.string() + " cannot be written by this user",
                           "give this user the folder, or run in another one"});
        if (!seen.insert(about.f_fsid).second) continue;
        auto const space = static_cast<std::uintmax_t>(about.f_bavail) * about.f_frsize;
        auto const said =
            fmt::format("{} free at {}", text::size(static_cast<double>(space)), folder.string());
        if (space < none || about.f_favail == 0)
            out.push_back({"disk", severity::fault,
                           about.f_favail == 0 ? said + ", but no more files can be made" : said,
                           "free some space: logs and backups need it"});
        else if (space < little)
            out.push_back({"disk", severity::warning, said, "free some space before backups fail"});
        else
            out.push_back({"disk", severity::ok, said, {}});
    }
    return out;
}

findings check_clock(std::vector<std::string> const& addresses, clock const& time) {
    asio::io_context loop{1};
    telemetry::metrics metrics;
    net::http_client http(loop, {}, metrics);
    std::vector<std::future<std::optional<dated>>> asked;
    for (auto const& address : addresses)
        asked.push_back(asio::co_spawn(loop, ask(http, time, address), asio::use_future));
    loop.run();
    findings out;
    for (auto& one : asked) {
        auto const told = one.get();
        if (!told) continue;
        auto const size = std::chrono::abs(told->ahead);
        auto const said =
            size <= 1s ? fmt::format("this machine's clock agrees with {}", told->by)
                       : fmt::format("this machine's clock is {} s {} that of {}", size.count(),
                                     told->ahead > 0s ? "ahead of" : "behind", told->by);
        auto const cure = "switch time synchronisation on: timedatectl set-ntp true";
        out.push_back({"clock",
                       size >= wrong ? severity::fault
                       : size > odd  ? severity::warning
                                     : severity::ok,
                       said, size > odd ? cure : ""});
    }
    if (out.empty())
        out.push_back({"clock",
                       severity::info,
                       "this machine's clock could not be compared: no server told the time",
                       {}});
    return out;
}

findings told_versions(std::string const& program_version) {
    struct utsname kernel {};
    ::uname(&kernel);
    return {{"versions",
             severity::info,
             fmt::format("agente-hotel {} on {} (Linux {}), {}", program_version, system_name(),
                         kernel.release, OpenSSL_version(OPENSSL_VERSION)),
             {}}};
}

}  // namespace agente::operations
