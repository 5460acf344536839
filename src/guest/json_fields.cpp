#include "guest/json_fields.hpp"

#include "base/text.hpp"
#include "hotel/stay.hpp"

namespace agente::guest {

std::int64_t as_integer(boost::json::value const& v, std::int64_t least, std::int64_t most) {
    auto const* n = v.if_int64();
    if (!n || *n < least || *n > most) throw malformed_json();
    return *n;
}

std::string as_text(boost::json::value const& v, std::size_t most_bytes) {
    auto const* s = v.if_string();
    if (!s || s->size() > most_bytes || !text::valid_utf8({s->data(), s->size()}))
        throw malformed_json();
    return {s->data(), s->size()};
}

fields fields::of(boost::json::value const& v) {
    auto const* o = v.if_object();
    if (!o) throw malformed_json();
    return fields(*o);
}

std::int64_t fields::integer(std::string_view name, std::int64_t absent, std::int64_t least,
                             std::int64_t most) const {
    auto const* v = object_->if_contains(name);
    return v ? as_integer(*v, least, most) : absent;
}

std::optional<int> fields::maybe_integer(std::string_view name, int least, int most) const {
    auto const* v = object_->if_contains(name);
    if (!v) return std::nullopt;
    return static_cast<int>(as_integer(*v, least, most));
}

std::string fields::text(std::string_view name, std::size_t most_bytes) const {
    auto const* v = object_->if_contains(name);
    return v ? as_text(*v, most_bytes) : std::string();
}

bool fields::flag(std::string_view name) const {
    auto const* v = object_->if_contains(name);
    if (!v) return false;
    if (!v->is_bool()) throw malformed_json();
    return v->get_bool();
}

std::optional<std::chrono::year_month_day> fields::day(std::string_view name) const {
    auto const* v = object_->if_contains(name);
    if (!v) return std::nullopt;
    auto const parsed = hotel::parse_iso(as_text(*v, 10));
    if (!parsed) throw malformed_json();
    return *parsed;
}

boost::json::array const& fields::array(std::string_view name, std::size_t most) const {
    static boost::json::array const none;
    auto const* v = object_->if_contains(name);
    if (!v) return none;
    auto const* all = v->if_array();
    if (!all || all->size() > most) throw malformed_json();
    return *all;
}

fields fields::object(std::string_view name) const {
    static boost::json::object const none;
    auto const* v = object_->if_contains(name);
    return v ? of(*v) : fields(none);
}

}  // namespace agente::guest
