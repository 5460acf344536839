#include "channels/whatsapp_payload.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "channels/json_repair.hpp"

namespace agente::channels {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = 4'096;  // code points: WhatsApp's own limit
constexpr std::size_t longest_raw =
    64 * 1024;  // bytes of an unknown message that are worth keeping
constexpr std::size_t longest_kind = 32;

json::value const* member(json::value const* of, std::string_view name) {
    auto const* object = of ? of->if_object() : nullptr;
    return object ? object->if_contains(name) : nullptr;
}

json::array const* list(json::value const* of, std::string_view name) {
    auto const* found = member(of, name);
    return found ? found->if_array() : nullptr;
}

std::string string_of(json::value const* of, std::string_view name) {
    auto const* found = member(of, name);
    if (!found) return {};
    if (auto const* s = found->if_string()) return text::scrub_utf8(*s);
    if (auto const* i = found->if_int64()) return std::to_string(*i);
    return {};
}

std::optional<std::int64_t> integer_of(json::value const* of, std::string_view name) {
    auto const* found = member(of, name);
    if (!found) return std::nullopt;
    if (auto const* i = found->if_int64()) return *i;
    if (auto const* s = found->if_string()) {
        std::int64_t n{};
        auto const end = s->data() + s->size();
        if (auto const [stop, ec] = std::from_chars(s->data(), end, n);
            ec == std::errc{} && stop == end)
            return n;
    }
    return std::nullopt;
}

time_point time_of(json::value const* of, time_point received) {
    constexpr std::int64_t year_9999 = 253'370'764'800;
    auto const seconds = integer_of(of, "timestamp");
    if (!seconds || *seconds <= 0 || *seconds >= year_9999) return received;
    return time_point(std::chrono::seconds(*seconds));
}

std::string e164(std::string const& wa_id) {
    auto const digits = std::string_view(wa_id).substr(wa_id.starts_with('+') ? 1 : 0);
    if (digits.size() < 5 || digits.size() > 20 ||
        digits.find_first_not_of("0123456789") != std::string_view::npos)
        return {};
    return "+" + std::string(digits);
}

struct value_reader {
    whatsapp_events& out;
    time_point received;
    json::value const* value;
    std::string number_id;

    json::value const* contact_of(std::string const& from, std::string const& user_id) const {
        auto const* contacts = list(value, "contacts");
        if (!contacts) return nullptr;
        for (auto const& contact : *contacts) {
            if (!user_id.empty() && string_of(&contact, "user_id") == user_id) return &contact;
            if (!from.empty() && string_of(&contact, "wa_id") == from) return &contact;
        }
        return contacts->size() == 1 ? &contacts->front() : nullptr;
    }

