# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Prometheus that scrapes an exporter of the test five times a second, behind TLS, a client certificate and a login."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import trustme
from ansible_collections.hybrid.rollout.tests.integration._ports import free_port

from ._tree import Room, login

CONFIG = """
global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}
scrape_configs:
- job_name: quotes
  static_configs: [{{targets: ['127.0.0.1:{exporter}']}}]
"""
WEB = """
tls_server_config:
  cert_file: /srv/server.pem
  key_file: /srv/server.pem
  client_ca_file: /srv/ca.pem
  client_auth_type: RequireAndVerifyClientCert
basic_auth_users: {{rollout: {hashed}}}
"""


class Exporter:
    """What members tell of themselves. app1 is the canary, app2 its control, app3 has hardly any customers.

    Each scrape sees a hundred requests more of app1 and app2: two in a hundred of app1 fail, one of app2.
    """

    def __init__(self) -> None:
        self.scrapes = 0
        exporter = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                exporter.scrapes += 1
                body = exporter.text().encode()
                self.send_response(200)
                self.send_header("content-type", "text/plain; version=0.0.4")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *values: object) -> None:
                """Tests speak through their assertions."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def text(self) -> str:
        times = self.scrapes
        return (
            "# TYPE quotes_requests_total counter\n"
            f'quotes_requests_total{{member="app1"}} {100 * times}\n'
            f'quotes_requests_total{{member="app2"}} {100 * times}\n'
            'quotes_requests_total{member="app3"} 40\n'
            "# TYPE quotes_errors_total counter\n"
            f'quotes_errors_total{{member="app1"}} {2 * times}\n'
            f'quotes_errors_total{{member="app2"}} {times}\n'
            'quotes_errors_total{member="app3"} 0\n'
            "# TYPE quotes_queue gauge\n"
            'quotes_queue{member="app1"} 4\nquotes_queue{member="app2"} 8\n'
            "# TYPE quotes_hit_ratio gauge\n"
            'quotes_hit_ratio{member="app1"} NaN\nquotes_hit_ratio{member="app2"} +Inf\n'
        )

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Prometheus:
    def __init__(self, home: Path) -> None:
        self.room, self.exporter, self.port = Room(home), Exporter(), free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(home / "ca.pem"))
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(home / "server.pem"))
        authority.issue_cert("rollout").private_key_and_cert_chain_pem.write_to_path(str(home / "client.pem"))
        self.headers = login("rollout", "secret")
        self.trust = {"ca_path": str(home / "ca.pem"), "client_cert": str(home / "client.pem")}

    def start(self) -> None:
        hashed = self.room.run("htpasswd", "-nbB", "-C", "4", "rollout", "secret").strip().partition(":")[2]
        self.room.write(prometheus_yml=CONFIG.format(exporter=self.exporter.port), web_yml=WEB.format(hashed=hashed))
        self.room.start(
            "prometheus",
            "prometheus",
            "--config.file=/srv/prometheus.yml",
            "--web.config.file=/srv/web.yml",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--storage.tsdb.path=/srv/data",
        )
        rates = 'rate(quotes_requests_total{member="app1"}[1m]) > 0'
        self.room.until(lambda: '"value":' in self.ask(rates), "Prometheus has scraped twice")

    def ask(self, query: str) -> str:
        """Its answer as it stands, by another client than the one that is tested."""
        context = ssl.create_default_context(cafile=self.trust["ca_path"])
        context.load_cert_chain(self.trust["client_cert"])
        request = Request(f"{self.url}/api/v1/query?{urlencode({'query': query})}", headers=self.headers)
        try:
            with urlopen(request, timeout=10, context=context) as answer:
                return str(answer.read().decode())
        except URLError as error:
            return error.read().decode() if hasattr(error, "read") else json.dumps(str(error))

    def stop(self) -> None:
        self.room.stop()
        self.exporter.stop()
