#include "app/access_rules.hpp"

#include <boost/asio/ip/address.hpp>

#include "base/text.hpp"

namespace agente::app {

namespace ip = boost::asio::ip;

host_rules::host_rules(std::vector<std::string> const& names) : any_(names.empty()) {
    for (auto const& name : names) {
        auto const lower = text::lower(name);
        if (lower == "*")
            any_ = true;
        else if (lower.starts_with("*."))
            suffixes_.push_back(lower.substr(1));
        else if (lower.starts_with('.')) {
            suffixes_.push_back(lower);
            exact_.push_back(lower.substr(1));
        } else
            exact_.push_back(lower);
    }
}

bool host_rules::allow(std::string_view header) const {
    if (any_) return true;
    auto host = header;
    if (host.starts_with('['))
        host = host.substr(0, host.find(']') + 1);
    else
        host = host.substr(0, host.find(':'));
    auto const lower = text::lower(host);
    for (auto const& name : exact_)
        if (lower == name) return true;
    for (auto const& suffix : suffixes_)
        if (lower.size() > suffix.size() && lower.ends_with(suffix)) return true;
    return false;
}

result<address_rules> address_rules::make(std::vector<std::string> const& entries) {
    address_rules rules;
    rules.loopback_ = entries.empty();
    for (auto const& entry : entries) {
        boost::system::error_code ec;
        bool const block = entry.find('/') != std::string::npos;
        if (auto const v4 = ip::make_network_v4(block ? entry : entry + "/32", ec); !ec) {
            rules.v4_.push_back(v4.canonical());
            continue;
        }
        ec.clear();
        if (auto const v6 = ip::make_network_v6(block ? entry : entry + "/128", ec); !ec) {
            rules.v6_.push_back(v6.canonical());
            continue;
        }
        return error(error_kind::invalid, "config.bad_address",
                     "METRICS_ALLOWED_IPS: '" + entry +
                         "' is neither an IP address nor a CIDR block such as 10.0.0.0/8");
    }
    return rules;
}

bool address_rules::allow(std::string_view text) const {
    boost::system::error_code ec;
    auto address = ip::make_address(std::string(text), ec);
    if (ec) return false;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
    if (loopback_ && address.is_loopback()) return true;
    if (address.is_v4()) {
        for (auto const& network : v4_)
            if ((address.to_v4().to_uint() & network.netmask().to_uint()) ==
                network.network().to_uint())
                return true;
    } else {
        for (auto const& network : v6_)
            if (ip::network_v6(address.to_v6(), network.prefix_length()).network() ==
                network.network())
                return true;
    }
    return false;
}

}  // namespace agente::app
