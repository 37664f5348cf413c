# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that say which HAProxy processes are asked. Private to hybrid.rollout."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  endpoints:
    description:
      - The runtime API of every HAProxy process that carries the service, so that nothing is true on one load
        balancer only.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What the endpoint is called in messages and results.
          - Defaults to the host of a C(tls) or C(tcp) URL and to the path of a C(unix) URL.
        type: str
      url:
        description:
          - V(unix:///run/haproxy/admin.sock), V(tls://lb1.example.com:9999) or V(tcp://127.0.0.1:9999).
          - V(master+unix:///run/haproxy-master.sock) asks the current worker through its master's socket.
          - With C(tls) the server's certificate is checked against O(ca_path) and against the host in the URL.
        type: str
        required: true
      allow_clear_text:
        description:
          - Allow a C(tcp) URL that leads to another machine. Anybody on the way can then command the load balancer.
        type: bool
        default: false
      may_be_down:
        description:
          - This endpoint is left out, with a warning, where nobody answers when the task begins, such as on the passive
            one of two load balancers. RV(ignore:skipped_endpoints) names it.
          - An endpoint that answers takes part like the others to the end. Not every endpoint may be down.
        type: bool
        default: false
        version_added: 0.2.0
  ca_path:
    description: PEM file of the authorities that C(tls) endpoints are checked against. The system's own if left out.
    type: path
  client_cert:
    description: PEM file of the client certificate that opens C(tls) endpoints.
    type: path
  client_key:
    description: PEM file of the certificate's key. Left out if O(client_cert) holds the key too.
    type: path
  connect_timeout_seconds:
    description: How long one endpoint may take to accept a connection.
    type: float
    default: 5.0
  read_timeout_seconds:
    description: How long one endpoint may take to answer.
    type: float
    default: 10.0
"""
