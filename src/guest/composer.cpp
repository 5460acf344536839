#include "guest/composer.hpp"

#include <fmt/ranges.h>

#include "base/text.hpp"

namespace agente::guest {

void composer::offer(std::string id, std::string title, std::string description) {
    if (std::ranges::find(options_, id, &option::id) != options_.end()) return;
    options_.push_back({std::move(id), std::move(title), std::move(description)});
}

std::vector<reply> composer::finish() {
    auto words = fmt::format("{}", fmt::join(paragraphs_, "\n\n"));
    if (words.empty()) return {};
    // Above buttons less fits than into a text: what came first goes ahead as a message of its own.
    std::vector<reply> all;
    if (!options_.empty() && text::code_points(words) > limits::interactive &&
        paragraphs_.size() > 1) {
        auto last = std::move(paragraphs_.back());
        paragraphs_.pop_back();
        all.push_back(make_reply(fmt::format("{}", fmt::join(paragraphs_, "\n\n"))));
        words = std::move(last);
    }
    all.push_back(make_reply(std::move(words), std::move(options_), std::move(list_button_)));
    return all;
}

}  // namespace agente::guest
