#include "http/client_address.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace agente::http {

namespace ip = boost::asio::ip;

namespace {

constexpr std::string_view white = " \t";

bool is_port(std::string_view s) {
    return !s.empty() && s.size() <= 5 &&
           std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80"; `bare_v6`: the
// third form as well, which Forwarded does not know.
std::optional<ip::address> read_node(std::string_view node, bool bare_v6) {
    if (node.starts_with('[')) {
        auto const end = node.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        auto const rest = node.substr(end + 1);
        if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
        auto const inside = node.substr(1, end - 1);
        return inside.find(':') == std::string_view::npos ? std::nullopt : read_address(inside);
    }
    auto const colon = node.find(':');
    if (colon != std::string_view::npos && node.find(':', colon + 1) == std::string_view::npos) {
        if (!is_port(node.substr(colon + 1))) return std::nullopt;
        node = node.substr(0, colon);
    } else if (colon != std::string_view::npos && !bare_v6) {
        return std::nullopt;
    }
    return read_address(node);
}

bool is_token(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Reads one line of Forwarded: element *( "," element ), element = [ pair ] *( ";" [ pair ] ).
class forwarded_line {
public:
    explicit forwarded_line(std::string_view line) : left_(line) {}

    // The `for` of each element, empty where there is none; nothing when the line is malformed
    // anywhere: a quote that a client left open may have swallowed what a proxy wrote behind it.
    std::optional<std::vector<std::string>> read() {
        std::vector<std::string> all(1);
        bool known = false;
        for (;;) {
            skip_white();
            if (!left_.empty() && is_token(left_.front()) && !pair(all.back(), known))
                return std::nullopt;
            skip_white();
            if (left_.empty()) return all;
            char const mark = left_.front();
            left_.remove_prefix(1);
            if (mark == ',') {
                all.emplace_back();
                known = false;
            } else if (mark != ';') {
                return std::nullopt;
            }
        }
    }

private:
    void skip_white() {
        left_.remove_prefix(std::min(left_.find_first_not_of(white), left_.size()));
    }
    std::string_view token() {
        auto const end = std::find_if_not(left_.begin(), left_.end(), is_token);
        auto const taken = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
        left_.remove_prefix(taken.size());
        return taken;
    }
    bool pair(std::string& node, bool& known) {
        auto const name = token();
        if (!left_.starts_with('=')) return false;
        left_.remove_prefix(1);
        std::string value;
        if (left_.starts_with('"')) {
            if (!quoted(value)) return false;
        } else {
            value = token();
            if (value.empty()) return false;
        }
        if (!same_name(name, "for")) return true;
        if (std::exchange(known, true)) return false;
        node = std::move(value);
        return true;
    }
    bool quoted(std::string& value) {
        for (std::size_t i = 1; i < left_.size(); ++i) {
            if (left_[i] == '"') {
                left_.remove_prefix(i + 1);
                return true;
            }
            if (left_[i] == '\\' && ++i == left_.size()) return false;
            value += left_[i];
        }
        return false;
    }

    std::string_view left_;
};

std::optional<std::vector<std::string>> nodes_of(std::string_view line, forwarding_header header) {
    if (header == forwarding_header::forwarded) return forwarded_line(line).read();
    std::vector<std::string> all;
    for (auto const part : text::split(line, ',')) all.emplace_back(text::trim(part));
    return all;
}

}  // namespace

std::string client_address::of(std::string const& peer, request const& r) const {
    auto const next_to_us = read_address(peer);
    if (!next_to_us || !trusted_.contain(*next_to_us)) return peer;
    bool const plain = header_ == forwarding_header::x_forwarded_for;
    auto furthest = peer;  // of the addresses seen, all of them trusted proxies'
    for (auto line = r.headers.rbegin(); line != r.headers.rend(); ++line) {
        if (!same_name(line->first, plain ? "x-forwarded-for" : "forwarded")) continue;
        auto const nodes = nodes_of(line->second, header_);
        if (!nodes) return peer;
        for (auto node = nodes->rbegin(); node != nodes->rend(); ++node) {
            auto const address = read_node(*node, plain);
            if (!address) return peer;
            furthest = address->to_string();
            if (!trusted_.contain(*address)) return furthest;
        }
    }
    return furthest;
}

std::string network_of_client(std::string_view address) {
    auto const read = read_address(address);
    if (!read) return std::string(address);
    if (read->is_v4()) return read->to_string();
    return ip::network_v6(read->to_v6(), 64).canonical().to_string();
}

}  // namespace agente::http
