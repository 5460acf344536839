#include "http/address_blocks.hpp"

namespace agente::http {

namespace ip = boost::asio::ip;

std::optional<ip::address> read_address(std::string_view text) {
    if (text.find('%') != std::string_view::npos) return std::nullopt;
    boost::system::error_code ec;
    auto const address = ip::make_address(std::string(text), ec);
    if (ec) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

result<address_blocks> address_blocks::make(std::string_view setting,
                                            std::vector<std::string> const& entries) {
    address_blocks blocks;
    for (auto const& entry : entries) {
        boost::system::error_code ec;
        bool const block = entry.find('/') != std::string::npos;
        if (auto const v4 = ip::make_network_v4(block ? entry : entry + "/32", ec); !ec) {
            blocks.v4_.push_back(v4.canonical());
            continue;
        }
        ec.clear();
        if (auto const v6 = ip::make_network_v6(block ? entry : entry + "/128", ec); !ec) {
            blocks.v6_.push_back(v6.canonical());
            continue;
        }
        return error(error_kind::invalid, "config.bad_address",
                     std::string(setting) + ": '" + entry +
                         "' is neither an IP address nor a CIDR block such as 10.0.0.0/8");
    }
    return blocks;
}

bool address_blocks::contain(ip::address const& address) const {
    if (address.is_v4()) {
        for (auto const& network : v4_)
            if ((address.to_v4().to_uint() & network.netmask().to_uint()) ==
                network.network().to_uint())
                return true;
        return false;
    }
    for (auto const& network : v6_)
        if (ip::network_v6(address.to_v6(), network.prefix_length()).network() == network.network())
            return true;
    return false;
}

}  // namespace agente::http
