#!/usr/bin/env python3
"""Runs `skein serve --alerts` through a bad release, with a real Alertmanager and a sink that speaks Slack's and PagerDuty's APIs.

usage: alerts_with_alertmanager.py SKEIN [PARKAPI]
  SKEIN    the program
  PARKAPI  folder of the service parkapi, which is put under load; without it a writer appends requests
  SCALE    stretches or shrinks the phases, 5 minutes in all (default 0.5); the end of the incident takes 2 minutes more
  USERS, PORT, VENV  as for serve_under_prometheus.py

Needs prometheus-alertmanager (apt-get install prometheus-alertmanager). The folder of a run that failed is kept.

The service is killed (SIGKILL) twice while the incident is open; the sink answers the first attempt of each receiver with 503 or
429. At the end:

- one message in Slack, changed as the incident grew, the last time to say that it is over;
- PagerDuty has one incident, by its key, which is resolved once;
- Alertmanager fired one alert, and it is resolved;
- no key stands in an argument or the environment of a command, in what the service writes, or in a message;
- `skein alerts backtest` over the log shows one incident;
- from a line to the request that reports it: 95 % within 1.5 s, over 30 incidents of a log of their own.

Exit code 1 if something of that does not hold.
"""

import collections
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import traffic
from serve_under_prometheus import get, wait_for

SERVICE, SINK, MANAGER, QUICK = 9529, 9591, 9593, 9530
TOKEN, KEY = "xoxb-live-secret-token", "live-secret-routing-key"
INCIDENTS, LIMIT = 30, 1.5

MANAGER_CONFIG = f"""
route: {{receiver: sink, group_by: [incident], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}}
receivers:
  - name: sink
    webhook_configs: [{{url: 'http://127.0.0.1:{SINK}/manager', send_resolved: true}}]
"""

ALERTS = f"""
receivers:
  team:
    slack: {{token: {{file: slack.token}}, channel: C1, url: 'http://127.0.0.1:{SINK}/slack'}}
  pager:
    pagerduty: {{key: {{env: PAGER_KEY}}, url: 'http://127.0.0.1:{SINK}/pager/v2'}}
  manager:
    alertmanager: {{url: 'http://127.0.0.1:{MANAGER}'}}
  own:
    command: [@/own.sh]
routes:
  - {{severity: P0..P1, to: [team, pager, manager, own]}}
"""

RULES = """
pack: quick
rules:
  - id: boom
    title: It went boom
    severity: P1
    pattern: 'boom \\d+'
    over-after: 1s
    cooldown: 1s
    samples:
      hit: ['2026-11-23 06:00:00,000 ERROR [jobs] [r1] boom 1']
      miss: ['2026-11-23 06:00:00,000 INFO [jobs] [r1] fine']
"""


