#include "channels/whatsapp_routes.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <memory>
#include <stdexcept>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "channels/crew.hpp"
#include "channels/whatsapp_payload.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "channels/whatsapp_signature.hpp"
#include "http/endpoint.hpp"

namespace agente::channels {

struct subscription_check {
    std::string mode;
    std::string verify_token;
    std::string challenge;
};
BOOST_DESCRIBE_STRUCT(subscription_check, (), (mode, verify_token, challenge))
inline constexpr std::array subscription_check_rules{
    http::rule("mode").called("hub.mode").length(1, 50).example("subscribe"),
    http::rule("verify_token")
        .called("hub.verify_token")
        .length(0, 500)
        .describe("WHATSAPP_VERIFY_TOKEN")
        .example("the token entered at Meta"),
    http::rule("challenge")
        .called("hub.challenge")
        .length(1, 200)
        .describe("Echoed")
        .example("1158201444")};
constexpr std::span<http::rule const> http_rules(subscription_check const*) {
    return subscription_check_rules;
}

enum class reception { received };
BOOST_DESCRIBE_ENUM(reception, received)

struct acknowledgement {
    reception status{reception::received};
};
BOOST_DESCRIBE_STRUCT(acknowledgement, (), (status))

namespace {

class webhook {
public:
    webhook(inbox& messages, outbox& replies, tenancy::directory& directory, clock const& time,
            whatsapp_webhook_options options, on_stored stored, telemetry::metrics& metrics)
        : inbox_(messages), outbox_(replies), directory_(directory), time_(time),
          options_(std::move(options)), stored_(std::move(stored)),
          refused_(metrics.count("channels_signatures_refused_total",
                                 "Webhooks whose signature is missing or wrong")),
          notices_(metrics.count("channels_notices_total",
                                 "Problems of the account that the channel reported")) {}

    task<http::plain_text> check(subscription_check asked) const {
        if (asked.mode != "subscribe" || options_.verify_token.empty() ||
            !equal(options_.verify_token, asked.verify_token))
            throw failure(error(
                error_kind::forbidden, "whatsapp.verify_token",
                "The verify token is not the one this service was given: compare WHATSAPP_VERIFY_TOKEN with what was entered at Meta."));
        co_return http::plain_text{std::move(asked.challenge)};
    }

    task<http::response> receive(http::request const& posted) {
        if (!verify_webhook(options_.app_secret, posted.body,
                            posted.header("x-hub-signature-256"))) {
            refused_.add();
            throw failure(error(
                error_kind::unauthenticated, "whatsapp.signature",
                "X-Hub-Signature-256 is missing or does not match the body: compare WHATSAPP_APP_SECRET with the app's secret at Meta."));
        }
        auto events = parse_whatsapp(posted.body, time_.now());
        if (!events) throw failure(events.error());
        for (auto const& notice : events->notices) {
            notices_.add();
            log::warn("channels.notice", {{"code", notice.code}, {"message", notice.title}});
        }
        // Bubbles of one second are told apart by their ids: those of one webhook rise in its
        // order.
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < events->messages.size(); ++i) ids.push_back(new_uuid());
        std::ranges::sort(ids);
        std::vector<task<>> works;
        for (std::size_t i = 0; i < ids.size(); ++i)
            works.push_back(take(std::move(events->messages[i]), std::move(ids[i])));
        if (!events->deliveries.empty())
            works.push_back(outbox_.apply("whatsapp", std::move(events->deliveries)));
        bool stored = true;
        std::string why;
        try {
            if (!works.empty()) co_await all_of(std::move(works));
        } catch (failure const& e) {
            stored = false;
            why = e.what();
        }
        // Whatever the trouble was, the sender is to come again: what is there already is found by
        // its id then.
        if (!stored) {
            log::warn("channels.webhook_not_stored", {{"request_id", posted.id}, {"message", why}});
            throw failure(
                error(error_kind::unavailable, "whatsapp.not_stored",
                      "The messages could not be stored now; please deliver them again."));
        }
        co_return http::json_response(http::encode(acknowledgement{}));
    }

private:
    task<> take(incoming_message message, std::string id) {
        std::vector<std::string> identifiers;
        if (!message.phone.empty()) identifiers.push_back(message.phone);
        if (!message.user_id.empty()) identifiers.push_back(message.user_id);
        auto const hotel = co_await directory_.resolve(message.number_id, identifiers);
        auto slug = hotel ? std::optional(hotel->as.slug()) : std::nullopt;
        conversation_key const key{message.channel, message.number_id, message.guest};
        bool const bubble = is_bubble(message);
        if (co_await inbox_.add(id, std::move(message), slug))
            stored_(key, id, slug.value_or(std::string()), bubble);
    }

