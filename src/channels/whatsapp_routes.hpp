// GET and POST /webhooks/whatsapp: Meta's subscription check, and everything guests write. A
// message is acknowledged after it is committed, never before. /webhooks/whatsapp/{slug} is the
// same for a hotel with an app of its own at Meta, which signs with its own secret and speaks for
// its own number alone. Wired by app.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "channels/inbox.hpp"
#include "channels/outbox.hpp"
#include "http/router.hpp"
#include "telemetry/metrics.hpp"
#include "tenancy/directory.hpp"

namespace agente::channels {

struct whatsapp_webhook_options {
    secret app_secret;                       // must not be empty
    secret verify_token;                     // empty: no subscription check succeeds
    std::size_t most_body{3 * 1024 * 1024};  // Meta: payloads can be up to 3 MB
    // The app secret of a hotel that has its own, opened; none: it has not. Empty: no hotel has.
    std::function<result<std::optional<secret>>(tenancy::tenant const&)> own_secret{};
    // A signature that no hotel made is refused after this and not before: longer than looking up
    // a hotel takes, which is remembered for hotels at work and not for names that are nobody's.
    std::chrono::milliseconds refuse_after{200};
};

// Called for each message that is new, after its commit: key, inbox id, hotel's slug or empty,
// whether more may follow.
using on_stored = std::function<void(conversation_key const&, std::string, std::string, bool)>;

// References must outlive the router. Throws std::logic_error without an app secret: anybody could
// speak for any guest.
void add_whatsapp_routes(http::router& routes, inbox& messages, outbox& replies,
                         tenancy::directory& directory, clock const& time,
                         whatsapp_webhook_options options, on_stored stored,
                         telemetry::metrics& metrics);

}  // namespace agente::channels
