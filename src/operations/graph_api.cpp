#include "operations/graph_api.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "base/text.hpp"

namespace agente::operations {
namespace {

constexpr std::size_t shortest_token = 20;
constexpr std::size_t most_said = 200;

bool of_a_token(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '|' ||
           c == '_' || c == '-';
}

graph_answer trouble(std::string why, int code = 0) { return {{}, code, std::move(why)}; }

}  // namespace

std::string without_tokens(std::string_view text) {
    std::string out;
    for (std::size_t from = 0; from < text.size();) {
        auto to = from;
        while (to < text.size() && of_a_token(text[to])) ++to;
        if (to - from >= shortest_token)
            out += "…";
        else
            out += text.substr(from, to - from);
        if (to < text.size()) out += text[to++];
        from = to;
    }
    return out;
}

graph_api::graph_api(net::http_client& http, std::string base_url,
                     std::chrono::milliseconds deadline)
    : http_(http), base_url_(std::move(base_url)), deadline_(deadline) {
    while (base_url_.ends_with('/')) base_url_.pop_back();
}

task<graph_answer> graph_api::get(std::string path, secret as) {
    net::http_request request{.url = base_url_ + path, .deadline = deadline_};
    request.bearer = std::move(as);
    auto const got = co_await http_.send(std::move(request));
    if (got.has_error()) co_return trouble(without_tokens(got.error().message()));
    boost::system::error_code failed;
    auto parsed = boost::json::parse(got->body, failed);
    auto* const document = failed ? nullptr : parsed.if_object();
    if (!document)
        co_return trouble(fmt::format("{} with an answer that is no JSON object", got->status));
    if (auto const* const said = document->if_contains("error"); said && said->is_object()) {
        auto const& e = said->get_object();
        auto const* const code = e.if_contains("code");
        auto const* const message = e.if_contains("message");
        auto const number = code && code->is_int64() ? static_cast<int>(code->get_int64()) : -1;
        auto const words =
            message && message->is_string()
                ? text::shorten(
                      without_tokens(text::scrub_utf8(std::string_view(message->get_string()))),
                      most_said)
                : std::string("no reason given");
        co_return trouble(fmt::format("Meta says: {} (code {})", words, number), number);
    }
    if (got->status != 200) co_return trouble(fmt::format("status {}", got->status));
    co_return graph_answer{std::move(*document), 0, {}};
}

}  // namespace agente::operations
