#include "base/dotenv.hpp"

#include <fmt/format.h>

#include <map>

#include "base/text.hpp"

namespace agente::config {
namespace {

constexpr std::size_t most_file = 1024 * 1024;
constexpr std::size_t most_value = 64 * 1024;

bool name_start(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool name_part(char c) { return name_start(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class reader {
public:
    reader(std::string_view text,
           std::function<std::optional<std::string>(std::string const&)> const& environment)
        : text_(text), environment_(environment) {}

    dotenv read() {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
        if (text_.size() > most_file) {
            out_.problems.push_back("the file is larger than 1 MiB: it is not a .env file");
            return std::move(out_);
        }
        while (at_ < text_.size()) read_line();
        return std::move(out_);
    }

private:
    bool end() const { return at_ >= text_.size() || text_[at_] == '\n'; }
    void skip_blanks() {
        while (!end() && blank(text_[at_])) ++at_;
    }

    void next_line() {
        while (!end()) ++at_;
        if (at_ < text_.size()) ++at_;
        ++line_;
    }

    void problem(int line, std::string_view what) {
        out_.problems.push_back(fmt::format("line {}: {}", line, what));
    }

    std::string read_name() {
        auto const from = at_;
        if (!end() && name_start(text_[at_]))
            while (!end() && name_part(text_[at_])) ++at_;
        return std::string(text_.substr(from, at_ - from));
    }

    void read_line() {
        skip_blanks();
        if (end() || text_[at_] == '#') return next_line();
        auto const line = line_;
        auto name = read_name();
        skip_blanks();
        if (name == "export" && !end() && name_start(text_[at_])) {
            name = read_name();
            skip_blanks();
        }
        if (name.empty()) {
            problem(line, "expected NAME=value (a name starts with a letter or _)");
            return next_line();
        }
        if (end() || text_[at_] != '=') {
            problem(line, fmt::format("{} has no '=' after it: write {}=value", name, name));
            return next_line();
        }
        ++at_;
        skip_blanks();
        auto value = read_value(line, name);
        if (value) {
            if (value->size() > most_value)
                problem(line, name + ": the value is longer than 64 KiB");
            else if (!text::valid_utf8(*value))
                problem(line, name + ": the value is not valid UTF-8 text");
            else {
                known_[name] = *value;
                out_.assignments.push_back({name, std::move(*value), line});
            }
        }
        next_line();
    }

    std::optional<std::string> read_value(int line, std::string const& name) {
        if (end()) return std::string();
        auto const quote = text_[at_];
        if (quote != '"' && quote != '\'') return read_plain();
        ++at_;
        std::string value;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '\n') ++line_;
            if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size())
                value += read_escape();
            else if (quote == '"' && text_.substr(at_, 2) == "${")
                value += read_reference();
            else
                value += text_[at_++];
        }
        if (at_ >= text_.size()) {
            problem(line,
                    fmt::format("{}: the {} that opens the value is never closed", name, quote));
            return std::nullopt;
        }
        ++at_;
        skip_blanks();
        if (!end() && text_[at_] != '#') {
            problem(line_, fmt::format("{}: unexpected text after the closing quote", name));
            return std::nullopt;
        }
        return value;
    }

    std::string read_plain() {
        std::string value;
        while (!end()) {
            if (text_[at_] == '#' && (value.empty() || blank(value.back()))) break;
            if (text_.substr(at_, 2) == "${")
                value += read_reference();
            else
                value += text_[at_++];
        }
        return std::string(text::trim(value));
    }

    std::string read_escape() {
        auto const c = text_[at_ + 1];
        at_ += 2;
        switch (c) {
            case 'n': return "\n";
            case 'r': return "\r";
            case 't': return "\t";
            case '"':
            case '\\':
            case '$':
            case '\'': return {c};
            case '\n': ++line_; return {};
            default: return {'\\', c};
        }
    }

    std::string read_reference() {
        auto const close = text_.substr(0, text_.find('\n', at_)).find('}', at_);
        if (close == std::string_view::npos) return std::string(1, text_[at_++]);
        auto inside = text_.substr(at_ + 2, close - at_ - 2);
        at_ = close + 1;
        std::string fallback;
        if (auto const dash = inside.find(":-"); dash != std::string_view::npos) {
            fallback = inside.substr(dash + 2);
            inside = inside.substr(0, dash);
        }
        std::string const name(inside);
        if (auto from_environment = environment_(name);
            from_environment && !from_environment->empty())
            return *from_environment;
        if (auto const found = known_.find(name); found != known_.end() && !found->second.empty())
            return found->second;
        return fallback;
    }

    std::string_view text_;
    std::function<std::optional<std::string>(std::string const&)> const& environment_;
    std::size_t at_{};
    int line_{1};
    std::map<std::string, std::string> known_;
    dotenv out_;
};

}  // namespace

dotenv parse_dotenv(
    std::string_view text,
    std::function<std::optional<std::string>(std::string const&)> const& environment) {
    return reader(text, environment).read();
}

}  // namespace agente::config
