#!/usr/bin/env python3
"""Runs `skein serve` under a real Prometheus while a bad release is rolled out, and compares what all of them say.

usage: serve_under_prometheus.py SKEIN [PARKAPI]
  SKEIN    the program
  PARKAPI  folder of the service parkapi (app.py, load.py, requirements.txt), which is put under load; without it a
           writer appends requests
  SCALE    stretches or shrinks the phases, 5 minutes in all (default 0.5)
  USERS    of parkapi (default 50)         PORT  of parkapi (default 8765)
  VENV     virtual environment with parkapi's requirements (default: made in the folder of the run)

Needs prometheus and promtool (apt-get install prometheus). The folder of a run that failed is kept.

The log is rotated twice, and the service is killed (SIGKILL) twice: once when its last checkpoint is older than a
rotation, and once so that the log is rotated while the service is down. Prometheus scrapes every two seconds.
At the end:

- no counter ever fell, nor was less in the first answer after a kill than in the last one before it;
- counts by route, status and version are those of the lines in the log and of `skein stats`;
- every bucket and sum of the histogram is that of the lines; quantiles lie in the bucket of those of `stats`;
- every exemplar is a request of its series, and its waterfall opens;
- the gate failed as `skein gate` says it does, the page says so, and the alert fires;
- the service uses no processor time while nothing happens.

Exit code 1 if something of that does not hold.
"""

import collections
import html
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import traffic

SERVICE, PROMETHEUS = 9519, 9590
HISTOGRAM = "http_server_request_duration_seconds"
IDLE_SECONDS, IDLE_LIMIT = 60, 0.02
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RULES = TOP + "/packaging/prometheus/skein.rules.yml"

CONFIG = f"""
global: {{scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 5s}}
rule_files: ['{RULES}']
scrape_configs:
  - job_name: skein
    static_configs: [{{targets: ['127.0.0.1:{SERVICE}']}}]
"""

direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(port, path):
    with direct.open(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return answer.read().decode()


def wait_for(port, path, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        try:
            return get(port, path)
        except OSError:
            time.sleep(0.05)
    sys.exit(f"port {port} does not answer with {path}")


def over_all(series):
    """Series of Prometheus' query language over a time that is longer than any run."""
    return series + "[2h]"


class Prometheus:
    def __init__(self, folder):
        with open(folder + "/prometheus.yml", "w") as file:
            file.write(CONFIG)
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
             f"--web.listen-address=127.0.0.1:{PROMETHEUS}", "--enable-feature=exemplar-storage"],
            stdout=subprocess.DEVNULL, stderr=open(folder + "/prometheus.log", "wb"))
        wait_for(PROMETHEUS, "/-/ready")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def ask(self, path, **values):
        return json.loads(get(PROMETHEUS, f"/api/v1/{path}?" + urllib.parse.urlencode(values)))["data"]

    def rows(self, query):
        """Labels and value of each series."""
        return [(row["metric"], float(row["value"][1])) for row in self.ask("query", query=query)["result"]]

    def value(self, query):
        return next((value for _, value in self.rows(query)), 0.0)

    def counters(self):
        """Names of all series that may only grow while the service lives on, over restarts too."""
        names = []
        for name, (fact, *_) in sorted(self.ask("metadata").items()):
            if fact["type"] == "histogram":
                names += [name + ending for ending in ("_bucket", "_sum", "_count")]
            elif fact["type"] == "counter" and name.startswith("skein_") and not name.startswith("skein_http_"):
                names.append(name.removesuffix("_total") + "_total")
        return names


