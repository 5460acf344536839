"""Chromium without a window, driven by Selenium: what the tests of pages share."""

import json
import os
import sys
import tempfile

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError as e:
    sys.exit(f"{e}: the tests of the pages need python3-selenium; ./dev setup installs it")
for program in (CHROMIUM, DRIVER):
    if not os.access(program, os.X_OK):
        sys.exit(f"{program} is missing: the tests of the pages need it; ./dev setup installs it")


class Browser:
    """One window with a profile of its own, which can reach 127.0.0.1 and nothing else."""

    def __init__(self):
        self._home = tempfile.TemporaryDirectory(prefix="agente-browser-", ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = CHROMIUM
        for argument in (
            "--headless=new",
            "--no-sandbox",  # root, as in a container, has none; the pages are our own
            "--disable-dev-shm-usage",  # a container's is too small
            "--disable-gpu",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={self._home.name}/profile",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        # With the driver's path given Selenium looks for none; the settings say so to its helper as well.
        os.environ.update(SE_AVOID_STATS="true", SE_OFFLINE="true")
        environment = {**os.environ, "HOME": self._home.name}
        self.driver = webdriver.Chrome(service=Service(executable_path=DRIVER, env=environment), options=options)
        self.driver.set_script_timeout(60)

    def close(self):
        self.driver.quit()
        self._home.cleanup()

    def open(self, url, width=1280, height=900, scheme="light", script=True):
        """Opens it as in a new tab of a screen of that size; waits for its load event."""
        command = self.driver.execute_cdp_cmd
        command("Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        command("Emulation.setScriptExecutionDisabled", {"value": not script})
        self.driver.get("about:blank")
        self.requested()
        self.driver.get(url)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def all(self, css):
        return self.driver.find_elements("css selector", css)

    def one(self, css):
        """The first that is shown, as soon as there is one."""
        return self.until(lambda: next((e for e in self.all(css) if e.is_displayed()), None), f"no {css} is shown")

    def until(self, condition, what):
        return WebDriverWait(self.driver, 30, poll_frequency=0.02).until(lambda _: condition(), what)

    def console(self):
        """What the page reported since the last question: errors, refusals of its policy, failed requests."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requested(self):
        """Every address that was asked for since the last question."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        found = []
        for event in events:
            if event["method"] == "Network.requestWillBeSent":
                found.append(event["params"]["request"]["url"])
            elif event["method"] == "Network.webSocketCreated":
                found.append(event["params"]["url"])
        return found
