#!/usr/bin/env python3
"""Runs `skein serve` under a real Prometheus for two minutes, and compares what both say at the end.

    apt-get install prometheus
    python3 Tests/Live/serve_under_prometheus.py .build/release/skein /tmp/prom

A writer appends requests to a log. The log is rotated twice, once while the service is down; the service is killed twice
(SIGKILL) and started again. Prometheus scrapes every two seconds. Then: counters never fell, sums are those of
`skein stats`, the histogram's p95 is in the bucket of the exact one, and exemplars open their request.

The folder is emptied first. Exit code 1 if a comparison fails.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

SECONDS = 120
RATE = 60  # requests a second
SERVICE, PROMETHEUS = 9519, 9590
SEED = 17

CONFIG = f"""
global: {{scrape_interval: 2s, scrape_timeout: 2s}}
scrape_configs:
  - job_name: skein
    static_configs: [{{targets: ['127.0.0.1:{SERVICE}']}}]
"""

direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(port, path):
    with direct.open(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read().decode()


def ask(path, **values):
    """Prometheus' API."""
    answer = json.loads(get(PROMETHEUS, f"/api/v1/{path}?" + urllib.parse.urlencode(values)))
    return answer["data"]


def query(text):
    """Values by labels."""
    result = ask("query", query=text)["result"]
    return {tuple(sorted(row["metric"].items())): float(row["value"][1]) for row in result}


def value(text):
    return next(iter(query(text).values()), 0.0)


def wait_for(port, path, seconds=20):
    for _ in range(seconds * 20):
        try:
            return get(port, path)
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing answers on port {port}")


class Writer(threading.Thread):
    """Appends requests at their time. The second half is of version v2, whose bookings fail and are slow."""

    def __init__(self, path):
        super().__init__()
        self.path, self.lock, self.requests = path, threading.Lock(), 0
        self.random = random.Random(SEED)
        open(path, "w").close()

    def line(self, text):
        now = time.time()
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + ",%03d" % (now % 1 * 1000)
        with open(self.path, "a") as log:
            log.write(f"{stamp} INFO {text}\n")

    def run(self):
        begin = time.time()
        while (passed := time.time() - begin) < SECONDS:
            with self.lock:
                version = "v1" if passed < SECONDS / 2 else "v2"
                route = self.random.choice(["GET /spots", "GET /spots/17", "POST /bookings", "PUT /settings/4"])
                method, path = route.split()
                is_bad = version == "v2" and method == "POST"
                status = self.random.choices([200, 404, 500], [90, 4, 30 if is_bad else 1])[0]
                took = self.random.lognormvariate(4.5 if is_bad else 3, 0.9)
                self.requests += 1
                self.line(
                    f"[api.access] [r{self.requests:08d}] request finished method={method} path={path} "
                    f"status={status} duration_ms={took:.1f} version={version}")
            time.sleep(self.random.expovariate(RATE))

    def rotate(self):
        with self.lock:
            if os.path.exists(self.path + ".1"):
                os.rename(self.path + ".1", self.path + ".2")
            os.rename(self.path, self.path + ".1")
            open(self.path, "w").close()