class Sink(http.server.ThreadingHTTPServer):
    """Takes what Slack, PagerDuty and Alertmanager's webhook take."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", SINK), Answer)
        self.lock = threading.Lock()
        self.posts = []  # (time, path, body)
        self.refused = collections.Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def of(self, path):
        with self.lock:
            return [(at, body) for at, where, body in self.posts if where == path]


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        at = time.time()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sink = self.server
        with sink.lock:
            first = not sink.refused[self.path]
            sink.refused[self.path] += 1
            if first and self.path == "/slack/chat.postMessage":
                return self.answer(503, {})
            if first and self.path == "/pager/v2/enqueue":
                return self.answer(429, {}, {"Retry-After": "1"})
            sink.posts.append((at, self.path, body))
            number = len(sink.posts)
        if self.path.startswith("/slack/"):
            self.answer(200, {"ok": True, "channel": "C1", "ts": body.get("ts", f"{number}.000100")})
        else:
            self.answer(202, {"status": "success"})

    def answer(self, status, body, headers={}):
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


class Manager:
    def __init__(self, folder):
        with open(folder + "/alertmanager.yml", "w") as file:
            file.write(MANAGER_CONFIG)
        program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
        self.process = subprocess.Popen(
            [program, f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/alertmanager",
             f"--web.listen-address=127.0.0.1:{MANAGER}", "--cluster.listen-address="],
            stdout=subprocess.DEVNULL, stderr=open(folder + "/alertmanager.log", "wb"))
        wait_for(MANAGER, "/-/ready")

    def alerts(self):
        return json.loads(get(MANAGER, "/api/v2/alerts?active=true"))

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Service:
    def __init__(self, skein, folder, log, port, *options):
        self.folder, self.port = folder, port
        self.command = [
            skein, "serve", "--from", "start", "--checkpoint", folder + "/state", "--alerts", folder + "/alerts.yml",
            "--listen", f"127.0.0.1:{port}", *options, log]

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=open(self.folder + "/errors", "ab"),
            env=dict(os.environ, PAGER_KEY=KEY))
        wait_for(self.port, "/metrics")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait()


class Run:
    def __init__(self, skein, folder, scale, parkapi):
        self.skein, self.folder = skein, folder
        self.begin, self.failures = time.time(), 0
        self.sink = Sink()
        self.manager = Manager(folder)
        self.write_alerts(folder)
        self.traffic = traffic.Parkapi(folder, scale, parkapi) if parkapi else traffic.Writer(folder, scale)
        self.service = Service(skein, folder, self.traffic.log.path, SERVICE, "--version-field", "version")

    def write_alerts(self, folder):
        for name, text in [("alerts.yml", ALERTS.replace("@", folder)), ("slack.token", TOKEN + "\n")]:
            with open(f"{folder}/{name}", "w") as file:
                file.write(text)
        with open(folder + "/own.sh", "w") as file:
            file.write(f"#!/bin/sh\ncat >> {folder}/own.json\necho >> {folder}/own.json\n"
                       f"tr '\\0' '\\n' < /proc/$$/environ >> {folder}/own.environment\n"
                       f"tr '\\0' '\\n' < /proc/$PPID/cmdline >> {folder}/own.environment\n")
        os.chmod(folder + "/own.sh", 0o755)

    def say(self, text):
        print(f"{time.time() - self.begin:6.1f} s  {text}", flush=True)

    def check(self, what, holds, detail):
        self.failures += not holds
        self.say(f"{'ok    ' if holds else 'FAILED'}  {what}: {detail}")

    def wait_until(self, holds, seconds):
        end = time.time() + seconds
        while time.time() < end:
            if holds():
                return True
            time.sleep(0.2)
        return False

    # The day.

    def scenario(self):
        self.service.start()
        self.traffic.begin()
        self.say("requests, followed by the service")
        opened = self.wait_until(lambda: self.sink.of("/slack/chat.postMessage"), self.traffic.seconds)
        self.check("the incident is reported", opened, "in Slack" if opened else "nothing came")
        if not opened:
            return
        self.wait_until(lambda: self.manager.alerts(), 20)
        active = self.manager.alerts()
        self.check("Alertmanager", len(active) == 1, f"{len(active)} active while the incident is open")
        for seconds in (3, 4):
            time.sleep(6)
            self.service.kill()
            self.say("killed")
            time.sleep(seconds)
            self.service.start()
            self.say("started again")
        self.end_traffic()
        self.check("over", self.wait_until(self.is_over, 200), "Slack, PagerDuty and Alertmanager say so")
        time.sleep(3)
        self.check("ends", self.service.stop() == 0, "exit code 0")

    def end_traffic(self):
        """Requests end, and event time goes on: what is open is over after two minutes without a hit."""
        if isinstance(self.traffic, traffic.Parkapi):
            self.traffic.client.wait()
            return
        self.traffic.join()

        def idle():
            while not self.is_over():
                self.traffic.write("[api.jobs] nothing to do")
                time.sleep(1)
        threading.Thread(target=idle, daemon=True).start()

    def is_over(self):
        notified = [alert for _, body in self.sink.of("/manager") for alert in body["alerts"]]
        return (any(body["event_action"] == "resolve" for _, body in self.sink.of("/pager/v2/enqueue"))
                and any("Over:" in body["text"] for _, body in self.sink.of("/slack/chat.update"))
                and any(alert["status"] == "resolved" for alert in notified))

    # What is compared.

    def compare(self):
        posted, changed = self.sink.of("/slack/chat.postMessage"), self.sink.of("/slack/chat.update")
        stamps = {body["ts"] for _, body in changed}
        self.check("Slack", len(posted) == 1 and len(stamps) == 1 and "Over:" in changed[-1][1]["text"],
                   f"{len(posted)} message, changed {len(changed)} times; at last: {changed[-1][1]['text'] if changed else '-'}")
        gaps = [b - a for (a, _), (b, _) in zip(changed, changed[1:])]
        self.say(f"        changes of the message: {', '.join(f'{gap:.0f} s' for gap in gaps)} after the one before")
        events = [body for _, body in self.sink.of("/pager/v2/enqueue")]
        kinds = collections.Counter(body["event_action"] for body in events)
        keys = {body["dedup_key"] for body in events}
        self.check("PagerDuty", len(keys) == 1 and kinds["resolve"] == 1 and kinds["trigger"] == 1,
                   f"{len(keys)} incident, {kinds['trigger']} trigger, {kinds['resolve']} resolve")
        notified = [alert for _, body in self.sink.of("/manager") for alert in body["alerts"]]
        incidents = {alert["labels"]["incident"] for alert in notified}
        states = collections.Counter(alert["status"] for alert in notified)
        self.check("Alertmanager's notifications", len(incidents) == 1 and states["resolved"] >= 1,
                   f"{len(incidents)} incident, {states['firing']} firing, {states['resolved']} resolved")
        self.compare_secrets()
        backtest = json.loads(subprocess.check_output(
            [self.skein, "alerts", "backtest", self.folder + "/alerts.yml", "--version-field", "version", "--json", "-R",
             self.traffic.log.path], env=dict(os.environ, PAGER_KEY=KEY)))
        self.check("skein alerts backtest", backtest["incidents"] == 1, f"{backtest['incidents']} incident")

    def compare_secrets(self):
        places = {name: open(f"{self.folder}/{name}", errors="replace").read()
                  for name in ("own.json", "own.environment", "errors") if os.path.exists(f"{self.folder}/{name}")}
        for number, (_, path, body) in enumerate(self.sink.posts):
            if "routing_key" in body:
                body = {key: value for key, value in body.items() if key != "routing_key"}
            places[f"{path} {number}"] = json.dumps(body)
        leaks = [name for name, text in places.items() if TOKEN in text or KEY in text]
        self.check("keys", not leaks and "own.environment" in places,
                   f"in none of {len(places)} messages, environments and logs" if not leaks else f"in {leaks}")

    # From the line to the request.

    def latency(self):
        folder = self.folder + "/quick"
        os.mkdir(folder)
        self.write_alerts(folder)
        with open(folder + "/alerts.yml", "w") as file:
            file.write(f"receivers:\n  pager: {{pagerduty: {{key: {{env: PAGER_KEY}}, url: 'http://127.0.0.1:{SINK}/quick/v2'}}}}\n")
        with open(folder + "/rules.yml", "w") as file:
            file.write(RULES)
        log = folder + "/app.log"
        written = {}

        def write(text, level="INFO"):
            now = time.time()
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + ",%03d" % (now % 1 * 1000)
            with open(log, "a") as file:
                file.write(f"{stamp} {level} [jobs] [r{len(written)}] {text}\n")
            return now
        write("begins")
        service = Service(
            self.skein, folder, log, QUICK, "--rules", folder + "/rules.yml", "--packs", "none", "--every", "1s")
        service.start()
        for number in range(INCIDENTS):
            # Two records a second: a quiet log.
            written[f"boom {number}"] = write(f"boom {number}", "ERROR")
            for _ in range(9):
                time.sleep(0.5)
                write("goes on")
        time.sleep(2)
        service.stop()
        found = []
        for at, body in self.sink.of("/quick/v2/enqueue"):
            if body["event_action"] == "trigger":
                text = body["payload"]["custom_details"]["example"]
                found += [at - when for name, when in written.items() if text.endswith(name)]
        if len(found) < INCIDENTS:
            self.check("from line to request", False, f"{len(found)} of {INCIDENTS} incidents came")
            return
        p95 = statistics.quantiles(found, n=20)[18]
        self.check("from line to request", p95 < LIMIT,
                   f"{len(found)} incidents, p50 {statistics.median(found):.2f} s, p95 {p95:.2f} s, at most {max(found):.2f} s")

    def stop(self):
        self.traffic.stop()
        self.manager.stop()
        if self.service.process.poll() is None:
            self.service.kill()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.strip())
    skein = os.path.abspath(sys.argv[1])
    parkapi = os.path.abspath(sys.argv[2]) if len(sys.argv) == 3 else None
    folder = tempfile.mkdtemp(prefix="skein-alerts-")
    run = Run(skein, folder, float(os.environ.get("SCALE", "0.5")), parkapi)
    try:
        run.scenario()
        run.compare()
        run.latency()
    finally:
        run.stop()
    if run.failures:
        sys.exit(f"{run.failures} of the checks failed; see {folder}")
    shutil.rmtree(folder)
    print("all is right")


if __name__ == "__main__":
    main()
