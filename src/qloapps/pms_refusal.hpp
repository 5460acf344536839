// Why a QloApps server, or what stands in its place, refuses our requests. Private to pms_check.
#pragma once

#include "net/http_client.hpp"
#include "qloapps/answers.hpp"
#include "qloapps/pms_check.hpp"

namespace agente::qloapps {

pms_answer answer_of(net::http_response const& got);

// The key has no right to this resource (401 with code 26, 405 with code 25): the server and the
// key as such are fine.
bool lacks_a_right(net::http_response const& got);

// What is wrong when `got` is no answer of a webservice that accepts our key.
std::optional<pms_observation> refusal_in(net::http_response const& got);

// What is wrong when there was no answer.
pms_observation no_answer(error const& why);

}  // namespace agente::qloapps
