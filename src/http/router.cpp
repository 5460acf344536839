#include "http/router.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "http/target.hpp"

namespace agente::http {

// A tree of path segments; at every step a literal child is preferred to the parameter.
struct router::node {
    std::map<std::string, std::unique_ptr<node>, std::less<>> literal;
    std::unique_ptr<node> parameter;
    std::vector<route const*> here;
};

namespace {

// "/a/b/" -> a, b. One trailing slash does not count.
std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    if (!path.empty() && path.front() == '/') path.remove_prefix(1);
    if (!path.empty() && path.back() == '/') path.remove_suffix(1);
    if (path.empty()) return segments;
    for (;;) {
        auto const slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

bool is_name(std::string_view s) {
    return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string allowed(std::vector<route const*> const& routes) {
    std::string list;
    auto const append = [&](std::string_view method) {
        if (!list.empty()) list += ", ";
        list += method;
    };
    bool head = false;
    bool get = false;
    for (auto const* r : routes) {
        append(r->method);
        head = head || r->method == "HEAD";
        get = get || r->method == "GET";
    }
    if (get && !head) append("HEAD");
    append("OPTIONS");
    return list;
}

void check_rates(route const& r) {
    auto const refuse = [&](std::string const& why) {
        throw std::logic_error("route " + r.method + " " + r.pattern + " has a rate limit " + why);
    };
    std::set<std::pair<rate_limit::by, std::chrono::seconds>> known;
    for (auto const& limit : r.doc.rates) {
        if (limit.requests < 1 || limit.per < std::chrono::seconds(1))
            refuse("of less than one request, or in less than a second");
        if (limit.who != rate_limit::by::address && r.doc.scope.empty())
            refuse("by account or tenant but no scope: nobody knows whose request it is");
        if (!known.emplace(limit.who, limit.per).second)
            refuse("twice for the same callers and time");
    }
}

[[noreturn]] void malformed(std::string const& pattern, std::string_view why) {
    throw std::logic_error("route pattern \"" + pattern + "\": " + std::string(why));
}

}  // namespace

router::router() : root_(std::make_unique<node>()) {}
router::~router() = default;

void router::add(std::string method, std::string pattern, handler h, route_doc doc) {
    if (!pattern.starts_with('/')) malformed(pattern, "must begin with a slash");
    if (pattern.size() > 1 && pattern.ends_with('/'))
        malformed(pattern, "must not end with a slash");
    if (!h) malformed(pattern, "has no handler");
    auto fresh = std::make_unique<route>(
        route{std::move(method), pattern, std::move(h), std::move(doc), {}, routes_.size()});
    auto* at = root_.get();
    for (auto const segment : segments_of(pattern)) {
        if (segment.empty()) malformed(pattern, "has an empty segment");
        if (segment.front() == '{') {
            if (segment.back() != '}' || !is_name(segment.substr(1, segment.size() - 2)))
                malformed(
                    pattern,
                    "a parameter is a whole segment, such as {id}, of lower-case letters, digits and _");
            std::string name(segment.substr(1, segment.size() - 2));
            if (std::find(fresh->names.begin(), fresh->names.end(), name) != fresh->names.end())
                malformed(pattern, "names a parameter twice");
            fresh->names.push_back(std::move(name));
            if (!at->parameter) at->parameter = std::make_unique<node>();
            at = at->parameter.get();
        } else {
            if (segment.find_first_of("{}%?#") != std::string_view::npos)
                malformed(pattern, "has a character that a literal segment cannot have");
            auto& child = at->literal[std::string(segment)];
            if (!child) child = std::make_unique<node>();
            at = child.get();
        }
    }
    for (auto const* other : at->here)
        if (other->method == fresh->method)
            malformed(pattern, "is there already for " + fresh->method);
    at->here.push_back(fresh.get());
    routes_.push_back(std::move(fresh));
}

router::match router::find(std::string_view method, std::string_view path) const {
    match found;
    auto const encoded = segments_of(path);
    std::vector<std::string> segments;
    segments.reserve(encoded.size());
    for (auto const segment : encoded) {
        auto plain = percent_decode(segment, false);
        if (!plain) {
            found.what = match::kind::malformed;
            return found;
        }
        segments.push_back(std::move(*plain));
    }

    // Depth first with the way back: /a/{x}/c must be found for /a/b/c although /a/b exists. The
    // first path that has the method wins; the first that lacks it supplies Allow. Depth and
    // branching are those of the routes, not of the request.
    std::vector<std::string_view> values;
    std::vector<std::string_view> winning;
    route const* winner = nullptr;
    node const* without_method = nullptr;
    auto const walk = [&](auto const& self, node const& at, std::size_t depth) -> bool {
        if (depth == segments.size()) {
            if (at.here.empty()) return false;
            auto const has = [&](std::string_view m) {
                auto const r = std::find_if(at.here.begin(), at.here.end(),
                                            [&](auto const* x) { return x->method == m; });
                return r == at.here.end() ? nullptr : *r;
            };
            winner = has(method);
            if (!winner && method == "HEAD") winner = has("GET");
            if (winner)
                winning = values;
            else if (!without_method)
                without_method = &at;
            return winner != nullptr;
        }
        if (auto const child = at.literal.find(segments[depth]); child != at.literal.end())
            if (self(self, *child->second, depth + 1)) return true;
        if (!at.parameter || segments[depth].empty()) return false;
        values.push_back(segments[depth]);
        if (self(self, *at.parameter, depth + 1)) return true;
        values.pop_back();
        return false;
    };
    walk(walk, *root_, 0);

    if (winner) {
        found.what = match::kind::found;
        found.route = winner;
        for (std::size_t i = 0; i < winning.size(); ++i)
            found.path_params.emplace(winner->names[i], winning[i]);
    } else if (without_method) {
        found.what = match::kind::no_such_method;
        found.allow = allowed(without_method->here);
    }
    return found;
}

void router::check() const {
    for (auto const& r : routes_) {
        if (!r->doc.scope.empty() && !duties_.scopes)
            throw std::logic_error("route " + r->method + " " + r->pattern + " wants the scope \"" +
                                   r->doc.scope + "\" but no guard is there to check it");
        if (!r->doc.rates.empty() && !duties_.rates)
            throw std::logic_error("route " + r->method + " " + r->pattern +
                                   " has a rate limit but no guard is there to count");
        check_rates(*r);
    }
}

}  // namespace agente::http
