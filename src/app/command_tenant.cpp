// agente-hotel tenant …: hotels and their settings.
#include <boost/json/parse.hpp>
#include <iostream>

#include "app/command_session.hpp"
#include "base/text.hpp"
#include "tenancy/tenant_routes.hpp"
#include "tenancy/tenant_secrets.hpp"

namespace agente::app {
namespace {

struct tenant_words {
    std::string slug, name, words, status, setting, value, confirm;
    bool unset{}, force{};
};

void print(command_session const& s, tenancy::tenant_view const& one) {
    if (s.json) return print_json(std::cout, one);
    std::vector<std::vector<std::string>> rows;
    auto const show = [&rows](std::string name, std::string value) {
        if (!value.empty()) rows.push_back({std::move(name), std::move(value)});
    };
    auto const& with = one.settings;
    show("name", one.name);
    show("status", std::string(boost::describe::enum_to_string(one.status, "?")));
    auto const& hours = one.business_hours;
    if (hours.start && hours.end)
        show("business_hours", fmt::format("{}:00 to {}:00 {}", *hours.start, *hours.end,
                                           hours.timezone.value_or("")));
    show("languages", fmt::format("{}", fmt::join(with.languages, ", ")));
    show("currency", with.currency.value_or(""));
    show("timezone", with.timezone.value_or(""));
    show("whatsapp.phone_number_id", with.whatsapp.phone_number_id.value_or(""));
    show("whatsapp.access_token", with.whatsapp.access_token.set ? "(set)" : "");
    show("whatsapp.app_secret", with.whatsapp.app_secret.set ? "(set)" : "");
    show("pms.base_url", with.pms.base_url.value_or(""));
    show("pms.hotel_id", with.pms.hotel_id ? std::to_string(*with.pms.hotel_id) : "");
    show("pms.api_key", with.pms.api_key.set ? "(set)" : "");
    auto const words = [&show](std::string const& of, tenancy::texts_view const& texts) {
        show(of + ".es", texts.es.value_or(""));
        show(of + ".en", texts.en.value_or(""));
        show(of + ".pt", texts.pt.value_or(""));
    };
    words("texts.welcome", with.texts.welcome);
    words("texts.handover", with.texts.handover);
    show("since (UTC)", shown(one.created_at));
    print_table(std::cout, {"HOTEL", one.slug}, rows);
}

task<> add(command_session& s, tenant_words const& w) {
    auto one = tenancy::read_new_tenant({{"slug", w.slug}, {"name", w.name}});
    print(s, co_await s.with.tenants.create(s.who, one.slug, std::move(one.what)));
}

task<> list(command_session& s, tenant_words const& w) {
    tenancy::tenant_filter by{
        .q = std::nullopt, .status = std::nullopt, .limit = 200, .cursor = std::nullopt};
    if (!w.words.empty()) by.q = w.words;
    if (!w.status.empty()) {
        tenancy::tenant_status status{};
        if (!boost::describe::enum_from_string(w.status.c_str(), status))
            throw failure(error(error_kind::invalid, "tenants.no_status",
                                "--status is one of active, inactive, suspended"));
        by.status = status;
    }
    std::vector<std::vector<std::string>> rows;
    do {
        auto const page = co_await s.with.tenants.list(s.who, by);
        for (auto const& one : page.items) {
            if (s.json)
                print_json(std::cout, one);
            else
                rows.push_back(
                    {one.slug, one.name, boost::describe::enum_to_string(one.status, "?"),
                     one.settings.whatsapp.phone_number_id.value_or(""), shown(one.created_at)});
        }
        by.cursor = page.next_cursor;
    } while (by.cursor);
    print_table(std::cout, {"HOTEL", "NAME", "STATUS", "WHATSAPP NUMBER ID", "SINCE (UTC)"}, rows);
    if (s.json || !rows.empty()) co_return;
    std::cout
        << (by.q || by.status
                ? "No such hotel. All of them: agente-hotel tenant list\n"
                : "No hotel. The first one: agente-hotel tenant add hotel-sol \"Hotel Sol\"\n");
}

task<> show(command_session& s, tenant_words const& w) {
    print(s, co_await s.with.tenants.read(s.who, w.slug));
}

struct setting {
    std::string_view path, meaning;
};
constexpr std::array known_settings{
    setting{"name", "what the hotel is called"},
    setting{"languages", "es, en, pt in the order of preference: es,en"},
    setting{"currency", "ISO 4217: USD"},
    setting{"timezone", "IANA: America/Montevideo"},
    setting{"business_hours.start", "hour of the day: 8"},
    setting{"business_hours.end", "hour of the day: 22"},
    setting{"business_hours.timezone", "IANA"},
    setting{"whatsapp.phone_number_id", "Meta's id of the hotel's number"},
    setting{"whatsapp.access_token", "secret; of the hotel's own Meta app"},
    setting{"whatsapp.app_secret", "secret; of the hotel's own Meta app"},
    setting{"pms.base_url", "the hotel's own QloApps server"},
    setting{"pms.hotel_id", "the hotel's number there"},
    setting{"pms.api_key", "secret; the key of that server's webservice"},
    setting{"texts.welcome.es", "said to a guest who writes for the first time; also .en, .pt"},
    setting{"texts.handover.es", "said when a person takes over; also .en, .pt"},
};

bool is_setting(std::string_view path) {
    if (path.starts_with("texts.") && (path.ends_with(".en") || path.ends_with(".pt")))
        return is_setting(std::string(path.substr(0, path.size() - 3)) + ".es");
    return std::ranges::any_of(known_settings, [&](auto const& one) { return one.path == path; });
}

std::string settings_list() {
    std::string out = "Settings:";
    for (auto const& one : known_settings)
        out += fmt::format("\n  {:<26}{}", one.path, one.meaning);
    return out;
}

bool is_secret(std::string_view path) {
    return std::ranges::any_of(tenancy::secret_paths,
                               [&](auto const& one) { return one.name == path; });
}

// A number, a list or whatever else JSON has; anything that is no JSON is a text, as are digits
// where the setting is one.
boost::json::value value_of(std::string const& path, std::string const& typed) {
    if (path == "languages") {
        boost::json::array all;
        for (auto const& one : text::split(typed, ',')) all.emplace_back(text::trim(one));
        return all;
    }
    bool const number = path == "pms.hotel_id" || path.starts_with("business_hours.");
    boost::json::error_code ec;
    auto parsed = boost::json::parse(typed, ec);
    if (number && !ec && parsed.is_int64()) return parsed;
    return boost::json::value(typed);
}

// "pms.hotel_id" = 3 becomes {"settings": {"pms": {"hotel_id": 3}}}.
boost::json::object document(std::string const& path, boost::json::value value) {
    auto names = text::split(path, '.');
    for (auto name = names.rbegin(); name != names.rend(); ++name)
        value = boost::json::object{{*name, std::move(value)}};
    auto inside = std::move(value.as_object());
    if (inside.contains("name") || inside.contains("business_hours")) return inside;
    return {{"settings", std::move(inside)}};
}

task<> set(command_session& s, tenant_words const& w) {
    if (!is_setting(w.setting))
        throw failure(
            error(error_kind::invalid, "input.no_setting",
                  fmt::format("there is no setting '{}'\n{}", w.setting, settings_list())));
    if (w.unset && w.setting == "name")
        throw failure(error(error_kind::invalid, "input.needed",
                            "a hotel has a name: give another one instead of taking it away"));
    boost::json::value value;  // null: unset
    if (!w.unset) {
        if (is_secret(w.setting)) {
            if (!w.value.empty())
                throw failure(error(error_kind::invalid, "input.secret",
                                    w.setting + " is a secret: leave the value away, it is asked "
                                                "for or read from standard input"));
            value = boost::json::value(read_secret(w.setting).reveal());
        } else {
            if (w.value.empty())
                throw failure(error(error_kind::invalid, "input.no_value",
                                    "give a value, or --unset to take it away"));
            value = value_of(w.setting, w.value);
        }
    }
    auto change = tenancy::read_tenant_change(document(w.setting, std::move(value)));
    print(s, co_await s.with.tenants.patch(s.who, w.slug, std::move(change)));
}

task<> suspend(command_session& s, tenant_words const& w) {
    print(s, co_await s.with.tenants.suspend(s.who, w.slug));
}

task<> activate(command_session& s, tenant_words const& w) {
    print(s, co_await s.with.tenants.activate(s.who, w.slug));
}

task<> remove(command_session& s, tenant_words const& w) {
    co_await s.with.tenants.remove(s.who, w.slug, w.force, w.confirm);
    if (s.json)
        print_json(std::cout, boost::json::object{{"deleted", w.slug}});
    else
        std::cout << "Deleted " << w.slug << '\n';
}

task<> reseal(command_session& s, tenant_words const&) {
    auto const done = co_await s.with.tenants.reseal();
    if (s.json)
        print_json(std::cout, boost::json::object{{"hotels", done.hotels},
                                                  {"renewed", done.renewed},
                                                  {"unreadable", http::encode(done.unreadable)}});
    else
        std::cout << done.renewed << " secret(s) of " << done.hotels
                  << " hotel(s) encrypted anew; unreadable: " << done.unreadable.size() << '\n';
    if (!s.json)
        for (auto const& one : done.unreadable) std::cout << "  " << one << '\n';
    if (!done.unreadable.empty())
        throw failure(error(error_kind::conflict, "settings_key.unknown",
                            "some secrets open with none of the keys in SETTINGS_KEY: add the key "
                            "they were encrypted with, or set them anew"));
}

using action = task<> (*)(command_session&, tenant_words const&);

}  // namespace

void add_tenant_command(command const& program) {
    auto const group = program.add_group("tenant", "Hotels and their settings");
    auto const words = std::make_shared<tenant_words>();
    auto const declare = [&](std::string const& name, std::string const& help, action what,
                             bool of_one = true) {
        auto const it = group.add(name, help);
        it.env_file();
        it.json("A line of JSON for each hotel");
        if (of_one) it.argument("tenant", words->slug, "Slug of the hotel");
        it.run([words, what](common_options const& common) {
            return administer(common,
                              [words, what](command_session& s) { return what(s, *words); });
        });
        return it;
    };
    declare("add", "Add a hotel", add).argument("name", words->name, "What it is called");
    auto const listing = declare("list", "Which hotels there are", list, false);
    listing.text("--search", words->words, "Words of the name or slug, each possibly cut short");
    listing.text("--status", words->status, "active, inactive or suspended");
    declare("show", "A hotel and its settings; of secrets only whether they are set", show);
    auto const setting = declare("set", "Change a setting", set);
    setting.notes(settings_list());
    setting.argument("setting", words->setting, "Which one");
    setting.text("value", words->value,
                 "Its value; secrets are asked for or read from standard input");
    setting.flag("--unset", words->unset, "Take it away");
    declare("suspend", "Its guests get no answers, its people are signed out", suspend);
    declare("activate", "Let it work again", activate);
    auto const deleting = declare("delete", "Delete a hotel that has nothing", remove);
    deleting.flag("--force", words->force,
                  "With everything it has; needs the slug again as --confirm");
    deleting.text("--confirm", words->confirm, "With --force: the slug, typed again");
    declare("reseal", "Encrypt all hotels' secrets with the first key of SETTINGS_KEY", reseal,
            false);
}

}  // namespace agente::app
