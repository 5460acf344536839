#include "channels/whatsapp_answer.hpp"

#include <boost/json/parse.hpp>

#include "base/text.hpp"

namespace agente::channels {
namespace {

namespace json = boost::json;

json::value const* at(json::value const& document, std::initializer_list<std::string_view> path) {
    auto const* v = &document;
    for (auto name : path) {
        if (auto const* list = v->if_array()) {
            if (list->empty()) return nullptr;
            v = &list->front();
        }
        auto const* object = v->if_object();
        v = object ? object->if_contains(name) : nullptr;
        if (!v) return nullptr;
    }
    return v;
}

std::string text_at(json::value const& document, std::initializer_list<std::string_view> path) {
    auto const* found = at(document, path);
    return found && found->is_string() ? text::scrub_utf8(found->get_string()) : std::string();
}

int code_of(json::value const& document) {
    auto const* found = at(document, {"error", "code"});
    auto const* number = found ? found->if_int64() : nullptr;
    return number && *number > 0 && *number < 1'000'000'000 ? static_cast<int>(*number) : 0;
}

send_outcome failed(send_verdict verdict, int code, std::string reason,
                    std::chrono::seconds wait = std::chrono::seconds(0)) {
    return {.verdict = verdict, .code = code, .reason = std::move(reason), .least_wait = wait};
}

}  // namespace

bool passes_by_itself(int code) noexcept {
    switch (code) {
        case 4:       // too many calls of the application
        case 80007:   // rate limit of the business account
        case 130429:  // throughput of the phone number
        case 131048:  // held back for a while: too many messages of this number were reported
        case 131056:  // one guest, too many messages in a short time
        case 131057:  // the account is in maintenance
        case 133004:  // the server is temporarily unavailable
        case 131016:  // the service is temporarily unavailable
        case 2:       // the API is temporarily down or overloaded
            return true;
        default: return false;
    }
}

send_outcome read_send_answer(result<net::http_response> const& answer) {
    using enum send_verdict;
    if (!answer) {
        auto const& e = answer.error();
        switch (e.kind()) {
            case error_kind::unavailable:
            case error_kind::timeout: {  // it never left
                auto out = failed(again, 0, e.message());
                out.everybody = true;
                return out;
            }
            case error_kind::invalid: return failed(refused, 0, e.message());
            default: return failed(unknown, 0, e.message());
        }
    }
    json::error_code ec;
    auto const document = json::parse(answer->body, ec);
    if (answer->status >= 200 && answer->status < 300) {
        auto id = ec ? std::string() : text_at(document, {"messages", "id"});
        if (id.empty() || id.size() > 512)
            return failed(unknown, 0, "accepted, but the answer holds no message id");
        return {.verdict = accepted, .provider_message_id = std::move(id)};
    }
    auto const code = ec ? 0 : code_of(document);
    auto const details = ec ? std::string() : text_at(document, {"error", "error_data", "details"});
    auto reason = ec ? std::string() : text_at(document, {"error", "message"});
    if (!details.empty()) reason += reason.empty() ? details : ": " + details;
    if (reason.empty()) reason = fmt::format("HTTP status {}", answer->status);
    reason = text::shorten(reason, 300);

    if (passes_by_itself(code)) {
        auto out = failed(again, code, reason, std::chrono::seconds(code == 131056 ? 6 : 1));
        out.everybody = code != 131056;
        return out;
    }
    if (answer->status == 429) {
        auto out = failed(again, code, reason, std::chrono::seconds(1));
        out.everybody = true;
        return out;
    }
    // The access token has run out, or lacks a right: nothing about this message. An operator may
    // mend it in minutes.
    if (answer->status == 401 || code == 190) {
        auto out = failed(again, code, reason, std::chrono::seconds(15));
        out.everybody = true;
        return out;
    }
    // A server error that does not say "not accepted" may come after the message was taken.
    if (answer->status >= 500 || answer->status == 408) return failed(unknown, code, reason);
    auto out = failed(refused, code, reason);
    out.outside_window = code == 131047;
    return out;
}

}  // namespace agente::channels
