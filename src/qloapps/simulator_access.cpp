#include "qloapps/simulator_access.hpp"

#include <openssl/evp.h>

#include "qloapps/simulator_lists.hpp"
#include "qloapps/simulator_resources.hpp"

namespace agente::qloapps::simulation {

namespace {

constexpr std::array<std::string_view, 5> methods{"GET", "POST", "PUT", "DELETE", "HEAD"};

constexpr std::array all_resources{std::string_view("addresses"),
                                   std::string_view("advance_payments"),
                                   std::string_view("booking_extra_demands"),
                                   std::string_view("bookings"),
                                   std::string_view("carriers"),
                                   std::string_view("cart_bookings"),
                                   std::string_view("cart_rules"),
                                   std::string_view("carts"),
                                   std::string_view("categories"),
                                   std::string_view("combinations"),
                                   std::string_view("configurations"),
                                   std::string_view("contacts"),
                                   std::string_view("content_management_system"),
                                   std::string_view("countries"),
                                   std::string_view("currencies"),
                                   std::string_view("customer_messages"),
                                   std::string_view("customer_threads"),
                                   std::string_view("customers"),
                                   std::string_view("customizations"),
                                   std::string_view("deliveries"),
                                   std::string_view("demand_advance_options"),
                                   std::string_view("employees"),
                                   std::string_view("extra_demands"),
                                   std::string_view("extra_services"),
                                   std::string_view("feature_prices"),
                                   std::string_view("groups"),
                                   std::string_view("guests"),
                                   std::string_view("hotel_ari"),
                                   std::string_view("hotel_features"),
                                   std::string_view("hotel_refund_rules"),
                                   std::string_view("hotel_room_types"),
                                   std::string_view("hotel_rooms"),
                                   std::string_view("hotels"),
                                   std::string_view("image_types"),
                                   std::string_view("images"),
                                   std::string_view("languages"),
                                   std::string_view("manufacturers"),
                                   std::string_view("order_carriers"),
                                   std::string_view("order_details"),
                                   std::string_view("order_discounts"),
                                   std::string_view("order_histories"),
                                   std::string_view("order_invoices"),
                                   std::string_view("order_payments"),
                                   std::string_view("order_slip"),
                                   std::string_view("order_states"),
                                   std::string_view("orders"),
                                   std::string_view("price_ranges"),
                                   std::string_view("product_customization_fields"),
                                   std::string_view("product_suppliers"),
                                   std::string_view("qlo"),
                                   std::string_view("room_bookings"),
                                   std::string_view("room_type_feature_values"),
                                   std::string_view("room_type_features"),
                                   std::string_view("room_type_option_values"),
                                   std::string_view("room_type_options"),
                                   std::string_view("room_types"),
                                   std::string_view("search"),
                                   std::string_view("services"),
                                   std::string_view("shop_groups"),
                                   std::string_view("shop_urls"),
                                   std::string_view("shops"),
                                   std::string_view("specific_price_rules"),
                                   std::string_view("specific_prices"),
                                   std::string_view("states"),
                                   std::string_view("stock_availables"),
                                   std::string_view("stock_movement_reasons"),
                                   std::string_view("stock_movements"),
                                   std::string_view("stocks"),
                                   std::string_view("stores"),
                                   std::string_view("suppliers"),
                                   std::string_view("supply_order_details"),
                                   std::string_view("supply_order_histories"),
                                   std::string_view("supply_order_receipt_histories"),
                                   std::string_view("supply_order_states"),
                                   std::string_view("supply_orders"),
                                   std::string_view("tags"),
                                   std::string_view("tax_rule_groups"),
                                   std::string_view("tax_rules"),
                                   std::string_view("taxes"),
                                   std::string_view("translated_configurations"),
                                   std::string_view("warehouse_product_locations"),
                                   std::string_view("warehouses"),
                                   std::string_view("weight_ranges"),
                                   std::string_view("zones")};

// The user name of a Basic header; nothing when there is none or it is no base64.
std::optional<std::string> basic_user(std::string_view header) {
    constexpr std::string_view scheme = "Basic ";
    if (!header.starts_with(scheme)) return std::nullopt;
    auto const encoded = header.substr(scheme.size());
    std::string decoded(encoded.size(), '\0');
    auto const size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                      reinterpret_cast<unsigned char const*>(encoded.data()),
                                      static_cast<int>(encoded.size()));
    if (size < 0) return std::nullopt;
    decoded.resize(static_cast<std::size_t>(size));
    return decoded.substr(0, decoded.find(':'));
}

http::response unauthorised(format f, std::vector<problem> const& why) {
    auto r = errors(f, 401, why);
    r.set(
        "WWW-Authenticate",
        "Basic realm=\"Welcome to QloApps Webservice, please enter the authentication key as the login. No password required.\"");
    return r;
}

bool is_simulated(std::string_view name) {
    return name == "bookings" || name == "hotel_ari" || find_resource(name) != nullptr;
}

std::string entry(shop const& s, std::string_view name, std::string_view description, rights have) {
    bool const all = have == rights::everything;
    auto const url = fmt::format("http://{}/api/{}", s.domain, name);
    auto const allowed = fmt::format(
        "xlink:href=\"{0}\" get=\"true\" put=\"{1}\" post=\"{1}\" delete=\"{1}\" head=\"{1}\"", url,
        all);
    return fmt::format(
        "<{0} {1}>\n<description {1}>\n{2}</description>\n<schema xlink:href=\"{3}?schema=blank\" type=\"blank\"/>\n"
        "<schema xlink:href=\"{3}?schema=synopsis\" type=\"synopsis\"/>\n</{0}>\n",
        name, allowed, description, url);
}

}  // namespace

