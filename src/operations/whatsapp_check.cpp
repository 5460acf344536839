#include "operations/whatsapp_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/array.hpp>
#include <vector>

#include "base/text.hpp"
#include "operations/graph_api.hpp"

namespace agente::operations {
namespace {

namespace json = boost::json;

constexpr auto soon = std::chrono::days(14);
constexpr int bad_token = 190;

std::string text_in(json::object const& from, std::string_view key) {
    auto const* const v = from.if_contains(key);
    return v && v->is_string() ? text::scrub_utf8(std::string_view(v->get_string()))
                               : std::string();
}

std::int64_t number_in(json::object const& from, std::string_view key) {
    auto const* const v = from.if_contains(key);
    return v && v->is_int64() ? v->get_int64() : 0;
}

// The objects of an array; anything else is none.
std::vector<json::object const*> objects_in(json::object const& from, std::string_view key) {
    std::vector<json::object const*> out;
    auto const* const v = from.if_contains(key);
    if (v && v->is_array())
        for (auto const& one : v->get_array())
            if (auto const* const object = one.if_object()) out.push_back(object);
    return out;
}

std::vector<std::string> texts_in(json::object const& from, std::string_view key) {
    std::vector<std::string> out;
    auto const* const v = from.if_contains(key);
    if (v && v->is_array())
        for (auto const& one : v->get_array())
            if (one.is_string()) out.emplace_back(std::string_view(one.get_string()));
    return out;
}

bool holds(std::vector<std::string> const& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() < 40 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string day_of(std::int64_t unix_seconds) {
    return to_rfc3339(time_point(std::chrono::seconds(unix_seconds))).substr(0, 10);
}

constexpr std::string_view new_token =
    "Meta Business Settings > Users > System users: make a token that never expires, with "
    "whatsapp_business_messaging and whatsapp_business_management, and put it into "
    "WHATSAPP_ACCESS_TOKEN";

class examination {
public:
    examination(net::http_client& http, whatsapp_check_options const& with, clock const& time,
                findings& out)
        : graph_(http, with.base_url, with.deadline), with_(with), time_(time), out_(out) {}

    task<> all() {
        auto const usable = co_await token();
        if (!usable) co_return;
        if (!with_.number_id.empty()) co_await number();
        co_await account();
        co_await app();
    }

private:
    void add(std::string check, severity level, std::string what, std::string cure = {}) {
        out_.push_back({std::move(check), level, std::move(what), std::move(cure)});
    }

    task<bool> token() {
        auto const got = co_await graph_.get(
            "/debug_token?input_token=" + net::percent_encode(with_.token.reveal()), with_.token);
        if (!got.ok() && got.error_code == 0) {
            add("whatsapp.reach", severity::fault,
                "Meta's Graph API gave no answer: " + got.trouble,
                "check WHATSAPP_API_BASE_URL, and that firewalls let this machine reach "
                "graph.facebook.com:443");
            co_return false;
        }
        add("whatsapp.reach", severity::ok, "Meta's Graph API answers");
        if (!got.ok()) {
            add("whatsapp.token", severity::fault,
                got.error_code == bad_token
                    ? "the access token is not valid: " + got.trouble
                    : "the access token cannot be looked at: " + got.trouble,
                std::string(new_token));
            co_return false;
        }
        auto const* const data = got.document.if_contains("data");
        auto const told = data && data->is_object() ? data->get_object() : json::object();
        auto const* const valid = told.if_contains("is_valid");
        if (!valid || !valid->is_bool() || !valid->get_bool()) {
            add("whatsapp.token", severity::fault, "the access token is not valid any more",
                std::string(new_token));
            co_return false;
        }
        app_id_ = text_in(told, "app_id");
        for (auto const* const one : objects_in(told, "granular_scopes"))
            if (text_in(*one, "scope") == "whatsapp_business_management")
                accounts_ = texts_in(*one, "target_ids");
        std::erase_if(accounts_, [](std::string const& id) { return !is_id(id); });
        life_of_token(number_in(told, "expires_at"));
        rights(texts_in(told, "scopes"));
        co_return true;
    }

    void life_of_token(std::int64_t expires) {
        if (expires == 0) {
            add("whatsapp.token", severity::ok, "the access token is valid and does not expire");
            return;
        }
        auto const left = time_point(std::chrono::seconds(expires)) - time_.now();
        auto const until = "the access token is valid until " + day_of(expires);
        if (left < soon)
            add("whatsapp.token", severity::fault, until + ": answers stop when it ends",
                std::string(new_token));
        else
            add("whatsapp.token", severity::warning, until + " only, as a person's token is",
                std::string(new_token));
    }

    void rights(std::vector<std::string> const& scopes) {
        if (!holds(scopes, "whatsapp_business_messaging"))
            add("whatsapp.rights", severity::fault,
                "the access token may not send (whatsapp_business_messaging is missing)",
                std::string(new_token));
        else if (!holds(scopes, "whatsapp_business_management"))
            add("whatsapp.rights", severity::warning,
                "the access token may send, but not look at the account's subscription "
                "(whatsapp_business_management is missing)",
                std::string(new_token));
        else
            add("whatsapp.rights", severity::ok, "the access token may send and manage");
    }

    task<> number() {
        if (!is_id(with_.number_id)) {
            add("whatsapp.number", severity::fault,
                "WHATSAPP_PHONE_NUMBER_ID is not an id: it has digits only, and is not the number",
                "copy the Phone number ID from WhatsApp Manager > API setup");
            co_return;
        }
        auto const got = co_await graph_.get(
            fmt::format("/{}?fields=id,display_phone_number,verified_name,quality_rating",
                        with_.number_id),
            with_.token);
        if (!got.ok()) {
            add("whatsapp.number", severity::fault,
                fmt::format("the number id {} cannot be used with this token: {}", with_.number_id,
                            got.trouble),
                "copy the Phone number ID from WhatsApp Manager > API setup, and give the system "
                "user the WhatsApp account as an asset (Business Settings)");
            co_return;
        }
        auto const quality = text_in(got.document, "quality_rating");
        auto const said =
            fmt::format("{} ({}), quality {}", text_in(got.document, "display_phone_number"),
                        text_in(got.document, "verified_name"),
                        quality.empty() ? "not rated" : text::lower(quality));
        if (quality == "RED")
            add("whatsapp.number", severity::warning,
                said + ": guests block or report it, and Meta may limit it",
                "look at WhatsApp Manager > Insights before you send more");
        else
            add("whatsapp.number", severity::ok, said);
    }

    // The account that the number belongs to; empty when that is not told.
    task<std::string> account_of_number() {
        if (accounts_.size() <= 1 || with_.number_id.empty())
            co_return accounts_.size() == 1 ? accounts_.front() : std::string();
        for (auto const& id : accounts_) {
            auto const got = co_await graph_.get(
                fmt::format("/{}/phone_numbers?fields=id&limit=200", id), with_.token);
            for (auto const* const one : objects_in(got.document, "data"))
                if (text_in(*one, "id") == with_.number_id) co_return id;
        }
        co_return std::string();
    }

    task<> account() {
        auto const id = co_await account_of_number();
        if (id.empty()) {
            add("whatsapp.subscription", severity::info,
                fmt::format("which WhatsApp Business account to look at is not told by the token "
                            "({} accounts): see that each is subscribed to the app (GET "
                            "/ACCOUNT/subscribed_apps)",
                            accounts_.size()));
            co_return;
        }
        auto const got = co_await graph_.get(fmt::format("/{}/subscribed_apps", id), with_.token);
        if (!got.ok()) {
            add("whatsapp.subscription", severity::warning,
                fmt::format("whether account {} is subscribed cannot be seen: {}", id, got.trouble),
                std::string(new_token));
            co_return;
        }
        std::vector<std::string> apps;
        for (auto const* const one : objects_in(got.document, "data"))
            if (auto const* const app = one->if_contains("whatsapp_business_api_data");
                app && app->is_object())
                apps.push_back(text_in(app->get_object(), "id"));
        if (holds(apps, app_id_)) {
            add("whatsapp.subscription", severity::ok,
                fmt::format("account {} is subscribed to the app {}", id, app_id_));
            co_return;
        }
        add("whatsapp.subscription", severity::fault,
            fmt::format("account {} is not subscribed to the app {}: Meta's test arrives, guests' "
                        "messages do not",
                        id, app_id_),
            fmt::format("curl -X POST -H \"Authorization: Bearer $WHATSAPP_ACCESS_TOKEN\" "
                        "{}/{}/subscribed_apps",
                        with_.base_url, id));
    }

    // Asked as the app, which also shows whether the app secret is right: with a wrong one every
    // webhook would be refused as forged.
    task<> app() {
        if (!is_id(app_id_) || with_.app_secret.empty()) co_return;
        auto const got =
            co_await graph_.get(fmt::format("/{}/subscriptions", app_id_),
                                secret(fmt::format("{}|{}", app_id_, with_.app_secret.reveal())));
        if (!got.ok()) {
            add("whatsapp.app_secret", severity::fault,
                fmt::format("Meta does not accept WHATSAPP_APP_SECRET for the app {}: {}; every "
                            "message of a guest would be refused as forged",
                            app_id_, got.trouble),
                "copy it from the app that the access token belongs to: Meta App Dashboard > App "
                "settings > Basic");
            co_return;
        }
        add("whatsapp.app_secret", severity::ok,
            fmt::format("the app secret is the one of the app {}", app_id_));
        for (auto const* const one : objects_in(got.document, "data"))
            if (text_in(*one, "object") == "whatsapp_business_account") {
                webhook(*one);
                co_return;
            }
        add("whatsapp.webhook", severity::fault, "the app has no webhook for WhatsApp",
            "Meta App Dashboard > WhatsApp > Configuration: enter the address ending in "
            "/webhooks/whatsapp and WHATSAPP_VERIFY_TOKEN, then subscribe to messages");
    }

    void webhook(json::object const& one) {
        auto const address = text_in(one, "callback_url");
        auto const* const active = one.if_contains("active");
        bool messages = false;
        for (auto const* const field : objects_in(one, "fields"))
            messages = messages || text_in(*field, "name") == "messages";
        if (!messages || !active || !active->is_bool() || !active->get_bool()) {
            add("whatsapp.webhook", severity::fault,
                messages ? "the app's webhook is not active"
                         : "the app's webhook is not subscribed to the field messages: nothing of "
                           "guests is delivered",
                "Meta App Dashboard > WhatsApp > Configuration > Webhook fields: subscribe to "
                "messages");
            return;
        }
        if (!address.ends_with("/webhooks/whatsapp") ||
            (!with_.public_url.empty() && !address.starts_with(with_.public_url))) {
            add("whatsapp.webhook", severity::warning,
                fmt::format("Meta delivers to {}, which is not this service's address{}", address,
                            with_.public_url.empty()
                                ? ""
                                : fmt::format(" ({}/webhooks/whatsapp)", with_.public_url)),
                "Meta App Dashboard > WhatsApp > Configuration: correct the callback URL, or "
                "PUBLIC_URL");
            return;
        }
        add("whatsapp.webhook", severity::ok, "Meta delivers messages to " + address);
    }

    graph_api graph_;
    whatsapp_check_options const& with_;
    clock const& time_;
    findings& out_;
    std::string app_id_;
    std::vector<std::string> accounts_;
};

}  // namespace

findings check_whatsapp(whatsapp_check_options const& with, clock const& time) {
    findings out;
    asio::io_context loop{1};
    telemetry::metrics metrics;
    net::http_client http(loop, {}, metrics);
    examination look(http, with, time, out);
    auto done = asio::co_spawn(loop, look.all(), asio::use_future);
    loop.run();
    done.get();
    return out;
}

}  // namespace agente::operations
