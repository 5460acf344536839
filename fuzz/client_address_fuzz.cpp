// X-Forwarded-For and Forwarded as clients may write them: what comes out is an address, and never
// one that the client chose when a proxy of ours wrote down another.
#include <cstdlib>

#include "base/text.hpp"
#include "http/client_address.hpp"

namespace {

using namespace agente::http;

constexpr auto proxy = "10.0.0.1", client = "192.0.2.7", outsider = "198.51.100.1";

client_address const& reader(forwarding_header header) {
    static auto const trusted =
        address_blocks::make("TRUSTED_PROXIES", {"10.0.0.0/8", "2001:db8::/32"}).value();
    static client_address const plain(trusted, forwarding_header::x_forwarded_for),
        forwarded(trusted, forwarding_header::forwarded);
    return header == forwarding_header::forwarded ? forwarded : plain;
}

void must(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

// The first byte says which header, the others are its lines.
extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) {
    if (size == 0) return 0;
    bool const forwarded = data[0] % 2 == 1;
    std::string_view const lines(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const& who =
        reader(forwarded ? forwarding_header::forwarded : forwarding_header::x_forwarded_for);
    std::string const name = forwarded ? "Forwarded" : "X-Forwarded-For";
    std::string const written = forwarded ? "for=192.0.2.7" : client;

    request r;
    for (auto const line : agente::text::split(lines, '\n'))
        r.headers.emplace_back(name, std::string(line));

    auto const found = who.of(proxy, r);
    must(read_address(found).has_value());
    auto const network = network_of_client(found);
    must(!network.empty() && network_of_client(network) == network);
    network_of_client(lines);
    must(who.of(outsider, r) == outsider);

    // The proxy adds the client it saw: as a line of its own, or behind what the client wrote.
    auto with_line = r;
    with_line.headers.emplace_back(name, written);
    must(who.of(proxy, with_line) == client);
    r.headers.back().second += ", " + written;
    auto const behind = who.of(proxy, r);
    // A quote left open swallows what is behind it: then the proxy's own address.
    must(behind == client || (forwarded && behind == proxy));
    return 0;
}
