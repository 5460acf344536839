#include "http/schema_check.hpp"

#include <unicode/regex.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include "base/text.hpp"

namespace agente::http::test {
namespace {

namespace json = boost::json;

// Calls `f(schema, example)` for every pair below `node`: media types and parameters.
template <class F>
void each_example(json::value const& node, F const& f) {
    if (node.is_array()) {
        for (auto const& child : node.get_array()) each_example(child, f);
    } else if (node.is_object()) {
        auto const& o = node.get_object();
        auto const* const schema = o.if_contains("schema");
        if (auto const* const example = o.if_contains("example"); schema && example)
            f(*schema, *example);
        if (auto const* const examples = o.if_contains("examples");
            examples && examples->is_array() && o.contains("type"))
            for (auto const& one : examples->get_array()) f(node, one);
        if (auto const* const usual = o.if_contains("default"); usual && o.contains("type"))
            f(node, *usual);
        for (auto const& member : o) each_example(member.value(), f);
    }
}

std::string_view view(json::string const& s) { return {s.data(), s.size()}; }

bool is_type(json::value const& v, std::string_view type) {
    if (type == "null") return v.is_null();
    if (type == "boolean") return v.is_bool();
    if (type == "string") return v.is_string();
    if (type == "array") return v.is_array();
    if (type == "object") return v.is_object();
    if (type == "number") return v.is_number();
    if (type == "integer")
        return v.is_int64() || v.is_uint64() ||
               (v.is_double() && std::trunc(v.get_double()) == v.get_double());
    return false;
}

bool has_format(std::string_view s, std::string_view format) {
    static std::regex const date(R"(\d{4}-\d\d-\d\d)");
    static std::regex const time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))");
    std::string const text(s);
    if (format == "date") return std::regex_match(text, date);
    if (format == "date-time") return std::regex_match(text, time);
    if (format == "email") return text.find('@') != std::string::npos;
    // Words of our own for rules that a schema cannot tell.
    static std::set<std::string_view> const ours{"slug",     "username", "digits",        "line",
                                                 "http-url", "iso-4217", "iana-timezone", "cursor"};
    return format == "int32" || format == "int64" || ours.contains(format);
}

bool matches(std::string_view s, std::string_view pattern) {
    static std::map<std::string, std::unique_ptr<icu::RegexPattern>, std::less<>> compiled;
    auto at = compiled.find(pattern);
    UErrorCode status = U_ZERO_ERROR;
    if (at == compiled.end()) {
        // ICU's $ is also before a line's end at the end of the text, ECMA's is not.
        auto const exact = std::string(pattern.substr(0, pattern.size() - 1)) + "\\z";
        at = compiled
                 .emplace(pattern, icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(exact),
                                                              0, status))
                 .first;
    }
    auto const text = icu::UnicodeString::fromUTF8(std::string(s));
    std::unique_ptr<icu::RegexMatcher> const matcher(at->second->matcher(text, status));
    return U_SUCCESS(status) && matcher->find();
}

class checker {
public:
    explicit checker(json::value const& document) : document_(document) {}

    void check(json::value const& schema, json::value const& v, std::string const& at) {
        for (auto const& member : schema.as_object()) {
            std::string const keyword(member.key().data(), member.key().size());
            auto const& rule = member.value();
            if (keyword == "$ref") {
                if (auto const* const target = find(rule))
                    check(*target, v, at);
                else
                    complain(at, "dangling reference");
            } else if (keyword == "type") {
                bool fits = rule.is_string() && is_type(v, view(rule.as_string()));
                if (rule.is_array())
                    for (auto const& one : rule.get_array())
                        fits = fits || is_type(v, view(one.as_string()));
                if (!fits) complain(at, "is not of type " + json::serialize(rule));
            } else if (keyword == "enum") {
                auto const& all = rule.as_array();
                if (std::find(all.begin(), all.end(), v) == all.end())
                    complain(at, "is not in the list");
            } else if (keyword == "anyOf") {
                bool fits = false;
                for (auto const& one : rule.as_array())
                    fits = fits || violations(one, v, document_).empty();
                if (!fits) complain(at, "fits no alternative");
            } else if (!annotation(keyword) && !bound(keyword, rule, v, at) &&
                       !structure(keyword, rule, schema, v, at)) {
                complain(at, "unknown keyword " + keyword);
            }
        }
    }
    json::value const* find(json::value const& reference) const {
        auto const& text = reference.as_string();
        if (!view(text).starts_with("#/")) return nullptr;
        auto const* at = &document_;
        for (auto const step : text::split(view(text).substr(2), '/')) {
            auto const* const object = at->if_object();
            at =
                object ? object->if_contains(json::string_view(step.data(), step.size())) : nullptr;
            if (!at) return nullptr;
        }
        return at;
    }
    std::vector<std::string> found;

private:
    void complain(std::string const& at, std::string const& what) {
        found.push_back(at + " " + what);
    }
    static bool annotation(std::string_view k) {
        return k == "description" || k == "default" || k == "examples";
    }

