#include "channels/whatsapp_routes.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <memory>
#include <stdexcept>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "channels/crew.hpp"
#include "channels/whatsapp_payload.hpp"
#include "channels/whatsapp_signature.hpp"

namespace agente::channels {
namespace {

constexpr std::size_t longest_challenge = 200;

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

    task<http::response> check(http::request const& asked) const {
        auto const mode = asked.query.find("hub.mode");
        auto const token = asked.query.find("hub.verify_token");
        auto const challenge = asked.query.find("hub.challenge");
        if (mode != "subscribe" || !token || options_.verify_token.empty() ||
            !equal(options_.verify_token, *token))
            throw failure(error(
                error_kind::forbidden, "whatsapp.verify_token",
                "The verify token is not the one this service was given: compare WHATSAPP_VERIFY_TOKEN with what was entered at Meta."));
        if (!challenge || challenge->empty() || challenge->size() > longest_challenge)
            throw failure(error(error_kind::invalid, "whatsapp.no_challenge",
                                "hub.challenge is missing or too long."));
        co_return http::text_response(std::string(*challenge));
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
        co_return http::json_response(boost::json::object{{"status", "received"}});
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
    http::route_doc checked{.summary = "Meta's subscription check of the webhook"};
    checked.tags = {"channels"};
    checked.parameters = {
        {.name = "hub.mode", .description = "subscribe", .required = true},
        {.name = "hub.verify_token", .description = "WHATSAPP_VERIFY_TOKEN", .required = true},
        {.name = "hub.challenge", .description = "Echoed", .required = true}};
    checked.responses = {
        {.status = 200, .description = "The challenge", .content_type = "text/plain"}};
    checked.problems = {400, 403};
    routes.add(
        "GET", "/webhooks/whatsapp", [hook](http::request const& r) { return hook->check(r); },
        std::move(checked));

    http::route_doc received{
        .summary = "Messages of guests and statuses of replies, signed by Meta", .limits = limits};
    received.tags = {"channels"};
    received.description =
        "Answered 200 once everything in it is stored; 503 when it could not be, so that Meta delivers it again.";
    received.parameters = {{.name = "X-Hub-Signature-256",
                            .in = "header",
                            .description = "sha256=<HMAC of the raw body with the app secret>",
                            .required = true}};
    received.body = http::body_doc{
        .description = "As documented by Meta", .schema = {{"type", "object"}}, .example = nullptr};
    received.responses = {
        {.status = 200, .description = "Stored", .content_type = "application/json"}};
    received.problems = {400, 401, 413, 503};
    routes.add(
        "POST", "/webhooks/whatsapp", [hook](http::request const& r) { return hook->receive(r); },
        std::move(received));
}

}  // namespace agente::channels