std::variant<rights, http::response> authenticate(shop const& s, http::request const& r, format f) {
    auto key = basic_user(r.header("authorization"));
    if (auto const given = r.query.find("ws_key"); !key && given) key = std::string(*given);
    if (!key) {
        auto refused = php_fatal(401, "401 Unauthorized");
        refused.set(
            "WWW-Authenticate",
            "Basic realm=\"Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password required.\"");
        return refused;
    }
    if (key->empty()) return unauthorised(f, {{17, "Authentication key is empty"}});
    if (equal(s.key, *key)) return rights::everything;
    if (equal(s.read_only_key, *key)) return rights::read_hotels;
    if (key->size() != 32) return unauthorised(f, {{18, "Invalid authentication key format"}});
    return unauthorised(f, {{20, "Authentification key is not active"},
                            {21, "No permission for this authentication key"}});
}

std::optional<http::response> refuse(rights have, std::string_view method, std::string_view name,
                                     format f) {
    if (std::ranges::find(methods, method) == methods.end())
        return errors(f, 405, {{23, fmt::format("Method {} is not valid", method)}});
    if (std::ranges::find(all_resources, name) == all_resources.end()) {
        std::vector<std::string_view> const names(all_resources.begin(), all_resources.end());
        return errors(
            f, 400,
            {{27,
              fmt::format(
                  "Resource of type \"{}\" does not exists. Did you mean: \"{}\"? The full list is: \"{}\"",
                  name, closest(name, names), fmt::join(names, "\", \""))}});
    }
    // What is not simulated is answered as if the key had no right to it.
    if (!is_simulated(name) || (have == rights::read_hotels && name != "hotels"))
        return errors(
            f, 401,
            {{26, fmt::format("Resource of type \"{}\" is not allowed with this authentication key",
                              name)}});
    if (have == rights::read_hotels && method != "GET")
        return errors(
            f, 405,
            {{25, fmt::format(
                      "Method {} is not allowed for the resource {} with this authentication key",
                      method, name)}});
    return std::nullopt;
}

http::response root(shop const& s, rights have) {
    std::vector<std::pair<std::string_view, std::string_view>> listed;
    if (have == rights::everything)
        listed = {{"bookings", "Bookings"},
                  {"hotel_ari", "Hotel availability, rates and inventory"}};
    for (auto const& what : resources())
        if (have == rights::everything || what.name == "hotels")
            listed.emplace_back(what.name, what.description);
    std::ranges::sort(listed);
    auto xml = fmt::format("<api shopName=\"{}\">\n", s.name);
    for (auto const& [name, description] : listed) xml += entry(s, name, description, have);
    return document(format::xml, {}, xml_document(xml + "</api>\n"));
}

}  // namespace agente::qloapps::simulation
