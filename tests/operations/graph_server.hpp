// What Meta's Graph API answers for an app that is set up well; tests change a part of it.
#pragma once

#include "operations/served_http.hpp"

namespace agente::testing {

inline std::string json_answer(std::string_view body, std::string_view status = "200 OK") {
    return http_answer(body, status, "Content-Type: application/json\r\n");
}

inline std::string graph_error(int code, std::string_view message) {
    return json_answer(
        fmt::format(R"({{"error":{{"message":"{}","type":"OAuthException","code":{}}}}})", message,
                    code),
        "400 Bad Request");
}

inline served_http::answers good_graph() {
    return {
        {"/debug_token",
         json_answer(
             R"({"data":{"app_id":"670843887433847","type":"SYSTEM_USER","is_valid":true,"expires_at":0,
"scopes":["whatsapp_business_management","whatsapp_business_messaging"],"granular_scopes":[
{"scope":"whatsapp_business_management","target_ids":["102289599326934"]}]}})")},
        {"/106540352242922",
         json_answer(
             R"({"id":"106540352242922","display_phone_number":"+54 9 11 5555-0001","verified_name":"Hotel Sol",
"quality_rating":"GREEN"})")},
        {"/102289599326934/subscribed_apps",
         json_answer(
             R"({"data":[{"whatsapp_business_api_data":{"id":"670843887433847","name":"Agente"}}]})")},
        {"/670843887433847/subscriptions",
         json_answer(
             R"({"data":[{"object":"whatsapp_business_account","active":true,
"callback_url":"https://api.hotel.example/webhooks/whatsapp","fields":[{"name":"messages","version":"v21.0"}]}]})")}};
}

}  // namespace agente::testing
