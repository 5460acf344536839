#include "operations/sql_script.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agente::operations {
namespace {

bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || digit(c) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

class reader {
public:
    explicit reader(std::string_view text) : text_(text) {}

    std::vector<script_statement> all() {
        std::vector<script_statement> found;
        for (;;) {
            skip_between();
            if (at_ >= text_.size()) return found;
            if (text_[at_] == '\\') fail("a psql command: a script may hold SQL only");
            auto const start = at_;
            while (at_ < text_.size() && text_[at_] != ';') step();
            if (at_ > start)
                found.push_back({trimmed(text_.substr(start, at_ - start)), line_of(start)});
            if (at_ < text_.size()) ++at_;
        }
    }

private:
    static std::string_view trimmed(std::string_view s) {
        while (!s.empty() && blank(s.back())) s.remove_suffix(1);
        return s;
    }
    int line_of(std::size_t at) const {
        return 1 + static_cast<int>(std::ranges::count(text_.substr(0, at), '\n'));
    }
    [[noreturn]] void fail(std::string_view what) const {
        throw failure(error(error_kind::invalid, "deploy.bad_script",
                            fmt::format("line {}: {}", line_of(at_), what)));
    }
    bool next_is(std::string_view s) const { return text_.substr(at_).starts_with(s); }

    void skip_between() {
        while (at_ < text_.size()) {
            if (blank(text_[at_]))
                ++at_;
            else if (!skip_comment())
                return;
        }
    }

    bool skip_comment() {
        if (next_is("--")) {
            at_ = std::min(text_.find('\n', at_), text_.size());
            return true;
        }
        if (!next_is("/*")) return false;
        int depth = 0;
        auto const start = at_;
        do {
            if (at_ >= text_.size()) {
                at_ = start;
                fail("a comment is not closed");
            }
            if (next_is("/*"))
                ++depth, at_ += 2;
            else if (next_is("*/"))
                --depth, at_ += 2;
            else
                ++at_;
        } while (depth > 0);
        return true;
    }

    // Over one piece that may hold a semicolon which ends nothing, or over one character.
    void step() {
        char const c = text_[at_];
        if (skip_comment()) return;
        if (c == '\'')
            return skip_quoted('\'', at_ > 0 && (text_[at_ - 1] == 'E' || text_[at_ - 1] == 'e') &&
                                         (at_ < 2 || !word(text_[at_ - 2])));
        if (c == '"') return skip_quoted('"', false);
        if (c == '$' && skip_dollar_quoted()) return;
        ++at_;
    }

    void skip_quoted(char quote, bool with_backslashes) {
        auto const start = at_++;
        for (; at_ < text_.size(); ++at_) {
            if (with_backslashes && text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == quote) {
                ++at_;  // a doubled quote opens the next piece at once
                return;
            }
        }
        at_ = start;
        fail("a quote is not closed");
    }

    bool skip_dollar_quoted() {
        if (at_ > 0 && word(text_[at_ - 1])) return false;  // a name such as a$b
        auto end = at_ + 1;
        if (end < text_.size() && digit(text_[end])) return false;  // $1
        while (end < text_.size() && word(text_[end])) ++end;
        if (end >= text_.size() || text_[end] != '$') return false;
        auto const tag = text_.substr(at_, end + 1 - at_);
        auto const close = text_.find(tag, end + 1);
        if (close == std::string_view::npos) fail("a dollar quote is not closed");
        at_ = close + tag.size();
        return true;
    }

    std::string_view text_;
    std::size_t at_{0};
};

}  // namespace

result<std::vector<script_statement>> split_script(std::string_view script) {
    try {
        return reader(script).all();
    } catch (failure const& wrong) {
        return wrong.reason();
    }
}

}  // namespace agente::operations
