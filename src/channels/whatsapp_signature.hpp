// Proof that a webhook comes from Meta: X-Hub-Signature-256 over the raw bytes, and the token of
// the subscription check.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
#pragma once

#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace agente::channels {

// "sha256=" and 64 hex digits, keyed with the APP secret (not the access token).
std::string sign_webhook(secret const& app_secret, std::string_view raw_body);

// Whether a header has that form: what has not is nobody's signature.
bool is_signature(std::string_view signature_header);

// In constant time. An empty secret verifies nothing. Never hand in a body that was parsed and
// serialised again: accents, emoji and '@' come back with other bytes.
bool verify_webhook(secret const& app_secret, std::string_view raw_body,
                    std::string_view signature_header);

}  // namespace agente::channels
