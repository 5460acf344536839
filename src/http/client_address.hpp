// Whose request it is when proxies stand between: the address in X-Forwarded-For or Forwarded (RFC
// 7239), believed only as far as trusted proxies wrote it. Used by app for
// server_options::remote_address.
#pragma once

#include <string>
#include <string_view>

#include "http/address_blocks.hpp"
#include "http/message.hpp"

namespace agente::http {

// Which of the two the proxies write. The other one is never read: they would pass on what a client
// wrote there.
enum class forwarding_header { x_forwarded_for, forwarded };

class client_address {
public:
    client_address(address_blocks trusted, forwarding_header header)
        : trusted_(std::move(trusted)), header_(header) {}

    // Goes through the addresses from the last, which the proxy next to us wrote, to the first that
    // is not a trusted proxy's own. `peer`, as the socket has it, when it is no trusted proxy, and
    // when what is looked at is no address.
    std::string of(std::string const& peer, request const& r) const;

private:
    address_blocks trusted_;
    forwarding_header header_;
};

// What rate limits count as one client: an IPv4 address, or the /64 of an IPv6 one, which a single
// customer of a provider has whole.
std::string network_of_client(std::string_view address);

}  // namespace agente::http
