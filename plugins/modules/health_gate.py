#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: health_gate
short_description: Open only when targets have answered as expected several times in a row
version_added: 0.1.0
author: The hybrid.rollout contributors (@hybrid-rollout)
description:
  - Asks many targets side by side until each has answered as expected O(consecutive_successes) times in a row, or
    O(timeout_seconds) have passed. The task fails unless all of them did, or as many as O(require) says.
  - A target is asked over HTTP or TCP, or through one of the probes that have options of their own, such as what the
    load balancers think of it.
  - Each target and the gate as a whole get one of four verdicts. V(passed) means as many good answers in a row as
    asked for. V(failed) means the last answer was not as expected, or the application refused, reset or did not
    answer in time, or the answer met O(fail_on). V(undecided) means the last answers were good but too few in a row,
    or there was no data (O(no_data)), or another target ended the gate. V(could_not_ask) means the question could not be put, and says nothing about the
    application - no such name, no route, a certificate that is not trusted, a CA file that cannot be read.
  - The verdict of the gate is the worst of its targets. From worst to best that is V(failed), V(could_not_ask),
    V(undecided), V(passed). What is known to be bad decides before what is not known. With O(require=any) it is the
    best of them, and with O(require=at_least) the best that O(at_least) of them reach.
  - The gate ends early, both ways. When enough targets have passed, and when too many can no longer pass, because an
    answer met O(fail_on), failures were no longer tolerated, or a load balancer counted more than was allowed.
  - Every target is asked at least once and once more at the deadline.
  - Redirects are not followed, and no proxy is used.
  - The question is put from the controller and does not start a module on the host, unless O(reach_from=target).
attributes:
  check_mode:
    support: full
    description:
      - Asks each target exactly once and reports, and never fails because of the answers. With
        O(consecutive_successes) above 1 a good answer is therefore V(undecided).
      - Does not wait for O(initial_delay_seconds) and writes no evidence.
  diff_mode:
    support: none
    description: A gate never changes anything. What it writes to O(evidence_path) is its own record.
extends_documentation_fragment:
  - hybrid.rollout._reach_from
  - hybrid.rollout._record
  - hybrid.rollout._occasion