class Service:
    """`skein serve`."""

    def __init__(self, skein, folder, log, gate):
        self.folder = folder
        self.checkpoint = folder + "/state"
        self.command = [
            skein, "serve", "--from", "start", "--checkpoint", self.checkpoint, "--version-field", "version", "--gate",
            gate, "--listen", f"127.0.0.1:{SERVICE}", log]
        self.process = None

    def start(self):
        """Starts it, and waits until it has read what it had missed."""
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=open(self.folder + "/errors", "ab"))
        wait_for(SERVICE, "/metrics")

    def counted(self):
        """Requests, as it says by itself."""
        lines = get(SERVICE, "/metrics").splitlines()
        return sum(int(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("skein_requests_total"))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Asks it to end; gives its exit code."""
        self.process.terminate()
        return self.process.wait()

    def wait_for_checkpoint(self):
        """Until one is written; the next one comes five seconds later."""
        before = os.stat(self.checkpoint).st_ino
        while os.stat(self.checkpoint).st_ino == before:
            time.sleep(0.02)

    def processor_time(self):
        ticks = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        lines = open(f"/proc/{self.process.pid}/status").read().splitlines()
        return ", ".join(" ".join(line.split()) for line in lines if line.startswith(("VmRSS", "VmHWM")))


class Run:
    def __init__(self, skein, folder, scale, parkapi=None):
        self.skein, self.folder = skein, folder
        self.begin = time.time()
        self.failures = 0
        self.gate = folder + "/gate.yml"
        self.write_gate(scale)
        self.traffic = traffic.Parkapi(folder, scale, parkapi) if parkapi else traffic.Writer(folder, scale)
        self.log = self.traffic.log
        self.service = Service(skein, folder, self.log.path, self.gate)
        self.prometheus = None

    def write_gate(self, scale):
        with open(os.path.dirname(os.path.abspath(__file__)) + "/rollout.yml") as file:
            text = file.read()
        with open(self.gate, "w") as file:
            file.write(re.sub(r"@(\d+)@", lambda match: f"{int(match[1]) * scale:.0f}s", text))

    # What is said.

    def say(self, text):
        print(f"{time.time() - self.begin:6.1f} s  {text}", flush=True)

    def check(self, what, holds, detail):
        self.failures += not holds
        self.say(f"{'ok    ' if holds else 'FAILED'}  {what}: {detail}")

    def equal(self, what, found, expected, source="stats"):
        self.check(what, found == expected, f"Prometheus {found:.0f}, {source} {expected}")

    # What happens.

    def scenario(self):
        self.service.start()
        self.prometheus = Prometheus(self.folder)
        self.traffic.begin()
        begin = time.time()
        self.say("requests, followed by the service, scraped by Prometheus")

        def wait_until(part):
            time.sleep(max(0, begin + part * self.traffic.seconds - time.time()))

        wait_until(0.35)
        self.service.wait_for_checkpoint()
        self.log.rotate()
        self.say("rotated, after a checkpoint")
        time.sleep(4)
        self.kill_for(3)
        wait_until(0.6)
        self.kill_for(4, self.log.rotate)
        self.say(self.traffic.finish())
        # Three scrapes, so that the last one has it all.
        time.sleep(6)

    def kill_for(self, seconds, meanwhile=None):
        """What it says first after that must not be less than what it said last: two scrapes might see neither."""
        before = self.service.counted()
        self.service.kill()
        self.say("killed")
        if meanwhile:
            meanwhile()
            self.say("rotated while the service is down")
        time.sleep(seconds)
        self.service.start()
        after = self.service.counted()
        self.check("started again", after >= before, f"{before} requests before the kill, {after} in the first answer")

    # What is compared.

    def compare(self):
        requests = self.log.requests()
        self.traffic.compare_with_clients(self.check, requests)
        count, good = (
            self.prometheus.value(f"{function}({over_all('up')})") for function in ("count_over_time", "sum_over_time"))
        self.say(f"{count:.0f} scrapes, {count - good:.0f} while the service was down or read what it had missed")
        self.compare_counters()
        self.compare_requests(requests)
        self.compare_stats(requests)
        self.compare_durations(requests)
        self.compare_exemplars(requests)
        self.compare_gate()
        self.lint()

    def compare_counters(self):
        names = self.prometheus.counters()
        series = [row for name in names for row in self.prometheus.rows(f"resets({over_all(name)})")]
        fell = sorted({str(labels) for labels, resets in series if resets > 0})
        self.check(
            "counters never fall", len(names) > 8 and not fell,
            f"{len(series)} series of {len(names)} counters, {len(fell)} fell {' '.join(fell[:3])}".rstrip())

    def compare_requests(self, requests):
        """By all labels at once."""
        expected = collections.Counter(
            (route, str(one.status), one.version) for one, route in zip(requests, counted_routes(requests)))
        found = collections.Counter()
        for labels, value in self.prometheus.rows("skein_requests_total"):
            found[key_of(labels)] += int(value)
        wrong = sorted(key for key in expected | found if expected[key] != found[key])
        self.check(
            "requests by route, status and version", not wrong,
            f"{sum(found.values())} in {len(found)} series, {len(requests)} lines in the log"
            + "".join(f"; {' '.join(key)}: {found[key]}, in the log {expected[key]}" for key in wrong[:5]))
        # What failed has the label that the alerts ask for.
        self.equal(
            "requests with error_type", self.prometheus.value('sum(skein_requests_total{error_type!=""})'),
            sum(one.status >= 500 for one in requests), "log")

    def compare_stats(self, requests):
        total = self.stats()["total"]
        sums = {
            "requests": "sum(skein_requests_total)",
            "errors": 'sum(skein_requests_total{error_type!=""})',
            "client_errors": 'sum(skein_requests_total{http_response_status_code=~"4.."})',
            "timed": f"sum({HISTOGRAM}_count)",
        }
        for key, query in sums.items():
            self.equal(key, self.prometheus.value(query), total[key])
        for field, labels in [
            ("route", "http_request_method, http_route"), ("version", "service_version"),
            ("status", "http_response_status_code"),
        ]:
            stats = self.stats("--by", field)
            expected = collections.Counter(
                {str(row[field]): row["requests"] for row in stats["groups" if "groups" in stats else "routes"]})
            if field == "route":
                # `stats` knows at the end which routes there are.
                matched = {one.route for one in requests if one.status != 404}
                for one, route in zip(requests, counted_routes(requests)):
                    if route != one.route and one.route in matched:
                        expected[one.route] -= 1
                        expected[route] += 1
            found = {
                " ".join(value for _, value in sorted(group.items())): int(count)
                for group, count in self.prometheus.rows(f"sum by ({labels}) (skein_requests_total)")}
            self.check(
                f"requests by {field}", found == expected,
                shown(found) if found == expected else f"Prometheus {shown(found)}; stats {shown(expected)}")
        for part in (0.5, 0.95, 0.99):
            self.compare_quantile(part, total[f"p{part * 100:.0f}_ms"] / 1000)
        answer = json.loads(get(SERVICE, "/api/stats"))["total"]
        differing = [key for key in total if answer[key] != total[key]]
        self.check("/api/stats", not differing, "as stats" if not differing else
                   ", ".join(f"{key} {answer[key]}, stats {total[key]}" for key in differing))

    def stats(self, *options):
        return json.loads(subprocess.check_output([self.skein, "stats", "--json", *options, "-R", self.log.path]))

    def compare_quantile(self, part, exact):
        name = HISTOGRAM + "_bucket"
        bounds = sorted(float(labels["le"]) for labels, _ in self.prometheus.rows(f"sum by (le) ({name})"))
        found = self.prometheus.value(f"histogram_quantile({part}, sum by (le) ({name}))")
        upper = next(bound for bound in bounds if exact <= bound)
        lower = max([bound for bound in bounds if bound < upper], default=0)
        self.check(
            f"p{part * 100:.0f}", lower <= found <= upper,
            f"Prometheus {found * 1000:.1f} ms, stats {exact * 1000:.1f} ms, "
            f"bucket {lower * 1000:g} to {upper * 1000:g} ms")

    def compare_durations(self, requests):
        wrong = []
        buckets = self.prometheus.rows(f"sum by (le) ({HISTOGRAM}_bucket)")
        for labels, found in buckets:
            expected = sum(one.milliseconds <= round(float(labels["le"]) * 1000, 6) for one in requests)
            if found != expected:
                wrong.append(f"; le={labels['le']}: {found:.0f}, in the log {expected}")
        self.check("buckets", bool(buckets) and not wrong, f"{len(buckets)} in all{''.join(wrong)}")
        found = self.prometheus.value(f"sum({HISTOGRAM}_sum)")
        expected = sum(one.milliseconds for one in requests) / 1000
        self.check("sum of durations", abs(found - expected) < 1e-6 * expected,
                   f"Prometheus {found:.4f} s, log {expected:.4f} s")

    def compare_exemplars(self, requests):
        data = self.prometheus.ask(
            "query_exemplars", query=HISTOGRAM + "_bucket", start=self.begin, end=time.time())
        lines = collections.defaultdict(list)
        for one in requests:
            lines[one.id].append(one)
        ids, strangers = set(), []
        for series in data:
            _, status, version = key_of(series["seriesLabels"])
            for exemplar in series["exemplars"]:
                identity, seconds = exemplar["labels"]["trace_id"], float(exemplar["value"])
                ids.add(identity)
                # One id may stand for several requests: clients try again with it.
                if not any(
                        (str(one.status), one.version) == (status, version)
                        and abs(one.milliseconds - seconds * 1000) < 1e-6 for one in lines[identity]):
                    strangers.append(identity)
        self.check(
            "exemplars are requests of their series", len(ids) > 20 and not strangers,
            f"{len(ids)} requests in {len(data)} series, {len(strangers)} strangers {' '.join(strangers[:3])}".rstrip())
        steps = self.log.steps()
        for what, known, mark in [
            ("exemplars open their waterfall", ids & steps, "<svg"), ("exemplars without a step open", ids - steps, ""),
        ]:
            chosen = random.Random(traffic.SEED).sample(sorted(known), min(10, len(known)))
            closed = [identity for identity in chosen if not self.opens(identity, mark)]
            self.check(
                what, bool(chosen) and not closed,
                f"{len(chosen) - len(closed)} of {len(chosen)} {' '.join(closed)}".rstrip())

    def opens(self, identity, mark):
        try:
            page = get(SERVICE, "/trace?id=" + urllib.parse.quote(identity))
        except urllib.error.HTTPError:
            return False
        return f"<code>{identity}</code>" in page and mark in page and "request finished" in page

    def compare_gate(self):
        lines = subprocess.run(
            [self.skein, "gate", self.gate, "--json", "-R", self.log.path], stdout=subprocess.PIPE, text=True)
        verdicts = [event for event in map(json.loads, lines.stdout.splitlines()) if event.get("event") == "verdict"]
        said = ", ".join(f"{one['stage'] or 'in all'}: {one['state']} at {one['time'][11:19]}" for one in verdicts)
        self.check("skein gate over the log", lines.returncode == 1, f"exit code {lines.returncode}; {said}")
        states = {labels["state"]: value for labels, value in self.prometheus.rows("skein_gate_state")}
        self.check("skein_gate_state", [state for state in states if states[state] == 1] == ["fail"], shown(states))
        page = html.unescape(re.sub(r"<[^>]*>", "", get(SERVICE, "/gate")))
        answer = re.search(r"^(Failed|Passed|Inconclusive)\..*$", page, re.MULTILINE)
        stages = [one for one in verdicts if one["stage"]]
        differing = [one["stage"] for one in stages if not (one["stage"] in page and one["time"][11:19] in page)]
        self.check(
            "/gate", answer is not None and answer[1] == "Failed" and not differing,
            (answer[0] if answer else "no answer") + (f" Not as skein gate says: {differing}" if differing else ""))
        firing = self.prometheus.value('count(ALERTS{alertname="SkeinGateFailed", alertstate="firing"})')
        self.check("alert SkeinGateFailed", firing == 1, "fires" if firing else "does not fire")

    def lint(self):
        page = get(SERVICE, "/metrics")
        for what, command, text in [
            ("promtool check metrics", ["promtool", "check", "metrics"], page),
            ("promtool check rules", ["promtool", "check", "rules", RULES], ""),
        ]:
            result = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.check(what, result.returncode == 0, " ".join(result.stdout.split()) or "nothing to say")

    def rest(self):
        """Nothing is written, nobody asks."""
        self.prometheus.stop()
        self.say(f"the last service: {self.service.memory()}, {self.service.processor_time():.2f} s of processor time")
        time.sleep(2)
        before = self.service.processor_time()
        time.sleep(IDLE_SECONDS)
        used = self.service.processor_time() - before
        self.check(f"{IDLE_SECONDS} s idle", used <= IDLE_LIMIT + 1e-9, f"{used:.2f} s of processor time")

    def end(self):
        code = self.service.stop()
        self.check("SIGTERM ends the service", code == 0, f"exit code {code}")
        for line in open(self.folder + "/errors"):
            self.say("service: " + line.rstrip())
        self.say("all as it should be" if self.failures == 0 else f"{self.failures} comparisons failed")

    def clean_up(self):
        self.traffic.stop()
        if self.prometheus:
            self.prometheus.stop()
        if self.service.process and self.service.process.poll() is None:
            self.service.kill()


def counted_routes(requests):
    """Routes as counters name them: a 404 is of none before its route has answered anything else, and stays so."""
    matched, routes = set(), []
    for one in requests:
        if one.status != 404:
            matched.add(one.route)
        routes.append(one.route if one.route in matched else "(unmatched)")
    return routes


def key_of(labels):
    """Route, status and version of a series."""
    route = " ".join(labels[name] for name in ("http_request_method", "http_route") if name in labels)
    return route, labels.get("http_response_status_code", ""), labels.get("service_version", "")


def shown(values):
    return ", ".join(f"{key} {value:.0f}" for key, value in sorted(values.items()))


def main():
    if len(sys.argv) not in (2, 3) or not all(map(shutil.which, ("prometheus", "promtool"))):
        sys.exit(__doc__)
    folder = tempfile.mkdtemp(prefix="skein-serve.")
    parkapi = os.path.abspath(sys.argv[2]) if len(sys.argv) == 3 else None
    run = Run(os.path.abspath(sys.argv[1]), folder, float(os.environ.get("SCALE", "0.5")), parkapi)
    try:
        run.scenario()
        run.compare()
        run.rest()
        run.end()
    finally:
        run.clean_up()
    if run.failures:
        sys.exit("see " + folder)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
