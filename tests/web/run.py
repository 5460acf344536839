"""Runs the tests of this folder in one browser against one demo. Argument: the built agente-hotel."""

import signal
import sys
import unittest
from pathlib import Path

import docs_page

signal.signal(signal.SIGTERM, signal.default_int_handler)  # by way of `finally`: Chromium would outlive this program
try:
    docs_page.start(sys.argv[1])
    tests = unittest.defaultTestLoader.discover(Path(__file__).parent, "*_test.py")
    passed = unittest.TextTestRunner(verbosity=2).run(tests).wasSuccessful()
finally:
    ended = docs_page.stop()
if ended != 0:
    sys.exit(f"the demo ended with {ended}")
sys.exit(not passed)
