#include "app/access_rules.hpp"

#include "base/text.hpp"

namespace agente::app {

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
    auto blocks = http::address_blocks::make("METRICS_ALLOWED_IPS", entries);
    if (!blocks) return blocks.error();
    address_rules rules;
    rules.loopback_ = entries.empty();
    rules.blocks_ = std::move(*blocks);
    return rules;
}

bool address_rules::allow(std::string_view text) const {
    auto const address = http::read_address(text);
    if (!address) return false;
    return (loopback_ && address->is_loopback()) || blocks_.contain(*address);
}

}  // namespace agente::app
