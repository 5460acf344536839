"""Finding one's way on /docs: with a pointer, a keyboard, a telephone, in light and dark, and without a network."""

from pathlib import Path
from urllib.parse import urlsplit

import docs_page as docs
import faults
from api_document import codes
from selenium.webdriver.common.keys import Keys

FOCUSED = "const e = document.activeElement; return e.tagName === 'SUMMARY' ? e.parentElement.id : e.id || e.className;"
CONTRAST = Path(__file__).with_name("contrast.js").read_text()

# A summary is in the reader's view when the point in its middle is it, and not the bar above or another part.
IN_VIEW = """
const inView = id => {
  const summary = document.getElementById(id).querySelector("summary, h2"), at = summary.getBoundingClientRect();
  const there = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
  const bar = document.querySelector(".bar").getBoundingClientRect();
  return there !== null && summary.contains(there) && at.top >= bar.bottom && at.bottom <= innerHeight;
};"""

# Follows a link to each of the names; returns those that did not open or come into view.
FOLLOW = IN_VIEW + """
return (async names => {
  const lost = [];
  for (const name of names) {
    const arrived = new Promise(done => addEventListener("hashchange", done, {once: true}));
    location.hash = name;
    await arrived;
    const box = document.getElementById(name);
    if (!box.open || !inView(name) || box.querySelectorAll(`a[href="#${name}"]`).length !== 1) lost.push(name);
  }
  return lost;
})(arguments[0]);"""


class Finding(docs.Quiet):
    def shown(self):
        return set(docs.browser.run("return [...document.querySelectorAll('.operation')]"
                                    ".filter(e => e.offsetHeight).map(e => e.id)"))

    def search(self, words):
        docs.browser.one("#search").clear()
        docs.browser.one("#search").send_keys(words)

    def test_the_search_leaves_what_has_all_words(self):
        docs.read()
        wanted = {name for name, one in docs.document.operations.items()
                  if any("users.not_yours" in codes(docs.document.follow(r)) for r in one["responses"].values())}
        self.search("users.NOT_yours")
        self.assertEqual(self.shown(), wanted)
        self.assertLess(1, len(wanted))
        self.assertLess(len(wanted), len(docs.document.operations))
        self.assertEqual([e.text for e in docs.browser.all("#groups a") if e.is_displayed()], ["users"])
        self.assertEqual(docs.browser.one("#count").text, f"{len(wanted)} operations")
        self.search("login post")
        self.assertEqual(self.shown(), {"post_api_v1_auth_login"})
        self.assertEqual(docs.browser.one("#count").text, "1 operation")

    def test_a_search_without_result_says_so_and_escape_ends_it(self):
        docs.read()
        docs.press("/")
        docs.press("zebra")
        self.assertEqual(self.shown(), set())
        self.assertIn("No operation matches", docs.browser.one("#none").text)
        docs.press(Keys.ESCAPE)
        self.assertEqual(self.shown(), docs.document.operations.keys())
        self.assertFalse([e for e in docs.browser.all("#none") if e.is_displayed()])

    def goes_to(self, name):
        docs.browser.until(lambda: docs.browser.run(IN_VIEW + "return inView(arguments[0])", name), f"{name} does not come into view")

    def test_an_address_with_an_operation_opens_it(self):
        for width in (1280, 360):
            for name in (next(iter(docs.document.operations)), list(docs.document.operations)[-1], "get_api_v1_admin_users"):
                with self.subTest(name, width=width):
                    docs.read(f"{docs.url}#{name}", width=width)
                    self.goes_to(name)
                    self.assertIn("Answers", docs.browser.one(f"#{name}").text)
                    self.assertEqual(docs.browser.run("return document.activeElement.parentElement.id"), name)

    def test_every_operation_can_be_linked(self):
        docs.read()
        self.assertEqual(docs.browser.run(FOLLOW, list(docs.document.operations)), [])

    def test_every_group_is_a_click_away(self):
        docs.read()
        groups = docs.browser.all("#groups a")
        tags = {o["tags"][0] for o in docs.document.operations.values()}
        self.assertEqual({g.text for g in groups}, tags | {"rights", "errors"})
        for group in groups:
            docs.browser.run("scrollTo(0, 0)")
            group.click()
            self.goes_to(urlsplit(group.get_attribute("href")).fragment)

    def test_a_link_reaches_what_a_search_had_hidden(self):
        docs.read()
        self.search("webhooks")
        docs.browser.run("location.hash = 'get_api_v1_admin_users'")
        self.goes_to("get_api_v1_admin_users")
        self.assertEqual(docs.browser.one("#search").get_attribute("value"), "")