class Run:
    def __init__(self, skein, folder):
        self.skein, self.folder = skein, folder
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.log = folder + "/app.log"
        self.begin = time.time()
        self.failures = 0

    def say(self, text):
        print(f"{time.time() - self.begin:6.1f} s  {text}", flush=True)

    def check(self, what, holds, detail):
        self.failures += not holds
        self.say(f"{'ok    ' if holds else 'FAILED'}  {what}: {detail}")

    def start(self):
        arguments = [
            "serve", "--from", "start", "--checkpoint", self.folder + "/state", "--version-field", "version",
            "--listen", f"127.0.0.1:{SERVICE}", self.log]
        self.service = subprocess.Popen(
            [self.skein] + arguments, stdout=subprocess.DEVNULL, stderr=open(self.folder + "/errors", "ab"))
        wait_for(SERVICE, "/healthz")

    def kill(self):
        self.service.kill()
        self.service.wait()

    def scenario(self):
        writer = Writer(self.log)
        self.start()
        with open(self.folder + "/prometheus.yml", "w") as file:
            file.write(CONFIG)
        self.prometheus = subprocess.Popen(
            ["prometheus", f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/tsdb",
             f"--web.listen-address=127.0.0.1:{PROMETHEUS}", "--enable-feature=exemplar-storage"],
            stdout=subprocess.DEVNULL, stderr=open(self.folder + "/prometheus.log", "wb"))
        wait_for(PROMETHEUS, "/-/ready")
        writer.start()
        self.say("writing, following, scraping")
        self.sleep_until(writer, 0.25)
        writer.rotate()
        self.say("rotated")
        self.sleep_until(writer, 0.40)
        self.kill()
        self.say(f"killed, {self.requests_scraped():.0f} requests scraped")
        time.sleep(3)
        self.start()
        self.say("started again")
        self.sleep_until(writer, 0.70)
        self.kill()
        self.say(f"killed, {self.requests_scraped():.0f} requests scraped")
        writer.rotate()
        self.say("rotated while the service is down")
        time.sleep(4)
        self.start()
        self.say("started again")
        writer.join()
        self.say(f"{writer.requests} requests written")
        # A request counts when event time has gone on by some seconds: lines that are no requests let it.
        for _ in range(8):
            time.sleep(1)
            writer.line("[api.jobs] nothing to do")
        time.sleep(5)

    def sleep_until(self, writer, part):
        while writer.requests < part * SECONDS * RATE * 0.9 and writer.is_alive():
            time.sleep(0.1)

    def requests_scraped(self):
        return value("sum(skein_requests_total)")

    def compare(self):
        stats, by_version = self.stats(), self.stats("--by", "version")
        total = stats["total"]
        scrapes, good = value("count_over_time(up[10m])"), value("sum_over_time(up[10m])")
        self.say(f"{scrapes:.0f} scrapes, {scrapes - good:.0f} of them while the service was down")
        for name in [
            "skein_requests_total", "http_server_request_duration_seconds_bucket",
            "http_server_request_duration_seconds_sum", "http_server_request_duration_seconds_count",
            "skein_log_records_total", "skein_log_lines_total", "skein_log_bytes_total", "skein_findings_total",
            "skein_ledger_gaps_total", "skein_history_late_requests_total",
        ]:
            series = query(f"resets({name}[10m])")
            fell = sum(series.values())
            self.check(f"{name} never falls", bool(series) and fell == 0, f"{len(series)} series, {fell:.0f} resets")

        self.equal("requests", self.requests_scraped(), total["requests"])
        self.equal("failed requests", value('sum(skein_requests_total{error_type!=""})'), total["errors"])
        self.equal(
            "4xx", value('sum(skein_requests_total{http_response_status_code=~"4.."})'), total["client_errors"])
        self.equal(
            "durations", value("sum(http_server_request_duration_seconds_count)"), total["timed"])
        for row in stats["routes"]:
            method, path = row["route"].split()
            found = value(f'sum(skein_requests_total{{http_request_method="{method}",http_route="{path}"}})')
            self.equal(row["route"], found, row["requests"])
        for row in by_version["groups"]:
            found = value(f'sum(skein_requests_total{{service_version="{row["version"]}"}})')
            self.equal(f"version {row['version']}", found, row["requests"])
        self.quantiles(total)
        self.exemplars()
        memory = [line for line in open(f"/proc/{self.service.pid}/status") if line.startswith(("VmRSS", "VmHWM"))]
        ticks = open(f"/proc/{self.service.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]
        self.say("the last service: " + ", ".join(" ".join(line.split()) for line in memory)
                 + f", {sum(map(int, ticks)) / os.sysconf('SC_CLK_TCK'):.2f} s of processor time")

    def stats(self, *options):
        return json.loads(subprocess.check_output([self.skein, "stats", "--json", *options, "-R", self.log]))

    def equal(self, what, found, expected):
        self.check(what, found == expected, f"Prometheus {found:.0f}, stats {expected}")

    def quantiles(self, total):
        name = "http_server_request_duration_seconds_bucket"
        bounds = sorted(float(dict(labels)["le"]) for labels in query(f"sum by (le) ({name})"))
        for part in (0.5, 0.95, 0.99):
            found = value(f"histogram_quantile({part}, sum by (le) ({name}))")
            exact = total[f"p{part * 100:.0f}_ms"] / 1000
            upper = next(bound for bound in bounds if exact <= bound)
            lower = max([bound for bound in bounds if bound < upper], default=0)
            self.check(
                f"p{part * 100:.0f}", lower <= found <= upper,
                f"Prometheus {found * 1000:.1f} ms, stats {exact * 1000:.1f} ms, "
                f"bucket {lower * 1000:g} to {upper * 1000:g} ms")

    def exemplars(self):
        data = ask(
            "query_exemplars", query="http_server_request_duration_seconds_bucket", start=self.begin, end=time.time())
        found = [one for series in data for one in series["exemplars"]]
        ids = sorted({one["labels"]["trace_id"] for one in found})
        self.check("exemplars", len(ids) > 20, f"{len(found)} of {len(ids)} requests in {len(data)} series")
        chosen = random.Random(SEED).sample(ids, min(10, len(ids)))
        opened = [one for one in chosen if one in get(SERVICE, f"/trace?id={one}")]
        self.check("exemplars open their request", opened == chosen, ", ".join(chosen))

    def end(self):
        self.service.terminate()
        self.check("SIGTERM ends the service", self.service.wait() == 0, f"exit code {self.service.returncode}")
        self.prometheus.terminate()
        self.prometheus.wait()
        for line in open(self.folder + "/errors"):
            self.say("service: " + line.rstrip())


def main():
    if len(sys.argv) != 3 or not shutil.which("prometheus"):
        sys.exit(__doc__)
    run = Run(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    run.scenario()
    run.compare()
    run.end()
    run.say("all as it should be" if run.failures == 0 else f"{run.failures} comparisons failed")
    sys.exit(run.failures > 0)


main()
