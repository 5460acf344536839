#include "http/docs_page.hpp"

#include <stdexcept>

#include "base/crypto.hpp"

namespace agente::http {

extern std::string_view const docs_html, docs_css, docs_js;  // made from web/docs/

namespace {

void put(std::string& page, std::string_view mark, std::string_view text) {
    auto const at = page.find(mark);
    if (at == std::string::npos)
        throw std::logic_error("the page of the documentation lacks a mark");
    page.replace(at, mark.size(), text);
}

std::string hash(std::string_view text) {
    return "'sha256-" + crypto::base64(crypto::sha256(text)) + "'";
}

response docs_page() {
    response answer{.status = 200, .content_type = "text/html; charset=utf-8"};
    answer.body = docs_html;
    put(answer.body, "@STYLE@", docs_css);
    put(answer.body, "@SCRIPT@", docs_js);
    answer.set("Content-Security-Policy", "default-src 'none'; style-src " + hash(docs_css) +
                                              "; script-src " + hash(docs_js) +
                                              "; connect-src 'self'; base-uri 'none'; "
                                              "form-action 'none'; frame-ancestors 'none'");
    return answer;
}

}  // namespace

void add_docs_route(router& routes) {
    routes.add("GET", "/docs",
               [page = docs_page()](request const&) -> task<response> { co_return page; },
               {.summary = "This documentation, for people",
                .tags = {"documentation"},
                .responses = {{.status = 200,
                               .description = "A page that needs nothing from elsewhere",
                               .content_type = "text/html",
                               .schema = {{"type", "string"}},
                               .example = nullptr}}});
}

}  // namespace agente::http