class Outside(docs.Quiet):
    def test_nothing_is_asked_for_but_the_page_and_the_document(self):
        docs.read(f"{docs.url}#post_api_v1_auth_login")
        docs.unfold()
        self.assertEqual(docs.browser.requested(), [docs.url, f"{docs.demo.url}/openapi.json"])

    def test_behind_a_path_of_a_shared_host_it_asks_there(self):
        proxy = faults.FaultyProxy(docs.demo.url)
        self.addCleanup(proxy.close)
        docs.read(f"{proxy.url}{faults.PREFIX}/docs")
        self.assertEqual(docs.browser.requested()[1:], [f"{proxy.url}{faults.PREFIX}/openapi.json"])

    def test_without_script_it_leads_to_the_document(self):
        docs.browser.open(docs.url, script=False)
        self.assertIn("needs its script", docs.browser.one("noscript p").text)
        self.assertEqual(docs.browser.one("noscript a").get_attribute("href"), f"{docs.demo.url}/openapi.json")


class Access(docs.Quiet):
    def focused(self):
        return docs.browser.run(FOCUSED)

    def test_a_keyboard_alone_opens_an_operation(self):
        docs.read()
        docs.press(Keys.TAB)
        self.assertEqual(self.focused(), "skip")
        self.assertGreaterEqual(docs.browser.one(".skip").location["x"], 0)
        docs.press(Keys.ENTER, Keys.TAB)
        first = docs.browser.all(".operation")[0].get_attribute("id")
        self.assertEqual(self.focused(), first)
        style, width = docs.browser.run("const s = getComputedStyle(document.activeElement);"
                                        "return [s.outlineStyle, parseFloat(s.outlineWidth)]")
        self.assertEqual(style, "solid")
        self.assertGreaterEqual(width, 2)
        docs.press(Keys.ENTER)
        self.assertIn("Answers", docs.browser.one(f"#{first} > div").text)
        docs.press(Keys.ENTER)
        docs.browser.until(lambda: not docs.browser.one(f"#{first}").get_attribute("open"), "it does not close")

    def test_the_tab_key_reaches_every_control(self):
        docs.read()
        wanted = {"skip", "document", "search", "all", *docs.document.operations}
        docs.browser.run("window.reached = []; addEventListener('focusin', () => reached.push((() => {" + FOCUSED + "})()))")
        docs.press(*[Keys.TAB] * 2 * len(wanted))
        self.assertEqual(wanted - set(docs.browser.run("return reached")), set())

    def test_everything_that_takes_the_focus_has_a_name(self):
        docs.read(f"{docs.url}#post_api_v1_auth_login", width=360)
        nodes = docs.browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        focusable = [n for n in nodes if not n["ignored"] and n["role"]["value"] not in ("RootWebArea", "main")
                     and any(p["name"] == "focusable" and p["value"]["value"] for p in n.get("properties", []))]
        self.assertGreater(len(focusable), len(docs.document.operations))
        self.assertEqual([n for n in focusable if not n.get("name", {}).get("value")], [])
        roles = {n["role"]["value"] for n in nodes}
        self.assertLessEqual({"main", "navigation", "search", "banner"}, roles)

    def test_it_says_its_language_and_its_headings_are_in_order(self):
        docs.read()
        docs.unfold()
        self.assertEqual(docs.browser.run("return document.documentElement.lang"), "en")
        self.assertIn(docs.document.parsed["info"]["title"], docs.browser.driver.title)
        levels = docs.browser.run("return [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))")
        self.assertEqual((levels[0], levels.count(1)), (1, 1))
        self.assertEqual([(a, b) for a, b in zip(levels, levels[1:]) if b > a + 1], [])
        self.assertEqual(docs.browser.run("const all = [...document.querySelectorAll('[id]')].map(e => e.id);"
                                          "return all.filter((id, i) => all.indexOf(id) !== i)"), [])

    def test_text_and_controls_stand_out_in_light_and_dark(self):
        backs = set()
        for scheme in ("light", "dark"):
            with self.subTest(scheme):
                docs.read(scheme=scheme)
                docs.unfold()
                found = docs.browser.run(CONTRAST)
                self.assertGreater(found["measured"], 1000)
                self.assertEqual(found["poor"], [])
                backs.add(docs.browser.run("return getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(backs), 2)

    def test_a_phone_shows_it_without_scrolling_sideways(self):
        for width in (360, 320):
            with self.subTest(width=width):
                docs.read(width=width)
                docs.unfold()
                self.assertEqual(docs.browser.run("return [document.documentElement.scrollWidth, innerWidth]"), [width, width])
                small = docs.browser.run("return [...document.querySelectorAll('summary, button, input, nav a')].filter("
                                         "e => e.offsetHeight && e.offsetHeight < 24).map(e => e.outerHTML)")
                self.assertEqual(small, [])
                tiny = docs.browser.run("return [...document.querySelectorAll('body *')].filter("
                                        "e => parseFloat(getComputedStyle(e).fontSize) < 12).map(e => e.outerHTML)")
                self.assertEqual(tiny, [])
