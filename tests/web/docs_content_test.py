"""What /docs says of the API is what /openapi.json says."""

import json
import shlex
from urllib.parse import urlsplit

import docs_page as docs
from api_document import codes, constraints, rate

# Everything the page says of its operations, as it is shown once all is unfolded.
READ = """
const text = (box, css) => { const e = box.querySelector(css); return e && e.innerText; };
const tables = box => Object.fromEntries([...box.querySelectorAll("table")].map(t => [t.getAttribute("aria-label"),
  [...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.innerText.trim()))]));
const examples = found => found.filter(e => e.getAttribute("aria-label") === "Example").map(e => e.innerText);
return Object.fromEntries([...document.querySelectorAll(".operation")].map(box => {
  const answers = [...box.querySelectorAll(".answer")], listings = [...box.querySelectorAll("pre")];
  return [box.id, {
    method: text(box, ".method"), path: text(box, ".path"), title: text(box, "summary"), text: box.innerText,
    examples: examples(listings.filter(e => !e.closest(".answer"))),
    command: text(box, "pre[aria-label=Command]"), tables: tables(box),
    facts: Object.fromEntries([...box.querySelectorAll(".facts dt")].map(t => [t.innerText, t.nextSibling.innerText])),
    answers: Object.fromEntries(answers.map(a => [text(a, "summary code"), {text: a.innerText,
      examples: examples([...a.querySelectorAll("pre")])}]))}];
}));"""


class Content(docs.Quiet):
    @classmethod
    def setUpClass(cls):
        docs.read()
        docs.unfold()
        cls.shown = docs.browser.run(READ)

    def each(self, check):
        for name, expected in docs.document.operations.items():
            with self.subTest(name):
                check(expected, self.shown[name])

    def test_every_operation_stands_there_with_method_path_and_summary(self):
        self.assertGreater(len(docs.document.operations), 40)
        self.assertEqual(self.shown.keys(), docs.document.operations.keys())

        def check(expected, shown):
            self.assertEqual((shown["method"], shown["path"]), (expected["method"], expected["path"]))
            self.assertIn(expected["summary"], shown["title"])

        self.each(check)

    def rows(self, shown, table, expected, mark):
        """Compares a table's rows with what they must say: {name: (marked, schema)}."""
        found = {row[0].split()[0]: row for row in shown["tables"].get(table, [])}
        self.assertEqual(found.keys(), expected.keys(), table)
        for name, (marked, schema) in expected.items():
            self.assertEqual(mark in found[name][0], marked, name)
            self.assertTrue(found[name][1], f"the type of {name}")
            for word in (schema.get("description", ""), *constraints(schema)):
                self.assertIn(word, found[name][2], name)

    def test_parameters_stand_with_place_type_and_limits(self):
        checked = 0

        def check(expected, shown):
            nonlocal checked
            given = expected.get("parameters", [])
            checked += len(given)
            self.rows(shown, "Parameters", {p["name"]: (p["required"], p["schema"]) for p in given}, "required")
            for p, row in zip(given, shown["tables"].get("Parameters", [])):
                self.assertIn(f'({p["in"]})', row[0])
                self.assertIn(p.get("description", ""), row[2])

        self.each(check)
        self.assertGreater(checked, 40)

    def test_a_body_stands_with_every_field_and_an_example(self):
        checked = 0

        def check(expected, shown):
            nonlocal checked
            for media in expected.get("requestBody", {}).get("content", {}).values():
                self.rows(shown, "Body", docs.document.fields(media["schema"]), "required")
                if "example" in media:
                    checked += 1
                    self.assertEqual([json.loads(e) for e in shown["examples"]], [media["example"]])

        self.each(check)
        self.assertGreater(checked, 10)

    def test_a_command_for_a_shell_asks_for_what_the_example_shows(self):
        def check(expected, shown):
            words = shlex.split(shown["command"])
            options = list(zip(words, words[1:]))
            url = urlsplit(next(w for w in words if "://" in w))
            self.assertEqual(f"{url.scheme}://{url.netloc}", docs.demo.url)
            self.assertEqual(len(url.path.split("/")), len(expected["path"].split("/")))
            self.assertNotRegex(url.path, r"[{} ]")
            self.assertEqual(("-X", expected["method"]) in options, expected["method"] != "GET")
            self.assertEqual(("-H", "Authorization: Bearer $TOKEN") in options, bool(expected["security"]))
            for kind, media in expected.get("requestBody", {}).get("content", {}).items():
                self.assertIn(("-H", f"Content-Type: {kind}"), options)
                if kind == "application/json":
                    self.assertEqual(json.loads(dict(options)["-d"]), media["example"])

        self.each(check)

    def test_every_answer_stands_with_fields_example_and_headers(self):
        checked = 0

        def check(expected, shown):
            nonlocal checked
            self.assertEqual(shown["answers"].keys(), expected["responses"].keys())
            for status, response in expected["responses"].items():
                response, answer = docs.document.follow(response), shown["answers"][status]
                self.assertIn(response["description"].split("\n")[0], answer["text"])
                for header in response.get("headers", {}):
                    self.assertIn(header, answer["text"])
                for kind, media in response.get("content", {}).items():
                    if kind == "application/problem+json":
                        continue
                    self.assertIn(kind, answer["text"])
                    fields = docs.document.fields(media["schema"])
                    self.rows(shown, f"Answer {status}", {n: (not must, s) for n, (must, s) in fields.items()}, "optional")
                    if kind == "application/json" and "example" in media:
                        checked += 1
                        self.assertEqual([json.loads(e) for e in answer["examples"]], [media["example"]])

        self.each(check)
        self.assertGreater(checked, 25)

    def test_every_error_stands_with_its_code_and_when_it_comes(self):
        seen = set()

        def check(expected, shown):
            for status, response in expected["responses"].items():
                response = docs.document.follow(response)
                seen.update(codes(response))
                for line in response["description"].replace("`", "").split("\n"):
                    self.assertIn(line.removeprefix("- "), shown["answers"][status]["text"])

        self.each(check)
        self.assertGreater(len(seen), 60)

    def test_rights_and_limits_of_an_operation_stand_at_it(self):
        def check(expected, shown):
            facts, right = shown["facts"], expected.get("x-required-right")
            who = {None: "Anybody, without signing in", "session": "Anybody who is signed in"}.get(right, f"Right {right}")
            self.assertEqual(facts["Who"], who)
            if right:
                self.assertIn("signed in" if right == "session" else right, shown["title"])
            for limit in expected.get("x-rate-limit", []):
                self.assertIn("Rate limit\n" + rate(limit), shown["text"])
            self.assertEqual(facts["Answered within"], f'{expected["x-deadline-ms"] / 1000:g} s, else 503')
            if "x-max-body-bytes" in expected:
                self.assertEqual(facts["Largest body"], f'{expected["x-max-body-bytes"] / 1024:.0f} KiB')

        self.each(check)

    def test_what_each_right_allows_and_what_an_error_looks_like_stand_once(self):
        rights = docs.browser.run("return document.getElementById('rights').innerText")
        for right in docs.document.parsed["x-rights"]:
            for word in (right["name"], right["description"], ", ".join(right["roles"])):
                self.assertIn(word, rights)
        self.assertIn("Authorization: Bearer", rights)
        errors = docs.browser.run("return document.getElementById('errors').innerText")
        for name in docs.document.fields(docs.document.parsed["components"]["schemas"]["problem"]):
            self.assertIn(name, errors)