    inbox& inbox_;
    outbox& outbox_;
    tenancy::directory& directory_;
    clock const& time_;
    whatsapp_webhook_options options_;
    on_stored stored_;
    telemetry::counter& refused_;
    telemetry::counter& notices_;
};

// Only what every webhook of Meta has; what else is in it is Meta's to change, and answered 200.
constexpr std::string_view envelope = R"({"type": "object", "properties": {
    "object": {"type": "string", "description": "whatsapp_business_account; others are acknowledged and left"},
    "entry": {"type": "array", "items": {"type": "object", "properties": {
        "id": {"type": "string"},
        "changes": {"type": "array", "items": {"type": "object", "properties": {
            "field": {"type": "string"}, "value": {"type": "object"}}}}}}}}})";

http::route_doc document_receiving(http::limits const& limits) {
    http::route_doc doc{.summary = "Messages of guests and statuses of replies, signed by Meta",
                        .limits = limits};
    doc.tags = {"channels"};
    doc.description =
        "Answered 200 once everything in it is stored; 503 when it could not be, so that Meta delivers it again.";
    doc.parameters = {{.name = "X-Hub-Signature-256",
                       .in = "header",
                       .description = "sha256=<HMAC-SHA-256 of the raw body with the app secret>",
                       .required = true}};
    doc.body = http::body_doc{
        .description = "A webhook of the WhatsApp Business Platform, as Meta documents it",
        .schema = boost::json::parse(envelope).as_object(),
        .example = text_payload({"+5491155550001", "Ana", "106540352242922"},
                                "wamid.HBgNNTQ5MTE1NTU1MDAwMRUCABIYFjNFQjA", "Hola",
                                time_point(std::chrono::seconds(1'796'083'200)))};
    http::document_answer<acknowledgement>(doc, 200, "Stored");
    doc.problems = {
        {400, "whatsapp.malformed", "The body is not a webhook of Meta's"},
        {413, "whatsapp.too_many_events", "More than 2,000 messages and statuses in one webhook"},
        {401, "whatsapp.signature", "The signature is missing or not of this body"},
        {503, "whatsapp.not_stored", "It could not be stored now: deliver it again"}};
    return doc;
}

}  // namespace

void add_whatsapp_routes(http::router& routes, inbox& messages, outbox& replies,
                         tenancy::directory& directory, clock const& time,
                         whatsapp_webhook_options options, on_stored stored,
                         telemetry::metrics& metrics) {
    if (options.app_secret.empty())
        throw std::logic_error("the WhatsApp webhook needs the app secret");
    http::limits const limits{.most_body = options.most_body};
    auto const hook = std::make_shared<webhook>(messages, replies, directory, time,
                                                std::move(options), std::move(stored), metrics);
    http::endpoint<subscription_check, http::plain_text>(
        routes,
        {.method = "GET",
         .path = "/webhooks/whatsapp",
         .summary = "Meta's subscription check of the webhook",
         .tags = {"channels"},
         .answer = "The challenge",
         .example = "1158201444",
         .problems = {{403, "whatsapp.verify_token", "The verify token is another"}},
         .other_parameters = true},
        [hook](subscription_check const& in, http::request const&) { return hook->check(in); });
    // Not a typed endpoint: the signature is over the body's bytes as they came.
    routes.add(
        "POST", "/webhooks/whatsapp", [hook](http::request const& r) { return hook->receive(r); },
        document_receiving(limits));
}

}  // namespace agente::channels
