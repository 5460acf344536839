"use strict";
(() => {
  // Text from the document becomes text nodes only: nothing in it is ever read as HTML.
  const make = (tag, options = {}, ...children) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(options)) {
      if (name === "class") e.className = value; else e.setAttribute(name, value);
    }
    for (const c of children.flat(Infinity)) if (c !== null && c !== undefined) e.append(c);
    return e;
  };
  const by = id => document.getElementById(id);
  // A box of its own to scroll, so a keyboard must reach it.
  const listing = (name, text) => make("pre", {tabindex: "0", role: "group", "aria-label": name}, text);
  const pretty = value => typeof value === "string" ? value : JSON.stringify(value, null, 2);

  // `words` between backticks become code, lines that begin with "- " a list; other lines stay as they are written.
  const inline = text => text.split("`").map((part, i) => i % 2 ? make("code", {}, part) : part);
  const prose = text => text.split(/((?:^- .*\n?)+)/m).filter(part => part.trim()).map(part => part.startsWith("- ")
    ? make("ul", {}, part.trim().split("\n").map(line => make("li", {}, inline(line.slice(2)))))
    : make("p", {class: "text"}, inline(part.trim())));

  let api;
  const follow = node => {
    for (let steps = 0; node && node.$ref && steps < 8; ++steps)
      node = node.$ref.slice(2).split("/").reduce(
        (at, step) => at && at[decodeURIComponent(step).replace(/~1/g, "/").replace(/~0/g, "~")], api);
    return node || {};
  };
  const short = ref => ref.slice(ref.lastIndexOf("/") + 1);

  const kind = schema => {
    if (schema.anyOf) return schema.anyOf.map(kind).join(" or ");
    if (schema.$ref) return kind(follow(schema));
    const types = [].concat(schema.type || "any");
    return types.map(t => t === "array" && schema.items ? "list of " + kind(schema.items) : t).join(" or ");
  };
  const limits = schema => {
    const found = [];
    const range = (least, most, what) => {
      if (least !== undefined && most !== undefined) found.push(`${least} to ${most}${what}`);
      else if (least !== undefined) found.push(`at least ${least}${what}`);
      else if (most !== undefined) found.push(`at most ${most}${what}`);
    };
    const usual = schema.format === "int32" || schema.format === "int64";
    if (schema.format && !usual) found.push(schema.format);
    const anyText = "^[^\\x00]*$";
    if (schema.pattern && schema.pattern !== anyText) found.push("matches " + schema.pattern);
    const huge = n => usual && Math.abs(n) >= 2147483647 ? undefined : n;
    range(huge(schema.minimum), huge(schema.maximum), "");
    range(schema.minLength, schema.maxLength, " characters");
    range(schema.minItems, schema.maxItems, " items");
    if (schema.enum) found.push("one of " + schema.enum.map(v => JSON.stringify(v)).join(", "));
    if (schema.items && !schema.items.$ref && schema.items.enum) found.push("each " + limits(schema.items));
    if (schema.default !== undefined) found.push("usually " + JSON.stringify(schema.default));
    return found.join("; ");
  };

  // One row a member, members of members below it: "guest.name", "guest.children[].name".
  const rows = (schema, prefix, seen) => {
    if (schema.anyOf) return schema.anyOf.flatMap(one => rows(one, prefix, seen));
    if (schema.$ref) {
      if (seen.includes(schema.$ref)) return [];
      return rows(follow(schema), prefix, [...seen, schema.$ref]);
    }
    if (schema.items) return rows(schema.items, prefix.replace(/\.$/, "") + "[].", seen);
    const must = schema.required || [];
    return Object.entries(schema.properties || {}).flatMap(([name, one]) => [
      row(prefix + name, must.includes(name), one, one.description || follow(one).description),
      ...rows(one, prefix + name + ".", seen)]);
  };
  // What is sent says which fields must be there, what is answered which may be missing: the style shows the one or the other.
  const row = (name, must, schema, description) => make("tr", {},
    make("td", {}, make("code", {}, name), must ? make("span", {class: "must"}, " required") : make("span", {class: "may"}, " optional")),
    make("td", {}, kind(schema)),
    make("td", {}, [description, limits(schema)].filter(Boolean).join(" \u00b7 ")));
  const table = (caption, heads, body) => make("div", {class: "scroll"}, make("table", {"aria-label": caption},
    make("thead", {}, make("tr", {}, heads.map(h => make("th", {scope: "col"}, h)))), make("tbody", {}, body)));
  const described = (schema, caption) => {
    const all = rows(schema, "", []);
    const closed = follow(schema).additionalProperties === false;
    if (all.length) return [table(caption, ["Field", "Type", "Meaning"], all),
      closed ? make("p", {}, "Any other field is refused.") : null];
    return make("p", {}, kind(schema), limits(schema) ? " \u00b7 " + limits(schema) : "");
  };

  const media = (content, caption, heading = "h5") => Object.entries(content || {}).map(([type, one]) => make("div", {},
    make(heading, {}, type), one.schema ? described(one.schema, caption) : null,
    one.example !== undefined ? listing("Example", pretty(one.example)) : null));

  const answer = (status, given) => {
    const response = follow(given);
    const text = response.description || "";
    const [first, ...rest] = text.split("\n");
    const content = Object.entries(response.content || {}).filter(([type]) => type !== "application/problem+json");
    const headers = Object.entries(response.headers || {});
    return make("details", {class: "answer", ...(/^2/.test(status) ? {open: ""} : {})},
      make("summary", {}, make("code", {}, status), " ", first),
      rest.length ? prose(rest.join("\n")) : null,
      headers.length ? make("p", {}, "Headers: ", headers.map(([name, h], i) => make("span", {}, i ? ", " : "",
        make("code", {}, name), follow(h).description ? ` (${follow(h).description})` : ""))) : null,
      media(Object.fromEntries(content), "Answer " + status));
  };

  const sample = parameter => {
    const schema = parameter.schema || {};
    const value = schema.examples ? schema.examples[0] : schema.default !== undefined ? schema.default : schema.enum ? schema.enum[0] : "text";
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };
  const quoted = text => "'" + text.replace(/'/g, "'\\''") + "'";
  const curl = (path, method, o) => {
    const base = api.servers && /^https?:/.test(api.servers[0].url) ? api.servers[0].url.replace(/\/$/, "") : location.origin;
    const lines = [];
    const query = [];
    for (const p of (o.parameters || []).map(follow)) {
      if (p.in === "path") path = path.replace("{" + p.name + "}", encodeURIComponent(sample(p)));
      if (p.in === "query" && p.required) query.push(encodeURIComponent(p.name) + "=" + encodeURIComponent(sample(p)));
      if (p.in === "header" && p.required) lines.push("-H " + quoted(p.name + ": " + sample(p)));
    }
    if ((o.security || []).length) lines.push("-H \"Authorization: Bearer $TOKEN\"");
    if (o.requestBody) {
      const [type, body] = Object.entries(o.requestBody.content)[0];
      lines.push("-H " + quoted("Content-Type: " + type));
      if (body.example !== undefined) lines.push("-d " + quoted(typeof body.example === "string" ? body.example : JSON.stringify(body.example)));
    }
    const verb = method === "GET" ? "" : "-X " + method + " ";
    return ["curl " + verb + quoted(base + path + (query.length ? "?" + query.join("&") : "")), ...lines].join(" \\\n  ");
  };

  const span = seconds => {
    for (const [size, one, many] of [[86400, "day", "days"], [3600, "hour", "hours"], [60, "minute", "minutes"]])
      if (seconds % size === 0) return seconds === size ? one : seconds / size + " " + many;
    return seconds === 1 ? "second" : seconds + " seconds";
  };
  const facts = o => {
    const right = o["x-required-right"];
    const list = [["Who", right === "session" ? "Anybody who is signed in" : right
      ? make("a", {href: "#rights"}, "Right ", make("code", {}, right)) : "Anybody, without signing in"]];
    for (const r of o["x-rate-limit"] || []) list.push(["Rate limit", `${r.requests} requests a ${span(r.per_seconds)}, by ${r.by}`]);
    if (o["x-max-body-bytes"]) list.push(["Largest body", Math.round(o["x-max-body-bytes"] / 1024) + " KiB"]);
    if (o["x-deadline-ms"]) list.push(["Answered within", o["x-deadline-ms"] / 1000 + " s, else 503"]);
    return make("dl", {class: "facts"}, list.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  };

  const inside = (path, method, o) => {
    const parameters = (o.parameters || []).map(follow);
    const common = Object.entries(o.responses).filter(([, r]) => r.$ref);
    const own = Object.entries(o.responses).filter(([, r]) => !r.$ref);
    return make("div", {},
      o.description ? prose(o.description) : null,
      facts(o),
      make("h4", {}, "Try it in a shell"), listing("Command", curl(path, method, o)),
      parameters.length ? [make("h4", {}, "Parameters"), table("Parameters", ["Name", "Type", "Meaning"], parameters.map(p =>
        row(p.name + " (" + p.in + ")", p.required, p.schema || {}, p.description || (p.schema || {}).description)))] : null,
      o.requestBody ? [make("h4", {}, "Body"), o.requestBody.description ? prose(o.requestBody.description) : null,
        media(o.requestBody.content, "Body")] : null,
      make("h4", {}, "Answers"), own.map(([status, r]) => answer(status, r)),
      common.length ? make("details", {class: "more"}, make("summary", {}, "Answers that any request may get"),
        common.map(([status, r]) => answer(status, r))) : null,
      make("p", {}, make("a", {href: "#" + o.operationId}, "Link to this operation"), " \u00b7 ",
        make("a", {href: "#errors"}, "What errors look like")));
  };

  // The inside is made when it is first opened: a large document stays quick.
  const shown = (path, method, o) => {
    const right = o["x-required-right"];
    const box = make("details", {class: "operation", id: o.operationId},
      make("summary", {},
        make("h3", {}, make("span", {class: "method " + method.toLowerCase()}, method), " ",
          make("code", {class: "path"}, path)),
        make("span", {}, o.summary || ""),
        right ? make("span", {class: "right"}, right === "session" ? "signed in" : right) : null));
    box.fill = () => { if (box.children.length === 1) box.append(inside(path, method, o)); };
    box.addEventListener("toggle", () => { if (box.open) box.fill(); });
    box.words = [path, method, o.summary, o.description, right, JSON.stringify(o.parameters || ""),
      JSON.stringify(o.responses), JSON.stringify(o.requestBody || "")].join(" ").toLowerCase();
    return box;
  };

  const rights = () => {
    const all = api["x-rights"];
    if (!Array.isArray(all)) return null;
    const body = all.map(r => make("tr", {}, make("td", {}, make("code", {}, String(r.name))),
      make("td", {}, String(r.description || "")), make("td", {}, [].concat(r.roles || []).join(", "))));
    const scheme = ((api.components || {}).securitySchemes || {}).bearerAuth;
    return make("section", {id: "rights"}, make("h2", {}, "Rights"),
      scheme ? [prose("Sent as `Authorization: Bearer $TOKEN`. " + (scheme.description || ""))] : null,
      table("Rights", ["Right", "Meaning", "Roles"], body));
  };
  const errors = () => {
    const {schemas = {}, responses = {}} = api.components || {};
    if (!schemas.problem) return null;
    const examples = Object.values(responses).map(r => (r.content || {})["application/problem+json"]).filter(Boolean);
    return make("section", {id: "errors"}, make("h2", {}, "Errors"),
      media({"application/problem+json": examples[0] || {schema: schemas.problem}}, "Error", "h3"));
  };

  const show = () => {
    document.title = by("title").textContent = api.info.title + " " + api.info.version;
    by("about").textContent = "";
    by("about").append(...prose(api.info.description || ""));
    const groups = new Map();
    for (const [path, methods] of Object.entries(api.paths))
      for (const [method, o] of Object.entries(methods)) {
        const tag = (o.tags || ["other"])[0];
        if (!groups.has(tag)) groups.set(tag, []);
        groups.get(tag).push(shown(path, method.toUpperCase(), o));
      }
    const main = by("operations");
    main.textContent = "";
    for (const [tag, boxes] of [...groups].sort(([a], [b]) => a < b ? -1 : 1)) {
      const id = "group-" + tag.replace(/[^A-Za-z0-9]+/g, "-");
      main.append(make("section", {id}, make("h2", {}, tag), boxes));
      by("groups").append(make("li", {}, make("a", {href: "#" + id}, tag)));
    }
    main.append(make("p", {id: "none", hidden: ""}, "No operation matches. Fewer or other words may find it."));
    for (const section of [rights(), errors()].filter(Boolean)) {
      main.append(section);
      by("groups").append(make("li", {}, make("a", {href: "#" + section.id}, section.id)));
    }
    document.querySelector(".bar").hidden = false;
    search();
    arrive();
  };

  const boxes = () => [...document.querySelectorAll(".operation")];
  const search = () => {
    const words = by("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const box of boxes()) {
      box.hidden = !words.every(w => box.words.includes(w));
      found += !box.hidden;
    }
    const links = new Map([...by("groups").querySelectorAll("a")].map(a => [a.hash.slice(1), a.parentElement]));
    for (const section of document.querySelectorAll("main > section"))
      section.hidden = links.get(section.id).hidden =
        words.length > 0 && ![...section.querySelectorAll(".operation")].some(b => !b.hidden);
    by("none").hidden = found > 0;
    by("count").textContent = found === 1 ? "1 operation" : found + " operations";
  };
  const arrive = () => {
    const target = location.hash && by(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) { by("search").value = ""; search(); }
    if (target.fill) { target.fill(); target.open = true; target.firstElementChild.focus({preventScroll: true}); }
    target.scrollIntoView();
  };

  by("search").addEventListener("input", search);
  by("all").addEventListener("click", () => {
    const open = by("all").getAttribute("aria-pressed") !== "true";
    by("all").setAttribute("aria-pressed", String(open));
    by("all").textContent = open ? "Close all" : "Open all";
    for (const box of boxes()) { if (open) box.fill(); box.open = open; }
  });
  document.addEventListener("keydown", e => {
    const typing = e.target === by("search");
    if (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); by("search").focus(); }
    if (e.key === "Escape" && typing) { by("search").value = ""; search(); }
  });
  window.addEventListener("hashchange", arrive);

  // What hinders the reader is said with what to do about it; a fault of this script itself goes to the console.
  const failed = why => {
    const again = make("button", {type: "button"}, "Try again");
    again.addEventListener("click", () => location.reload());
    by("operations").replaceChildren(make("div", {id: "state", role: "alert"}, make("h2", {}, "The document could not be read"),
      make("p", {}, why), make("p", {}, "Try again in a moment. If it lasts: is the service running, and what does its log say?"), again));
  };
  const read = async source => {
    const answer = await fetch(source);
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      throw new Error(`The service answered HTTP ${answer.status}. ${problem.detail || ""}`);
    }
    const document = await answer.json();
    if (!document || !document.openapi || !document.info || !document.paths) throw new SyntaxError();
    return document;
  };
  const reason = e => e instanceof SyntaxError
    ? "What came is not an OpenAPI document. Does a proxy in front of the service answer in its place?"
    : e instanceof TypeError ? "The service could not be reached, or the connection broke." : e.message;
  const load = async source => {
    const late = setTimeout(() => by("state").replaceChildren(
      "The service has not answered yet. It may be starting or busy: wait, or reload the page."), 3000);
    try { api = await read(source); } catch (e) { failed(reason(e)); return; } finally { clearTimeout(late); }
    show();
  };

  const source = location.pathname.replace(/\/docs\/?$/, "/openapi.json");
  by("document").href = source;
  load(source);
})();
