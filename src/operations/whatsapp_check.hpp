// Whether messages of guests will come and answers will go: what Meta says of the access token, the
// number, the app and its subscription. A webhook can be verified and its test arrive while no
// guest's message ever comes, because the account is not subscribed to the app. Used by
// `preflight`.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "operations/finding.hpp"

namespace agente::operations {

struct whatsapp_check_options {
    std::string base_url;  // "https://graph.facebook.com/v21.0"
    secret token;
    std::string number_id;   // empty: hotels have numbers of their own, none is looked at
    secret app_secret;       // of the app that Meta delivers to
    std::string public_url;  // where Meta should deliver to; empty: not known
    std::chrono::milliseconds deadline{10'000};  // of one request
};

// Reads only. Whatever Meta answers becomes a finding; no token is in it, not even one that Meta
// quotes. Blocks.
findings check_whatsapp(whatsapp_check_options const& with, clock const& time);

}  // namespace agente::operations
