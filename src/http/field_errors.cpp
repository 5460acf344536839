#include "http/field_errors.hpp"

#include <boost/json/object.hpp>

#include "base/text.hpp"
#include "http/problem.hpp"

namespace agente::http {
namespace {

constexpr std::size_t most_listed = 50;
constexpr std::size_t longest_name = 100;  // of a client's own invention, in an answer

boost::json::string_view view(std::string_view s) { return {s.data(), s.size()}; }

}  // namespace

std::string place::pointer() const {
    if (!up) return parameter ? text::shorten(name, longest_name) : "#";
    auto path = up->pointer() + '/';
    if (index != no_index) return path + std::to_string(index);
    for (char const c : text::shorten(name, longest_name)) {
        if (c == '~')
            path += "~0";
        else if (c == '/')
            path += "~1";
        else
            path += c;
    }
    return path;
}

bool place::in_parameter() const noexcept { return up ? up->in_parameter() : parameter; }

void field_errors::add(place const& at, std::string_view code, std::string_view detail) {
    if (++total_ > most_listed) return;
    list_.push_back(boost::json::object{{at.in_parameter() ? "parameter" : "pointer", at.pointer()},
                                        {"code", view(code)},
                                        {"detail", view(detail)}});
}

void field_errors::throw_if_any() {
    if (total_ == 0) return;
    auto message = total_ == 1 ? std::string("One field cannot be used; see errors.")
                               : std::to_string(total_) + " fields cannot be used; see errors.";
    throw invalid_fields(std::move(list_), std::move(message));
}

}  // namespace agente::http
