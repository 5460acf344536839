"""The built program with private servers, started for a test."""

import json
import os
import subprocess
import sys
import tempfile


class Demo:
    """`agente-hotel demo` with private servers on free ports."""

    def __init__(self, program):
        self._folder = tempfile.TemporaryDirectory(prefix="agente-web-", ignore_cleanup_errors=True)
        os.chmod(self._folder.name, 0o755)  # PostgreSQL runs as another user when root starts it
        # It ends with this test, also when that is killed.
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", program, "demo", "--json", "--port", "0", "--data", self._folder.name + "/demo"],
            stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{program} demo ended with {self._process.wait()} before it was ready")
        self.url = json.loads(line)["http"]

    def close(self):
        """Its exit status."""
        self._process.terminate()
        code = self._process.wait(60)
        self._process.stdout.close()
        self._folder.cleanup()
        return code