options:
  targets:
    description:
      - Whom to ask. A target has O(targets[].url), or O(targets[].host) and O(targets[].port), or one of the options
        that are named like a probe.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What the target is called in the result and in messages.
        type: str
        required: true
      probe:
        description: How to ask. Follows from the other options, and has to agree with them if it is given.
        type: str
        choices: [http, tcp, haproxy, metric, command, nagios, alertmanager]
        version_added: 0.2.0
      url:
        description: Address of an C(http) or C(https) resource. It cannot carry a password, because it is shown.
        type: str
      host:
        description: Name or address to open a TCP connection to. Only that it opens counts.
        type: str
      port:
        description: Port to open a TCP connection to.
        type: int
      headers:
        description: Request headers. If one is a secret, give the task C(no_log).
        type: dict
      haproxy:
        description:
          - Ask HAProxy what it thinks of a server, on every endpoint at once.
          - A good answer is that each endpoint sends it customers - nothing keeps it out of the pool, it is up, and
            where it has a check, all checks that count for being fully up have passed - and that no counter of
            O(targets[].haproxy.max_deltas) has grown by more than allowed.
          - An endpoint that cannot be asked makes the answer V(could_not_ask), unless another endpoint says something
            bad of the server. A pool or server that an endpoint does not know fails the task at once.
          - O(request_timeout_seconds) holds for the connection and for the answer of each endpoint.
        type: dict
        version_added: 0.2.0
        suboptions:
          endpoints:
            description: The runtime API of every HAProxy process to ask.
            type: list
            elements: dict
            required: true
            suboptions:
              name:
                description: What the endpoint is called in messages and results.
                type: str
              url:
                description: As in M(hybrid.rollout.haproxy_pool), for example V(tls://lb1.example.com:9999).
                type: str
                required: true
              allow_clear_text:
                description: Allow a C(tcp) URL that leads to another machine.
                type: bool
                default: false
          ca_path:
            description: PEM file of the authorities that C(tls) endpoints are checked against.
            type: path
          client_cert:
            description: PEM file of the client certificate that opens C(tls) endpoints.
            type: path
          client_key:
            description: PEM file of the certificate's key, where it is not in the same file.
            type: path
          pool:
            description: The backend.
            type: str
            required: true
          server:
            description: The server, by the name that HAProxy knows it by.
            type: str
            required: true
          serving:
            description: With V(false) only the counters are judged, for a server that is meant to be out of the pool.
            type: bool
            default: true
          max_deltas:
            description:
              - By how much counters of the server may have grown on each endpoint since the gate's first question.
                C(hrsp_5xx) are answers with status 5xx, C(econ) failed connections, C(eresp) broken answers, C(wretr)
                connections tried again, C(wredis) requests sent to another server.
              - A counter that is not named may grow. One that grew too much fails the target at once.
              - A reload begins new counters. What was counted before it stays counted as far as it was seen, and what an
                old process counts while it finishes its sessions is not seen.
            type: dict
      metric:
        description:
          - Ask Prometheus or Graphite for a number, and hold it against O(targets[].metric.min) and
            O(targets[].metric.max), or against a control.
          - Trouble of the provider is V(could_not_ask) - it cannot be reached, answers with an error, or the query cannot
            be answered. Too few samples are no data (O(no_data)), and so is a value that is not a number.
          - O(targets[].headers) are sent, for example C(authorization). O(ca_path), O(validate_certs), O(client_cert)
            and O(request_timeout_seconds) hold as for C(http) targets, the last for all queries of one question together.
        type: dict
        version_added: 0.2.0
        suboptions:
          prometheus_url:
            description: Where Prometheus is, without C(/api/v1). It is asked an instant query.
            type: str
          graphite_url:
            description: Where graphite-web is, without C(/render).
            type: str
          query:
            description:
              - A PromQL expression, or a Graphite target. It is shown in results and messages.
              - Graphite works out the part of a target that it understands and is silent about the rest, so a target with
                a parenthesis that is not closed is not asked.
            type: str
            required: true
          from:
            description: How far back Graphite looks. Prometheus is told by a range selector in the query.
            type: str
            default: "-5min"
          reduce:
            description:
              - What to make of many numbers. V(last) takes the newest of one series, and several series are then
                V(could_not_ask). The others take all numbers of all series.
            type: str
            choices: [last, mean, max, min]
            default: last
          min:
            description: The least good value.
            type: float
          max:
            description: The greatest good value.
            type: float
          control_query:
            description: The same of members that still run what ran before, reduced in the same way.
            type: str
          max_ratio:
            description:
              - How many times the control's value the value may be. Goes with O(targets[].metric.control_query).
              - Where the control's value is 0, so has the value to be.
            type: float
          min_samples:
            description:
              - How many samples there have to be, of the value and of its control, before they are judged.
              - Samples are the numbers that the query gives, unless O(targets[].metric.samples_query) counts them. The
                answer to an instant query is often a single one.
            type: int
            default: 1
          samples_query:
            description: A query whose numbers, added up, are the samples behind the value, such as a count of requests.
            type: str
          control_samples_query:
            description: The same for the control.
            type: str
      command:
        description:
          - Run a program where the gate runs, never through a shell. A good answer is a return code of
            O(targets[].command.rc) and the text of O(targets[].command.stdout_contains).
          - A program that takes longer than O(request_timeout_seconds) has failed. It is killed, and what it started too,
            unless that has left its process group. A program that cannot be started is V(could_not_ask).
          - The program is run in check mode too. It must only ask, as a gate does.
        type: dict
        version_added: 0.2.0
        suboptions:
          argv:
            description: The program and its arguments, each as it is. They are shown in results and messages.
            type: list
            elements: str
            required: true
          rc:
            description: Good return codes.
            type: list
            elements: int
            default: [0]
          stdout_contains:
            description: Text that the program prints on its standard output, within the first MiB.
            type: str
          chdir:
            description: Folder to run the program in.
            type: path
      nagios:
        description:
          - Ask Nagios Core 4 what it thinks of a service.
          - V(ok) is a good answer, V(warning) and V(critical) are bad ones. V(pending), a service that was never checked,
            is no data (O(no_data)). V(unknown), a check that could not tell, is V(could_not_ask), as is any trouble of
            Nagios itself or a host or service that it does not know. A Nagios that has written no status for five minutes
            does not run, although its C(statusjson.cgi) goes on to tell what it wrote last.
          - A scheduled downtime changes nothing, and the first bad check counts, even where Nagios would check again before
            it notifies anybody.
          - Nagios repeats the outcome of its last check. Good answers in a row are that many checks only if
            O(interval_seconds) is longer than the check's interval.
          - O(targets[].headers) are sent, for example C(authorization).
        type: dict
        version_added: 0.2.0
        suboptions:
          url:
            description: Address of C(statusjson.cgi).
            type: str
            required: true
          host:
            description: Name of the host, as Nagios knows it.
            type: str
            required: true
          service:
            description: Description of the service, as Nagios knows it.
            type: str
            required: true
          accept_warning:
            description: Whether V(warning) is good enough.
            type: bool
            default: false
          max_age_seconds:
            description: A check that is older is no data, for example one from before the release.
            type: float
      alertmanager:
        description:
          - Ask Alertmanager whether an alert fires that is neither silenced nor inhibited. None is a good answer, one or more is a bad one.
          - Any trouble of Alertmanager itself, or a matcher that it does not understand, is V(could_not_ask).
          - An Alertmanager that nobody tells of alerts has none, and so does one that was just started. O(targets[].alertmanager.watchdog) tells that
            apart from quiet.
          - O(targets[].headers) are sent, for example C(authorization).
        type: dict
        version_added: 0.2.0
        suboptions:
          url:
            description: Address of Alertmanager, without C(/api/v2).
            type: str
            required: true
          matchers:
            description: Which alerts count, as Alertmanager writes matchers. All of them have to match. Without any, every alert counts.
            type: list
            elements: str
            default: []
          watchdog:
            description:
              - Name of an alert that always fires, so that it is known when none comes through. It does not count itself, and may be silenced.
              - Where it does not fire there is no data (O(no_data)).
            type: str
  expect:
    description:
      - What an answer has to be. All that is set has to hold.
      - Cannot be asked of TCP targets, nor can O(version) and O(fail_on). Targets of the other probes are not touched by
        them.
    type: dict
    suboptions:
      status:
        description: Accepted status codes.
        type: list
        elements: int
        default: [200]
      headers:
        description: Response headers and their exact values.
        type: dict
      json:
        description:
          - Paths into the JSON body and their values.
          - A plain path such as V(checks[0].state) or V(checks.0.state) always works. Any other is JMESPath and needs
            the C(jmespath) library where the gate runs.
          - Types count. V("true") is not V(true).
        type: dict
      body_contains:
        description: Text that the body contains.
        type: str
  version:
    description: The version that the target has to tell, compared as text.
    type: str
  version_path:
    description: Where in the JSON body the version is, as in O(expect.json).
    type: str
    default: version
  fail_on:
    description:
      - Conditions that settle the matter. When an answer meets all of one of them, its target has failed at once and
        the gate ends.
      - A missing answer meets none of them.
    type: list
    elements: dict
    default: []
    suboptions:
      status:
        description: Status codes.
        type: list
        elements: int
      headers:
        description: Response headers and their exact values.
        type: dict
      json:
        description: Paths into the JSON body and their values.
        type: dict
      body_contains:
        description: Text that the body contains.
        type: str
  tolerate_failures:
    description:
      - How many answers of one target may be other than expected. With one more the target has failed at once.
      - Left out, failures are tolerated until O(timeout_seconds). An answer without data counts only with
        O(no_data=failed), and V(could_not_ask) never counts.
    type: int
    version_added: 0.2.0
  tolerate_failures_in_a_row:
    description: The same for failures in a row. A good answer begins the count anew.
    type: int
    version_added: 0.2.0
  no_data:
    description:
      - What an answer stands for in which there was nothing to judge by. With V(undecided) it is neither good nor bad,
        ends a row of good answers, and the gate does not open on it.
      - V(passed) lets the gate open on silence. Use it only where silence is proof of health.
    type: str
    choices: [failed, undecided, passed]
    default: undecided
    version_added: 0.2.0
  require:
    description: How many targets have to pass.
    type: str
    choices: [all, any, at_least]
    default: all
    version_added: 0.2.0
  at_least:
    description: The number of targets for O(require=at_least).
    type: int
    version_added: 0.2.0
  report_only:
    description:
      - Ask, wait and tell the verdict, and never fail the task because of it. RV(msg) then tells what would have
        stopped it. Options that cannot be meant, and names that HAProxy does not know, still fail the task.
    type: bool
    default: false
    version_added: 0.2.0
  evidence_path:
    description:
      - A file to keep every measurement in, on the side that asks (O(reach_from)). What is there is replaced.
      - JSON with the keys C(verdict), C(targets), C(waited_seconds) and C(measurements), as in the task's result. JUnit
        XML if the name ends in C(.xml), where V(failed) and V(undecided) are failures and V(could_not_ask) is an error.
      - Only its owner may read it. Request headers are never in it, excerpts of answers are.
    type: path
    version_added: 0.2.0
  initial_delay_seconds:
    description: Pause before the first question. O(timeout_seconds) and the measurements' times begin after it.
    type: float
    default: 0.0
    version_added: 0.2.0
  consecutive_successes:
    description: How many good answers in a row a target has to give.
    type: int
    default: 3
  interval_seconds:
    description: Pause between two questions to one target.
    type: float
    default: 0.5
  timeout_seconds:
    description: Deadline of the whole gate. With V(0) each target is asked once.
    type: float
    default: 60.0
  request_timeout_seconds:
    description: Deadline of one answer, from the connection to its last byte.
    type: float
    default: 2.0
  ca_path:
    description: File with the certificates to trust, in place of the system's.
    type: path
  validate_certs:
    description: Whether the certificate of an C(https) target has to be valid for its name.
    type: bool
    default: true
  client_cert:
    description: File with the certificate to present.
    type: path
  client_key:
    description: File with the key of O(client_cert), where it is not in the same file.
    type: path
seealso:
  - module: hybrid.rollout.linux_release
"""

EXAMPLES = r"""
- name: Wait until the member serves the new version
  hybrid.rollout.health_gate:
    targets:
      - name: "{{ inventory_hostname }}"
        url: "http://{{ ansible_host }}:8080/health"
    version: "1.1"
    expect:
      json:
        ready: true
    timeout_seconds: 30

- name: Ask one member through the maintenance pool of both load balancers
  hybrid.rollout.health_gate:
    targets:
      - name: lb1
        url: http://10.77.0.11:8081/health
        headers: {x-rollout-member: app1}
      - name: lb2
        url: http://10.77.0.12:8081/health
        headers: {x-rollout-member: app1}
    expect:
      headers: {x-rollout-member: app1}
    version: "1.1"
    fail_on:
      - status: [500]

- name: Check from the member itself that its local port is open
  hybrid.rollout.health_gate:
    targets:
      - name: metrics
        host: 127.0.0.1
        port: 9100
    reach_from: target
    consecutive_successes: 1

- name: Watch for half a minute what the load balancers think of a member that is back, and keep what they said
  hybrid.rollout.health_gate:
    targets:
      - name: app1
        haproxy:
          endpoints:
            - url: tls://10.77.0.11:9999
            - url: tls://10.77.0.12:9999
          ca_path: /etc/rollout/ca.pem
          client_cert: /etc/rollout/client.pem
          pool: quotes
          server: app1
          max_deltas: {hrsp_5xx: 0, econ: 0, eresp: 0}
    interval_seconds: 1
    consecutive_successes: 31
    tolerate_failures: 0
    evidence_path: /var/lib/rollout/evidence/app1.xml

- name: Compare the errors of the canary with those of the members that still run the old version
  hybrid.rollout.health_gate:
    targets:
      - name: errors
        metric:
          prometheus_url: http://prometheus.example.com:9090
          query: sum(rate(http_errors_total{member="app1"}[2m])) / sum(rate(http_requests_total{member="app1"}[2m]))
          control_query: sum(rate(http_errors_total{member!="app1"}[2m])) / sum(rate(http_requests_total{member!="app1"}[2m]))
          max_ratio: 1.5
          samples_query: sum(increase(http_requests_total{member="app1"}[2m]))
          control_samples_query: sum(increase(http_requests_total{member!="app1"}[2m]))
          min_samples: 500
      - name: queue
        metric:
          graphite_url: http://graphite.example.com
          query: quotes.app1.queue_length
          reduce: max
          max: 100
    initial_delay_seconds: 120
    interval_seconds: 10
    timeout_seconds: 300

- name: Ask the member's own check, and Nagios
  hybrid.rollout.health_gate:
    targets:
      - name: replication
        command:
          argv: [/usr/local/bin/check-replication, --max-lag, "5"]
          stdout_contains: in sync
      - name: nagios
        nagios:
          url: https://nagios.example.com/nagios4/cgi-bin/statusjson.cgi
          host: "{{ inventory_hostname }}"
          service: quotes
          max_age_seconds: 60
    consecutive_successes: 1

- name: Ask Alertmanager whether the payment platform is quiet
  hybrid.rollout.health_gate:
    targets:
      - name: no alert of the payment platform
        alertmanager:
          url: https://alertmanager.example.com
          matchers: ['team="payments"', 'severity=~"critical|page"']
          watchdog: Watchdog
    consecutive_successes: 1

- name: Learn whether at least two of three branches reach the service, without stopping for it
  hybrid.rollout.health_gate:
    targets:
      - {name: north, url: "http://north.example.com/quotes/health"}
      - {name: south, url: "http://south.example.com/quotes/health"}
      - {name: west, url: "http://west.example.com/quotes/health"}
    require: at_least
    at_least: 2
    report_only: true
"""

RETURN = r"""
verdict:
  description: The verdict of the gate, by O(require) from those of its targets.
  returned: unless an option is wrong
  type: str
  sample: failed
targets:
  description: Each target with its verdict and its last answer, in the order of the option.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - name: app1
      verdict: failed
      asked: GET http://10.77.0.21:8080/health
      attempts: 61
      successes_in_a_row: 0
      failures: 61
      last:
        at_seconds: 30.002
        status: 200
        version: "1.0"
        value:
        error:
        body_excerpt: '{"service": "quotes", "version": "1.0", "ready": true, "member": "app1"}'
        reason: it runs version 1.0, expected 1.1
measurements:
  description:
    - The newest 200 answers of all targets together, the newest last, each with what it says for itself.
    - RV(measurements[].value) is what a probe looked at that is no HTTP answer. O(evidence_path) keeps all of them.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - at_seconds: 1.004
      target: app1
      status:
      value:
        lb1:
          serving: true
          status: UP
          check: L7OK Layer7 check passed
          deltas: {hrsp_5xx: 2, econ: 0, eresp: 0, wretr: 0, wredis: 0}
      verdict: failed
      reason: "lb1 counted 2 hrsp_5xx since it was asked first, allowed: 0"
  contains:
    at_seconds:
      description: When the answer was there, counted from the first question.
      type: float
    target:
      description: Name of the target.
      type: str
    status:
      description: Status of an HTTP answer.
      type: int
    value:
      description: What the probe looked at.
      type: raw
    verdict:
      description: V(passed), V(failed), V(undecided) for an answer without data, or V(could_not_ask).
      type: str
    reason:
      description: Why the answer was not good enough.
      type: str
msg:
  description: What was asked of whom, what came back, and what to try.
  returned: when the gate does not open
  type: str
  sample: "Health gate failed after 30.004 s: 1 of 1 targets did not pass."
waited_seconds:
  description: How long the gate took.
  returned: unless an option is wrong
  type: float
  sample: 30.004
json_path_engine:
  description: V(jmespath) where that library is installed, else V(dotted), where only plain paths work.
  returned: unless an option is wrong
  type: str
  sample: jmespath
answered_before:
  description: Whether this is an answer that the ledger had for this O(occasion) already.
  returned: when O(record) is set, not in check mode
  type: bool
  sample: false
  version_added: 0.2.0
failure:
  description:
    - The first target with the gate's verdict (endpoint), what it was asked (command) and what came back (reply).
  returned: on failure
  type: dict
  sample:
    code: gate_not_passed
    endpoint: app1
    command: GET http://10.77.0.21:8080/health
    reply: it runs version 1.0, expected 1.1; it answered status 200 with '{"version":"1.0"}'
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.hybrid.rollout.plugins.module_utils._deadline import Clock
from ansible_collections.hybrid.rollout.plugins.module_utils._errors import RolloutError
from ansible_collections.hybrid.rollout.plugins.module_utils._health.arguments import SPEC
from ansible_collections.hybrid.rollout.plugins.module_utils._health.gate import run


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, **SPEC)
    try:
        module.exit_json(**run(module.params, module.check_mode, Clock(time.monotonic, time.sleep)))
    except RolloutError as error:
        module.fail_json(msg=str(error), failure=error.failure(), **error.result)


if __name__ == "__main__":
    main()