    bool bound(std::string const& k, json::value const& rule, json::value const& v,
               std::string const& at) {
        auto const size = [](json::value const& n) { return n.to_number<std::size_t>(); };
        if (k == "minimum" || k == "maximum") {
            if (!v.is_number()) return true;
            auto const n = v.to_number<double>();
            auto const limit = rule.to_number<double>();
            if (k == "minimum" ? n < limit : n > limit) complain(at, "is out of range");
        } else if (k == "minLength" || k == "maxLength") {
            if (!v.is_string()) return true;
            auto const n = text::code_points(view(v.get_string()));
            if (k == "minLength" ? n < size(rule) : n > size(rule))
                complain(at, "has the wrong length");
        } else if (k == "minItems" || k == "maxItems") {
            if (!v.is_array()) return true;
            if (k == "minItems" ? v.get_array().size() < size(rule)
                                : v.get_array().size() > size(rule))
                complain(at, "has the wrong size");
        } else if (k == "pattern") {
            if (v.is_string() && !matches(view(v.get_string()), view(rule.as_string())))
                complain(at, "does not match its pattern");
        } else if (k == "format") {
            if (v.is_string() && !has_format(view(v.get_string()), view(rule.as_string())))
                complain(at, "has the wrong format");
        } else {
            return false;
        }
        return true;
    }

    bool structure(std::string const& k, json::value const& rule, json::value const& schema,
                   json::value const& v, std::string const& at) {
        if (k == "items") {
            if (v.is_array())
                for (std::size_t i = 0; i < v.get_array().size(); ++i)
                    check(rule, v.get_array()[i], at + "/" + std::to_string(i));
        } else if (k == "properties") {
            if (v.is_object())
                for (auto const& p : rule.as_object())
                    if (auto const* const value = v.get_object().if_contains(p.key()))
                        check(p.value(), *value, at + "/" + std::string(p.key()));
        } else if (k == "required") {
            if (v.is_object())
                for (auto const& name : rule.as_array())
                    if (!v.get_object().contains(name.as_string()))
                        complain(at, "lacks " + json::serialize(name));
        } else if (k == "additionalProperties") {
            if (rule != json::value(false)) complain(at, "additionalProperties is not false");
            if (v.is_object())
                for (auto const& member : v.get_object())
                    if (!schema.at("properties").as_object().contains(member.key()))
                        complain(at, "has an unknown member");
        } else {
            return false;
        }
        return true;
    }

    json::value const& document_;
};

}  // namespace

std::vector<std::string> violations(json::value const& schema, json::value const& value,
                                    json::value const& document) {
    checker c(document);
    c.check(schema, value, "#");
    return c.found;
}

std::vector<std::string> unfit_examples(json::value const& document, std::size_t& seen) {
    std::vector<std::string> all;
    each_example(document, [&](json::value const& schema, json::value const& example) {
        ++seen;
        for (auto const& why : violations(schema, example, document))
            all.push_back(why + " in " + json::serialize(example));
    });
    return all;
}

std::vector<std::string> dangling_references(json::value const& node, json::value const& document) {
    std::vector<std::string> lost;
    auto const add = [&](json::value const& child) {
        auto more = dangling_references(child, document);
        lost.insert(lost.end(), more.begin(), more.end());
    };
    if (node.is_array()) {
        for (auto const& child : node.get_array()) add(child);
    } else if (node.is_object()) {
        for (auto const& member : node.get_object()) {
            if (member.key() == "$ref" && !checker(document).find(member.value()))
                lost.push_back(json::serialize(member.value()));
            add(member.value());
        }
    }
    return lost;
}

}  // namespace agente::http::test
