// IP addresses and lists of blocks of them, as configuration names them: "10.0.0.0/8",
// "2001:db8::1". Used for who may read metrics and which proxies are trusted.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace agente::http {

// Without zone and port. An IPv4 address inside IPv6 (::ffff:10.0.0.1) is the IPv4 address.
std::optional<boost::asio::ip::address> read_address(std::string_view text);

class address_blocks {
public:
    // An error names the entry that is neither an address nor a CIDR block, and `setting`, where it
    // stands.
    static result<address_blocks> make(std::string_view setting,
                                       std::vector<std::string> const& entries);
    bool contain(boost::asio::ip::address const& address) const;
    bool empty() const noexcept { return v4_.empty() && v6_.empty(); }

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace agente::http
