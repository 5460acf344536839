"""What a reader of /docs sees when /openapi.json does not come."""

import unittest

import docs_page as docs
import faults


class Faults(unittest.TestCase):
    def setUp(self):
        self.proxy = faults.FaultyProxy(docs.demo.url)
        self.addCleanup(self.proxy.close)
        self.addCleanup(docs.browser.console)  # the browser's own words on what failed

    def told(self, fault, cause):
        self.proxy.fault = fault
        docs.browser.open(self.proxy.url + "/docs")
        said = docs.browser.one("[role=alert]").text
        self.assertIn("could not be read", said)
        self.assertIn(cause, said)
        self.assertIn("is the service running", said)
        self.assertFalse([e for e in docs.browser.all("#search") if e.is_displayed()], "a search over nothing")
        self.assertEqual([m for m in docs.browser.console() if "Uncaught" in m], [])
        self.proxy.fault = None
        docs.browser.one("[role=alert] button").click()
        self.assertTrue(docs.browser.one(".operation"))

    def test_a_refusal_is_told_in_its_own_words_and_can_be_tried_again(self):
        self.told(faults.refused, "HTTP 503. Too much is in work.")

    def test_a_proxy_without_the_service_is_told(self):
        self.told(faults.gateway, "HTTP 502")

    def test_an_answer_of_another_program_is_told(self):
        self.told(faults.another_program, "not an OpenAPI document")

    def test_another_document_is_told(self):
        self.told(faults.another_document, "not an OpenAPI document")

    def test_a_connection_that_breaks_is_told(self):
        self.told(faults.cut_off, "the connection broke")

    def test_a_slow_answer_is_told_and_shown_when_it_comes(self):
        self.proxy.fault = self.proxy.held
        docs.browser.open(self.proxy.url + "/docs")
        self.assertIn("Loading", docs.browser.one("[role=status]").text)
        docs.browser.until(lambda: "wait, or reload" in docs.browser.one("[role=status]").text, "it does not say that it is slow")
        self.proxy.release.set()
        self.assertTrue(docs.browser.one(".operation"))