    void notices(json::value const* of) {
        auto const* errors = list(of, "errors");
        if (!errors) return;
        for (auto const& e : *errors) {
            if (out.notices.size() >= most_whatsapp_events) return;
            out.notices.push_back(
                {static_cast<int>(integer_of(&e, "code").value_or(0) % 1'000'000'000),
                 text::shorten(string_of(&e, "title"), 200)});
        }
    }

    // Meta's shapes of what a guest can do; anything else keeps its type's name and its JSON.
    void content(json::value const& message, incoming_message& into) const {
        auto const type = string_of(&message, "type");
        into.kind = text::shorten(type.empty() ? "unknown" : type, longest_kind);
        if (member(&message, "group_id"))
            into.kind = "group";
        else if (type == "text") {
            into.text = string_of(member(&message, "text"), "body");
        } else if (type == "interactive") {
            auto const* interactive = member(&message, "interactive");
            for (auto const* way : {"button_reply", "list_reply"})
                if (auto const* reply = member(interactive, way);
                    reply && string_of(interactive, "type") == way) {
                    into.kind = "choice";
                    into.choice = string_of(reply, "id");
                    into.text = string_of(reply, "title");
                }
        } else if (type == "button") {
            auto const* button = member(&message, "button");
            into.kind = "choice";
            into.choice = string_of(button, "payload");
            into.text = string_of(button, "text");
        } else {
            into.text = string_of(member(&message, type), "caption");
        }
        into.text = text::shorten(into.text, longest_text);
        if (into.choice.size() > longest_id) into.choice.clear();
        // "text" without words and a choice of nothing say nothing the conversation could answer.
        if (into.kind == "text" && text::trim(into.text).empty()) into.kind = "empty";
        if (into.kind == "choice" && into.choice.empty())
            into.kind = text::trim(into.text).empty() ? "empty" : "text";
        if (into.answerable()) return;
        into.raw = scrubbed(message);
        if (json::serialize(into.raw).size() > longest_raw)
            into.raw = json::object{{"type", into.kind}, {"cut", true}};
    }

    void message(json::value const& m) {
        if (!m.is_object()) return void(++out.ignored);
        auto const from = string_of(&m, "from");
        auto user_id = string_of(&m, "from_user_id");
        auto const* contact = contact_of(from, user_id);
        if (user_id.empty()) user_id = string_of(contact, "user_id");
        incoming_message one;
        one.channel = "whatsapp";
        one.number_id = number_id;
        one.phone = e164(from.empty() ? string_of(contact, "wa_id") : from);
        one.user_id = user_id.size() <= longest_id ? user_id : std::string();
        // The user id stays when the phone number comes and goes, so it is the guest's address
        // where there is one.
        one.guest = one.user_id.empty() ? one.phone : one.user_id;
        auto id = string_of(&m, "id");
        if (one.guest.empty() || id.size() > longest_id) return void(++out.ignored);
        if (id.empty()) id = "none:" + text::hex(crypto::sha256(json::serialize(m)));
        // Of a number: whoever may sign for one could else use up the ids of another's messages.
        one.provider_message_id = number_id + ':' + id;
        one.profile_name =
            text::shorten(string_of(member(contact, "profile"), "name"), longest_name / 4);
        one.sent_at = time_of(&m, received);
        content(m, one);
        notices(&m);
        out.messages.push_back(std::move(one));
    }

    void status(json::value const& s) {
        auto const word = string_of(&s, "status");
        delivery_update one;
        if (word == "sent")
            one.state = delivery::sent;
        else if (word == "delivered")
            one.state = delivery::delivered;
        else if (word == "read")
            one.state = delivery::read;
        else if (word == "failed")
            one.state = delivery::failed;
        else
            return void(++out.ignored);  // "deleted", "played", and what Meta invents next
        one.number_id = number_id;
        one.reference = string_of(&s, "biz_opaque_callback_data");
        one.provider_message_id = string_of(&s, "id");
        if (one.reference.size() > longest_id) one.reference.clear();
        if (one.provider_message_id.size() > longest_id ||
            (one.reference.empty() && one.provider_message_id.empty()))
            return void(++out.ignored);
        one.at = time_of(&s, received);
        if (auto const* errors = list(&s, "errors"); errors && !errors->empty()) {
            auto const* first = &errors->front();
            one.error_code =
                static_cast<int>(integer_of(first, "code").value_or(0) % 1'000'000'000);
            auto const details = string_of(member(first, "error_data"), "details");
            auto const title = string_of(first, "title");
            one.error = text::shorten(details.empty() ? title : title + ": " + details, 300);
        }
        out.deliveries.push_back(std::move(one));
    }
};

std::size_t count(json::array const* list) { return list ? list->size() : 0; }

}  // namespace

result<whatsapp_events> parse_whatsapp(std::string_view body, time_point received) {
    json::error_code ec;
    auto document = json::parse(body, ec);
    if (ec) {  // broken UTF-8 or half a surrogate pair in one name must not cost the other guests'
               // messages
        ec.clear();
        document = json::parse(repair_json_text(body), ec);
    }
    if (ec || !document.is_object())
        return error(error_kind::invalid, "whatsapp.malformed",
                     "the body is not a JSON object as Meta's webhooks send it");

    whatsapp_events out;
    auto const* entries = list(&document, "entry");
    if (string_of(&document, "object") != "whatsapp_business_account" || !entries) {
        out.ignored = 1;  // other products and checks may share the address: they are acknowledged
        return out;
    }
    std::size_t total = 0;
    for (auto const& entry : *entries) {
        auto const* changes = list(&entry, "changes");
        if (!changes) {
            ++out.ignored;
            continue;
        }
        for (auto const& change : *changes) {
            auto const* value = member(&change, "value");
            if (!value || string_of(&change, "field") != "messages") {
                ++out.ignored;
                continue;
            }
            auto const *messages = list(value, "messages"), *statuses = list(value, "statuses");
            total += count(messages) + count(statuses);
            if (total > most_whatsapp_events)
                return error(error_kind::too_large, "whatsapp.too_many_events",
                             "more than 2,000 messages and statuses in one webhook");
            value_reader reader{out, received, value,
                                string_of(member(value, "metadata"), "phone_number_id")};
            if (reader.number_id.size() > longest_id) {
                ++out.ignored;
                continue;
            }
            reader.notices(value);
            if (messages)
                for (auto const& m : *messages) reader.message(m);
            if (statuses)
                for (auto const& s : *statuses) reader.status(s);
        }
    }
    return out;
}

}  // namespace agente::channels
