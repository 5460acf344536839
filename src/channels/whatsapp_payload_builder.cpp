#include "channels/whatsapp_payload_builder.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/ids.hpp"
#include "channels/whatsapp_signature.hpp"

namespace agente::channels {
namespace {

namespace json = boost::json;

std::string digits(std::string_view phone) {
    return std::string(phone.starts_with('+') ? phone.substr(1) : phone);
}

std::string unix_seconds(time_point at) {
    return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

json::object payload(std::string_view number_id, json::object parts) {
    json::object value{{"messaging_product", "whatsapp"},
                       {"metadata", json::object{{"display_phone_number", "15550783881"},
                                                 {"phone_number_id", number_id}}}};
    for (auto& [name, part] : parts) value[name] = part;
    json::array changes{json::object{{"value", std::move(value)}, {"field", "messages"}}};
    json::array entries{json::object{{"id", "102290129340398"}, {"changes", std::move(changes)}}};
    return {{"object", "whatsapp_business_account"}, {"entry", std::move(entries)}};
}

json::object message_payload(simulated_guest const& who, json::object message) {
    auto const id = digits(who.phone);
    json::array contacts{
        json::object{{"profile", json::object{{"name", who.profile_name}}}, {"wa_id", id}}};
    message["from"] = id;
    return payload(who.number_id, {{"contacts", std::move(contacts)},
                                   {"messages", json::array{std::move(message)}}});
}

}  // namespace

json::object text_payload(simulated_guest const& who, std::string_view message_id,
                          std::string_view text, time_point at) {
    return message_payload(who, {{"id", message_id},
                                 {"timestamp", unix_seconds(at)},
                                 {"type", "text"},
                                 {"text", json::object{{"body", text}}}});
}

json::object choice_payload(simulated_guest const& who, std::string_view message_id,
                            std::string_view id, std::string_view title, bool list, time_point at) {
    auto const kind = list ? "list_reply" : "button_reply";
    json::object interactive{{"type", kind}, {kind, json::object{{"id", id}, {"title", title}}}};
    return message_payload(who, {{"id", message_id},
                                 {"timestamp", unix_seconds(at)},
                                 {"type", "interactive"},
                                 {"interactive", std::move(interactive)}});
}

json::object status_payload(std::string_view number_id, std::string_view recipient,
                            std::string_view wamid, std::string_view status,
                            std::string_view callback_data, time_point at) {
    json::object one{{"id", wamid},
                     {"status", status},
                     {"timestamp", unix_seconds(at)},
                     {"recipient_id", recipient}};
    if (!callback_data.empty()) one["biz_opaque_callback_data"] = callback_data;
    return payload(number_id, {{"statuses", json::array{std::move(one)}}});
}

std::string new_wamid() { return "wamid." + random_hex(24); }

net::http_request signed_webhook(std::string url, secret const& app_secret,
                                 json::object const& content) {
    net::http_request out;
    out.method = "POST";
    out.url = std::move(url);
    out.body = json::serialize(content);
    out.headers = {{"Content-Type", "application/json"},
                   {"X-Hub-Signature-256", sign_webhook(app_secret, out.body)}};
    return out;
}

}  // namespace agente::channels
