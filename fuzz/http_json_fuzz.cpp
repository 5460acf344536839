// The reading of typed JSON bodies: whatever the bytes, the outcome is a struct within its rules or
// a failure of the client's.
#include <array>
#include <cstdlib>

#include "http/endpoint.hpp"

namespace agente::http {
namespace {

enum class kind { one, two, three };
BOOST_DESCRIBE_ENUM(kind, one, two, three)

struct node {
    std::string name;
    std::optional<std::int32_t> number;
    std::vector<node> children;
    std::optional<kind> which;
};
BOOST_DESCRIBE_STRUCT(node, (), (name, number, children, which))
constexpr std::array node_rules{rule("name").length(1, 8), rule("number").between(-5, 5),
                                rule("children").items(0, 4).defaulted()};
constexpr std::span<rule const> http_rules(node const*) { return node_rules; }

struct fuzzed {
    node tree;
    std::uint64_t large{0};
    double real{0};
    bool flag{false};
    std::chrono::year_month_day day{};
    time_point at{};
    std::vector<std::string> words;
    boost::json::value anything;
};
BOOST_DESCRIBE_STRUCT(fuzzed, (), (tree, large, real, flag, day, at, words, anything))
constexpr std::array fuzzed_rules{rule("tree").defaulted(),
                                  rule("large").defaulted(),
                                  rule("real").defaulted(),
                                  rule("flag").defaulted(),
                                  rule("day").defaulted(),
                                  rule("at").defaulted(),
                                  rule("words").items(0, 8).length(0, 16).defaulted(),
                                  rule("anything").defaulted()};
constexpr std::span<rule const> http_rules(fuzzed const*) { return fuzzed_rules; }

void check(bool holds) {
    if (!holds) std::abort();
}

void check_node(node const& n) {
    check(n.children.size() <= 4);
    check(!n.number || (*n.number >= -5 && *n.number <= 5));
    for (auto const& child : n.children) {
        check(!child.name.empty());
        check_node(child);
    }
}

}  // namespace
}  // namespace agente::http

extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    using namespace agente::http;
    static request_shape const shape = shape_of<fuzzed>("POST", "/fuzzed");
    request r;
    r.headers.emplace_back("content-type", "application/json");
    r.body.assign(reinterpret_cast<char const*>(data), size);
    try {
        auto const in = read_request<fuzzed>(r, shape);
        check_node(in.tree);
        check(in.words.size() <= 8);
        // What was read can be written and read again, and is the same.
        r.body = boost::json::serialize(encode(in));
        check(r.body.find("\\u0000") == std::string::npos);
        if (!in.tree.name.empty() && in.day.ok())
            check(boost::json::serialize(encode(read_request<fuzzed>(r, shape))) == r.body);
    } catch (agente::failure const& e) {
        check(e.reason().kind() == agente::error_kind::invalid);
    }
    return 0;
}
