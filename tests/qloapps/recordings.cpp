#include "recordings.hpp"

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

#include "http/message.hpp"

namespace agente::qloapps::test {

namespace json = boost::json;

namespace {

std::filesystem::path const folder =
    std::filesystem::path(AGENTE_SOURCE_DIR) / "tests" / "qloapps" / "recordings";

std::string read(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

recorded_message parse(std::string const& raw) {
    recorded_message m;
    auto const end = raw.find("\r\n\r\n");
    auto head = raw.substr(0, end + 2);
    m.body = raw.substr(end + 4);
    m.first_line = head.substr(0, head.find("\r\n"));
    for (auto at = head.find("\r\n") + 2; at < head.size();) {
        auto const line_end = head.find("\r\n", at);
        auto const line = head.substr(at, line_end - at);
        auto const colon = line.find(": ");
        if (colon != std::string::npos)
            m.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        at = line_end + 2;
    }
    return m;
}

std::string basic(std::string const& key) {
    if (key == "TESTKEY") return "Basic VEVTVEtFWTo=";
    if (key == "TESTKEY_RO") return "Basic VEVTVEtFWV9STzo=";
    if (key == "short") return "Basic c2hvcnQ6";
    if (key.empty()) return "Basic Og==";
    if (key == std::string(32, 'X')) return "Basic WFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFg6";
    throw std::runtime_error("no Basic form for key " + key);
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

}  // namespace

std::string recorded_message::header(std::string_view name) const {
    for (auto const& [key, value] : headers)
        if (http::same_name(key, name)) return value;
    return {};
}

int recorded_message::status() const {
    return std::stoi(first_line.substr(first_line.find(' ') + 1, 3));
}

std::vector<recording> numbered_recordings() {
    std::vector<recording> all;
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        auto const file = entry.path().filename().string();
        auto const end = file.find(".request.http");
        if (end == std::string::npos) continue;
        auto const name = file.substr(0, end);
        all.push_back(
            {name, parse(read(entry.path())), parse(read(folder / (name + ".response.http")))});
    }
    std::ranges::sort(all, {}, &recording::name);
    return all;
}

std::vector<recording> edge_cases() {
    std::vector<recording> all;
    auto const document = json::parse(read(folder / "100-edge-cases.json"));
    for (auto const& entry : document.as_array()) {
        auto const& request = entry.at("request").as_object();
        auto const& response = entry.at("response").as_object();
        recording r;
        r.name = std::string(entry.at("name").as_string());
        r.request.first_line =
            fmt::format("{} {} HTTP/1.1", request.at("method").as_string().c_str(),
                        request.at("path").as_string().c_str());
        auto const key = std::string(request.at("key").as_string());
        if (key != "none") r.request.headers.emplace_back("Authorization", basic(key));
        for (auto const& [name, value] : request.at("headers").as_object())
            r.request.headers.emplace_back(name, value.as_string());
        if (request.at("body").is_string())
            r.request.body = std::string(request.at("body").as_string());
        r.response.first_line = fmt::format("HTTP/1.1 {} x", response.at("status").as_int64());
        for (auto const& [name, value] : response.at("headers").as_object())
            r.response.headers.emplace_back(name, value.as_string());
        r.response.body = std::string(response.at("body").as_string());
        all.push_back(std::move(r));
    }
    return all;
}

std::string comparable(std::string body, std::string_view domain) {
    static std::regex const moment(R"((20\d\d-\d\d-\d\d) (?!00:00:00)\d\d:\d\d:\d\d)");
    static std::regex const reference(R"re(("reference":|"order_reference":)"[A-Z]{9}")re");
    static std::regex const json_counter(R"re("(id_cart|id_order_detail)":("?)\d+)re");
    static std::regex const xml_counter(R"(<(id_cart|id_order_detail)><!\[CDATA\[\d+)");
    body = std::regex_replace(body, moment, "$1 MOMENT");
    body = std::regex_replace(body, reference, "$1\"REFERENCE\"");
    body = std::regex_replace(body, json_counter, "\"$1\":$2N");
    body = std::regex_replace(body, xml_counter, "<$1><![CDATA[N");
    return replace_all(std::move(body), domain, "DOMAIN");
}

}  // namespace agente::qloapps::test
