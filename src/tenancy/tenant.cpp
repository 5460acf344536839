#include "tenancy/tenant.hpp"

#include <limits>
#include <tuple>

namespace agente::tenancy {
namespace {

boost::json::value const* member(boost::json::value const& of, std::string_view name) {
    auto const* object = of.if_object();
    return object ? object->if_contains(name) : nullptr;
}

std::string text(boost::json::value const* v) {
    if (!v) return {};
    if (auto const* s = v->if_string()) return std::string(*s);
    if (v->is_int64() || v->is_uint64()) return std::to_string(v->to_number<std::int64_t>());
    return {};
}

std::optional<int> whole_number(boost::json::value const* v) {
    if (!v) return std::nullopt;
    if (auto const* i = v->if_int64(); i && *i >= 0 && *i <= std::numeric_limits<int>::max())
        return static_cast<int>(*i);
    return std::nullopt;
}

}  // namespace

own_settings const& tenant::own() const {
    static own_settings const nothing;
    return own_ ? *own_ : nothing;
}

void tenant::set_own(own_settings all) {
    own_ = all == own_settings{} ? nullptr : std::make_shared<own_settings const>(std::move(all));
}

bool operator==(tenant const& a, tenant const& b) {
    auto const plain = [](tenant const& t) {
        return std::tie(t.id, t.active, t.slug, t.name, t.business_hours_start,
                        t.business_hours_end, t.whatsapp_number_id, t.pms_hotel_id, t.languages,
                        t.currency, t.timezone);
    };
    return plain(a) == plain(b) && a.own() == b.own();
}

std::string tenant::text(std::string_view of, std::string_view language) const {
    for (auto const& one : own().texts)
        if (one.name == of && one.language == language) return one.words;
    return {};
}

void apply_settings(tenant& into, boost::json::value const& settings) {
    own_settings own;
    if (auto const* whatsapp = member(settings, "whatsapp")) {
        into.whatsapp_number_id = text(member(*whatsapp, "phone_number_id"));
        own.whatsapp_access_token = text(member(*whatsapp, "access_token"));
        own.whatsapp_app_secret = text(member(*whatsapp, "app_secret"));
    }
    if (auto const* pms = member(settings, "pms")) {
        into.pms_hotel_id = whole_number(member(*pms, "hotel_id"));
        own.pms_base_url = text(member(*pms, "base_url"));
        own.pms_api_key = text(member(*pms, "api_key"));
    }
    if (auto const* languages = member(settings, "languages"); languages && languages->is_array())
        for (auto const& language : languages->get_array())
            if (auto word = text(&language); !word.empty())
                into.languages.push_back(std::move(word));
    if (auto const* texts = member(settings, "texts"); texts && texts->is_object())
        for (auto const& [name, by_language] : texts->get_object())
            if (by_language.is_object())
                for (auto const& [language, words] : by_language.get_object())
                    if (words.is_string() && !words.get_string().empty())
                        own.texts.push_back({name, language, std::string(words.get_string())});
    into.currency = text(member(settings, "currency"));
    if (auto zone = text(member(settings, "timezone")); !zone.empty())
        into.timezone = std::move(zone);
    if (into.timezone.empty()) into.timezone = "UTC";
    into.set_own(std::move(own));
}

}  // namespace agente::tenancy
