// ALLOWED_HOSTS and METRICS_ALLOWED_IPS as checks on requests. Used by app/routes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/address_blocks.hpp"

namespace agente::app {

// Host names the service answers to. "*" or an empty list: any. ".hotel.example" and
// "*.hotel.example" also mean its subdomains.
class host_rules {
public:
    explicit host_rules(std::vector<std::string> const& names);
    // `header` is the Host header, with or without port; compared without case.
    bool allow(std::string_view header) const;

private:
    bool any_{false};
    std::vector<std::string> exact_, suffixes_;
};

// Addresses that may do something. An empty list: loopback only.
class address_rules {
public:
    // Problems name the entry that is neither an address nor a CIDR block.
    static result<address_rules> make(std::vector<std::string> const& entries);
    bool allow(std::string_view address)
        const;  // an IPv4 address inside IPv6 (::ffff:10.0.0.1) counts as IPv4

private:
    bool loopback_{false};
    http::address_blocks blocks_;
};

}  // namespace agente::app
