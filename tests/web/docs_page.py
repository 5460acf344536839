"""The API's page, /docs, as the tests meet it: one running demo and one browser for all of them."""

import json
import unittest
import urllib.request

from api_document import Document
from browser import Browser
from demo import Demo
from selenium.webdriver.common.action_chains import ActionChains

demo = browser = document = url = None


def start(program):
    global demo, browser, document, url
    demo = Demo(program)
    browser = Browser()
    url = demo.url + "/docs"
    with urllib.request.urlopen(demo.url + "/openapi.json") as got:
        document = Document(json.load(got))


def stop():
    """The demo's exit status."""
    if browser:
        browser.close()
    return demo.close() if demo else 0


def read(address=None, **how):
    """Opens the page and waits for its operations."""
    browser.open(address or url, **how)
    browser.one(".operation")


def press(*keys):
    """Typed at whatever has the focus."""
    ActionChains(browser.driver).send_keys(*keys).perform()


def unfold():
    """Opens every operation by the page's button, and what is folded within."""
    browser.one("#all").click()
    browser.until(lambda: len(browser.all(".operation > div")) == len(document.operations), "not all were filled")
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true;")


class Quiet(unittest.TestCase):
    """Whatever a test does, the page reports no error and breaks no rule of its policy."""

    def tearDown(self):
        self.assertEqual(browser.console(), [])
