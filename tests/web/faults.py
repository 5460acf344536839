"""A proxy in front of the service that makes a path fail in the ways networks do."""

import http.server
import threading
import urllib.request

PREFIX = "/behind"  # the service's paths also answer below it, as behind a proxy that shares a host


def refused(handler):
    """A problem document of the service."""
    body = b'{"type":"about:blank","title":"Service Unavailable","status":503,"code":"http.busy","detail":"Too much is in work."}'
    answer(handler, 503, "application/problem+json", body)


def gateway(handler):
    """A proxy that does not find the service."""
    answer(handler, 502, "text/html", b"<!doctype html><title>Bad Gateway</title>")


def another_program(handler):
    answer(handler, 200, "text/html", b"<!doctype html><title>Sign in to the network</title>")


def another_document(handler):
    answer(handler, 200, "application/json", b'{"hello": "world"}')


def cut_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"openapi":')
    handler.close_connection = True


def answer(handler, status, kind, body, headers=()):
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


class FaultyProxy:
    """Passes everything on to `service`, except that `fault` answers for /openapi.json when there is one."""

    def __init__(self, service):
        self.fault = None
        self.release = threading.Event()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path = self.path.removeprefix(PREFIX)
                if path == "/openapi.json" and proxy.fault:
                    proxy.fault(self)
                else:
                    self.pass_on(path)

            def pass_on(self, path):
                with urllib.request.urlopen(service + path) as got:
                    policy = got.headers["Content-Security-Policy"]
                    answer(self, got.status, got.headers["Content-Type"], got.read(),
                           [("Content-Security-Policy", policy)] if policy else [])

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def held(self, handler):
        """A fault, too: nothing comes before `release` is set."""
        self.release.wait()
        handler.pass_on("/openapi.json")

    def close(self):
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
