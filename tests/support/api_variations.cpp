#include "support/api_variations.hpp"

#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace agente::support {

namespace json = boost::json;

namespace {

// Values as JSON writes them: wrong types, extremes, and what text can hold.
std::vector<std::string> const& raw_values() {
    static std::vector<std::string> const all = [] {
        std::string deep(60, '['), many = "[1";
        deep += std::string(60, ']');
        for (int i = 0; i < 2'000; ++i) many += ",1";
        return std::vector<std::string>{"null",
                                        "true",
                                        "0",
                                        "-1",
                                        "1.5",
                                        "-0.0",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "18446744073709551615",
                                        "99999999999999999999999999",
                                        "1e308",
                                        "-1e308",
                                        "1e999",
                                        "[]",
                                        "{}",
                                        "[null]",
                                        "[[]]",
                                        R"({"a":1})",
                                        deep,
                                        many + "]",
                                        R"("")",
                                        R"(" ")",
                                        "\"" + std::string(5'000, 'x') + "\"",
                                        R"("\u0000")",
                                        R"("a\u0000b")",
                                        R"("\ud800")",
                                        R"("\udfff\ud800")",
                                        "\"\u202eabc\u202c\"",
                                        R"("e\u0301\u0301\u0301")",
                                        "\"\U0001f3e8\U0001f469\u200d\U0001f469\u200d\U0001f467\"",
                                        R"("\u00f1@\ud83c\udfe8")",
                                        "\"\xff\xfe\"",
                                        "\"\xed\xa0\x80\"",
                                        R"("\r\nX-Injected: 1")",
                                        R"("'; drop table users; --")",
                                        R"("../../etc/passwd")",
                                        R"("%00%zz")",
                                        R"("2026-02-30")",
                                        R"("-1")",
                                        R"("NaN")",
                                        R"("<script>alert(1)</script>")",
                                        R"("\u0001\u007f")",
                                        "NaN",
                                        "'x'",
                                        "undefined",
                                        ""};
    }();
    return all;
}

// The same for paths and queries, not yet encoded.
std::vector<std::string> const& texts() {
    static std::vector<std::string> const all{"",
                                              " ",
                                              "null",
                                              "true",
                                              "0",
                                              "-1",
                                              "1.5",
                                              "9223372036854775807",
                                              "-9223372036854775808",
                                              "18446744073709551616",
                                              "1e308",
                                              "NaN",
                                              "[]",
                                              "{}",
                                              std::string(1, '\0'),
                                              std::string("a\0b", 3),
                                              "\u202eabc",
                                              "e\u0301\u0301",
                                              "\U0001f3e8",
                                              "\xff\xfe",
                                              "\xed\xa0\x80",
                                              "\r\nX-Injected: 1",
                                              "' or 1=1 --",
                                              "..",
                                              "../../etc/passwd",
                                              "a/b",
                                              "%",
                                              "%zz",
                                              "+",
                                              "&",
                                              "#",
                                              "2026-02-30",
                                              std::string(300, 'x'),
                                              std::string(3'000, 'x')};
    return all;
}

constexpr auto mark = "@@here@@";

// Calls `f(node)` for every value of a body, the root included, while it can be changed in place.
template <class F>
void each_place(json::value& node, std::string const& at, F const& f) {
    f(node, at);
    if (node.is_object()) {
        for (auto& member : node.get_object())
            each_place(member.value(), at + "/" + std::string(member.key()), f);
    } else if (node.is_array() && !node.get_array().empty()) {
        each_place(node.get_array().front(), at + "/0", f);
    }
}

std::string with_mark_replaced(json::value const& body, std::string const& marked,
                               std::string const& by) {
    auto text = json::serialize(body);
    text.replace(text.find(marked), marked.size(), by);
    return text;
}

class variations {
public:
    variations(api_operation const& of, api_call const& good) : of_(of), good_(good) {
        whole_requests();
        headers();
        parameters();
        if (!of.body_type().empty()) body();
        if (of.body_type().ends_with("json")) members();
    }
    std::vector<variation> take() { return std::move(all_); }

private:
    template <class F>
    void add(std::string name, F const& spoil) {
        auto call = good_;
        spoil(call);
        all_.push_back({std::move(name), std::move(call)});
    }

    void whole_requests() {
        add("as it should be", [](api_call&) {});
        add("bad escape in the query", [](api_call& c) { c.path += "?a=%zz", c.query.clear(); });
        add("bad escape in the path", [](api_call& c) { c.path += "%zz"; });
        add("cut escape in the path", [](api_call& c) { c.path += "%4"; });
        add("NUL in the path", [](api_call& c) { c.path += "%00"; });
        add("long target", [](api_call& c) { c.query.emplace_back("a", std::string(9'000, 'x')); });
        add("unknown parameter", [](api_call& c) { c.query.emplace_back("surprise", "1"); });
        add("empty parameter name", [](api_call& c) { c.query.emplace_back("", ""); });
        add("bytes that are no UTF-8", [](api_call& c) { c.query.emplace_back("a", "\xff\xfe"); });
        add("NUL in the query",
            [](api_call& c) { c.query.emplace_back("a", std::string(1, '\0')); });
        if (of_.method == "GET") add("HEAD", [](api_call& c) { c.method = "HEAD"; });
        if (of_.body_type().empty())
            add("a body nobody asked for", [](api_call& c) {
                c.headers.emplace_back("Content-Type", "application/json");
                c.body = "{}";
            });
    }

    void headers() {
        add("long header",
            [](api_call& c) { c.headers.emplace_back("X-Long", std::string(20'000, 'x')); });
        add("many headers", [](api_call& c) {
            for (int i = 0; i < 150; ++i) c.headers.emplace_back("X-" + std::to_string(i), "1");
        });
        add("two hosts", [](api_call& c) {
            c.headers.emplace_back("Host", "localhost");
            c.headers.emplace_back("Host", "localhost");
        });
        add("a request id that is none",
            [](api_call& c) { c.headers.emplace_back("X-Request-Id", "a b\"<>"); });
        add("bytes in a header",
            [](api_call& c) { c.headers.emplace_back("Accept-Language", "\xff\xfe \xc3\xa9"); });
        add("nothing is accepted",
            [](api_call& c) { c.headers.emplace_back("Accept", "image/png"); });
        if (of_.right().empty()) return;
        for (std::string const token :
             {"", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic dTpw", "bearer  x",
              "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "Bearer \xff\xfe", "Bearer null"})
            add("token: " + token, [&](api_call& c) { c.set_header("Authorization", token); });
        add("a long token", [](api_call& c) {
            c.set_header("Authorization", "Bearer " + std::string(7'000, 'a'));
        });
        add("no token", [](api_call& c) {
            std::erase_if(c.headers, [](auto const& h) { return h.first == "Authorization"; });
        });
        add("two tokens", [](api_call& c) { c.headers.emplace_back("Authorization", "Bearer x"); });
    }

    void parameters() {
        for (std::size_t i = 0; i < good_.query.size(); ++i) {
            auto const& name = good_.query[i].first;
            for (auto const& text : texts())
                add("query " + name + "=" + text.substr(0, 20),
                    [&](api_call& c) { c.query[i].second = text; });
            add("query without " + name, [&](api_call& c) {
                c.query.erase(c.query.begin() + static_cast<std::ptrdiff_t>(i));
            });
            add("query with two " + name, [&](api_call& c) { c.query.push_back(c.query[i]); });
        }
        std::vector<std::string> const templates = segments(of_.path), now = segments(good_.path);
        for (std::size_t i = 0; i < templates.size(); ++i) {
            if (!templates[i].starts_with('{')) continue;
            for (auto const& text : texts())
                if (!text.empty())  // that is another path
                    add("path " + templates[i] + "=" + text.substr(0, 20), [&](api_call& c) {
                        auto other = now;
                        other[i] = encoded(text);
                        c.path.clear();
                        for (auto const& segment : other) c.path += "/" + segment;
                    });
        }
    }
    static std::vector<std::string> segments(std::string_view path) {
        std::vector<std::string> all;
        for (auto const part : text::split(path.substr(1), '/')) all.emplace_back(part);
        return all;
    }

    void body() {
        add("no content type", [](api_call& c) {
            std::erase_if(c.headers, [](auto const& h) { return h.first == "Content-Type"; });
        });
        for (auto const* type : {"text/plain", "application/xml", "multipart/form-data",
                                 "application/x-www-form-urlencoded", "nonsense", "application/",
                                 "application/json; charset=utf-16", "APPLICATION/JSON"})
            add(std::string("content type ") + type,
                [&](api_call& c) { c.set_header("Content-Type", type); });
        add("no body", [](api_call& c) { c.body.clear(); });
        add("half a body", [](api_call& c) { c.body.resize(c.body.size() / 2); });
        add("something behind the body", [](api_call& c) { c.body += " x"; });
        add("two bodies", [](api_call& c) { c.body += c.body; });
        add("a byte order mark", [](api_call& c) { c.body = "\xef\xbb\xbf" + c.body; });
        add("a very deep body", [](api_call& c) { c.body = std::string(5'000, '['); });
        add("white space only", [](api_call& c) { c.body = " \r\n\t "; });
        if (of_.most_body() <= 16 * 1024 * 1024) {
            add("a body at its limit", [&](api_call& c) { c.body.resize(of_.most_body(), ' '); });
            add("a huge body", [&](api_call& c) { c.body.resize(of_.most_body() + 1, ' '); });
        }
    }

    void members() {
        json::value body = of_.body_example();
        each_place(body, "", [&](json::value& node, std::string const& at) {
            auto const before = node;
            node = mark;
            for (auto const& raw : raw_values()) {
                auto text = with_mark_replaced(body, json::serialize(json::value(mark)), raw);
                if (!text.empty())
                    add(at + " = " + raw.substr(0, 40), [&](api_call& c) { c.body = text; });
            }
            node = before;
            if (!node.is_object()) return;
            auto const names = node.get_object();
            auto& object = node.get_object();
            for (auto const& member : names) {
                auto const name = member.key();
                object.erase(name);
                add(at + " without " + std::string(name),
                    [&](api_call& c) { c.body = json::serialize(body); });
                object = names;
                object[mark] = 0;
                add(at + " with two " + std::string(name), [&](api_call& c) {
                    c.body = with_mark_replaced(body, "\"" + std::string(mark) + "\":0",
                                                json::serialize(json::value(name)) + ":1");
                });
                object = names;
            }
            for (std::string const extra : {"surprise", "", "__proto__", "id", "tenant_id",
                                            "is_superuser", "\U0001f3e8", "a\r\nX-Injected: 1"}) {
                if (object.contains(extra)) continue;
                object[extra] = 1;
                add(at + " with also " + extra,
                    [&](api_call& c) { c.body = json::serialize(body); });
                object = names;
            }
        });
    }

    api_operation const& of_;
    api_call const& good_;
    std::vector<variation> all_;
};

}  // namespace

std::vector<variation> variations_of(api_operation const& of, api_call const& good) {
    return variations(of, good).take();
}

}  // namespace agente::support
