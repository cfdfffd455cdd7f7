"""What writes the log that `skein serve` follows: the service parkapi under load, or a writer that needs nothing.

Both go through the same phases: a baseline, a bad release v2 with 10 %, 50 % and 100 % of the requests, and its
rollback. rollout.yml is a gate with these phases as stages.
"""

import csv
import glob
import gzip
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from typing import NamedTuple

# Seconds and share of v2: PHASES of parkapi's load client.
PHASES = [(70, 0.0), (45, 0.1), (45, 0.5), (55, 1.0), (30, 0.0), (55, 0.0)]
SEED = 21


class Request(NamedTuple):
    """A line that ends a request, read without skein."""

    id: str
    route: str
    status: int
    milliseconds: float
    version: str


class Log:
    """A log and its rotations."""

    STEP = re.compile(r"\S+ \S+ \w+ \[\S+\] \[(\S+)\] .*\bms=[\d.]+")

    FINISHED = re.compile(
        r"\S+ \S+ \w+ \[api\.access\] \[(\S+)\] request finished method=(\S+) path=(\S+) status=(\d+) "
        r"duration_ms=([\d.]+) version=(\S+)$")

    def __init__(self, folder):
        self.path = folder + "/app.log"

    def rotate(self):
        """As logrotate does with `delaycompress`. The writer makes the new file."""
        for name in sorted(glob.glob(self.path + ".*.gz"), key=self.generation, reverse=True):
            os.rename(name, f"{self.path}.{self.generation(name) + 1}.gz")
        if os.path.exists(self.path + ".1"):
            with open(self.path + ".1", "rb") as plain, gzip.open(self.path + ".2.gz", "wb") as packed:
                shutil.copyfileobj(plain, packed)
            os.remove(self.path + ".1")
        os.rename(self.path, self.path + ".1")

    def generation(self, name):
        return int(name.removeprefix(self.path).removesuffix(".gz").lstrip(".") or 0)

    def matches(self, expression):
        """Lines of all generations that have this form, the oldest first."""
        for name in sorted(glob.glob(self.path + "*"), key=self.generation, reverse=True):
            with (gzip.open if name.endswith(".gz") else open)(name, "rt", encoding="utf-8") as lines:
                yield from filter(None, map(expression.match, lines))

    def requests(self):
        found = []
        for match in self.matches(self.FINISHED):
            identity, method, path, status, took, version = match.groups()
            route = method + " " + re.sub(r"/\d+(?=/|$)", "/{id}", path)
            found.append(Request(identity, route, int(status), float(took), version))
        return found

    def steps(self):
        """Ids of the requests with a step that tells how long it took."""
        return {match[1] for match in self.matches(self.STEP)}


class Writer(threading.Thread):
    """Appends requests at their time. Bookings of v2 fail and are slow."""

    RATE = 60  # requests a second

    def __init__(self, folder, scale):
        super().__init__(daemon=True)
        self.log, self.scale = Log(folder), scale
        self.seconds = scale * sum(length for length, _ in PHASES)
        self.random = random.Random(SEED)
        self.written = 0
        open(self.log.path, "w").close()

    def begin(self):
        self.start()

    def finish(self):
        self.join()
        # A request counts when event time has gone on by some seconds: lines that are no requests let it.
        for _ in range(8):
            time.sleep(1)
            self.write("[api.jobs] nothing to do")
        return f"{self.written} requests written"

    def run(self):
        for length, share in PHASES:
            end = time.time() + length * self.scale
            while time.time() < end:
                self.written += 1
                self.write(self.request("v2" if self.random.random() < share else "v1"))
                time.sleep(self.random.expovariate(self.RATE))

    def request(self, version):
        method, path = self.random.choice(["GET /spots", "GET /spots/17", "POST /bookings", "PUT /settings/4"]).split()
        is_bad = version == "v2" and method == "POST"
        status = self.random.choices([200, 404, 500], [90, 4, 30 if is_bad else 1])[0]
        took = self.random.lognormvariate(4.5 if is_bad else 3, 0.9)
        if method == "POST":
            self.write(f"[api.cards] [r{self.written:08d}] card charged ms={took / 2:.1f}")
        return (f"[api.access] [r{self.written:08d}] request finished method={method} path={path} status={status} "
                f"duration_ms={took:.1f} version={version}")

    def write(self, text):
        now = time.time()
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + ",%03d" % (now % 1 * 1000)
        with open(self.log.path, "a") as file:
            file.write(f"{stamp} INFO {text}\n")

    def compare_with_clients(self, check, requests):
        check("requests in the log", len(requests) == self.written, f"{len(requests)}, {self.written} written")

    def stop(self):
        pass


class Parkapi:
    """The service parkapi and its load client."""

    def __init__(self, folder, scale, parkapi):
        self.log, self.scale = Log(folder), scale
        self.seconds = scale * sum(length for length, _ in PHASES)
        self.folder, self.parkapi = folder, parkapi
        self.port = os.environ.get("PORT", "8765")
        self.python = (os.environ.get("VENV") or self.make_environment()) + "/bin/python"
        self.service = self.client = None
        self.start_service()

    def make_environment(self):
        path = self.folder + "/venv"
        subprocess.check_call([sys.executable, "-m", "venv", path])
        subprocess.check_call([path + "/bin/pip", "-q", "install", "-r", self.parkapi + "/requirements.txt"])
        return path

    def start_service(self):
        shutil.copy(self.parkapi + "/app.py", self.folder)
        self.control = self.folder + "/control.json"
        with open(self.control, "w") as file:
            file.write('{"phase": "baseline", "v2_weight": 0.0}')
        environment = dict(
            os.environ, PYTHONDONTWRITEBYTECODE="1", TZ="UTC", PARKAPI_LOG_DIR=self.folder, PARKAPI_LOG_MODE="text",
            PARKAPI_LOG_HANDLER="watched", PARKAPI_CONTROL=self.control, PARKAPI_SEED=str(SEED))
        errors = self.folder + "/uvicorn.log"
        self.service = subprocess.Popen(
            [self.python, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", self.port], cwd=self.folder,
            env=environment, stdout=subprocess.DEVNULL, stderr=open(errors, "wb"))
        for _ in range(300):
            if b"Uvicorn running" in open(errors, "rb").read():
                return
            time.sleep(0.1)
        sys.exit("parkapi does not start: see " + errors)

    def begin(self):
        self.client = subprocess.Popen(
            [self.python, self.parkapi + "/load.py", "--base-url", f"http://127.0.0.1:{self.port}", "--control",
             self.control, "--out", self.folder + "/truth.csv", "--phases", self.folder + "/phases.json", "--users",
             os.environ.get("USERS", "50"), "--scale", str(self.scale), "--seed", str(SEED)],
            stdout=open(self.folder + "/load.txt", "wb"), stderr=subprocess.STDOUT)

    def finish(self):
        if self.client.wait() != 0:
            sys.exit(f"the load client failed: see {self.folder}/load.txt")
        # What was abandoned ends, and the service logs its state every 5 s: event time goes on.
        time.sleep(12)
        self.service.terminate()
        self.service.wait()
        return f"{len(self.rows())} requests sent"

    def rows(self):
        with open(self.folder + "/truth.csv", newline="") as file:
            return list(csv.DictReader(file))

    def compare_with_clients(self, check, requests):
        """A client does not know of every answer: it may have given up before."""
        statuses = [int(row["status"]) for row in self.rows()]
        unanswered = statuses.count(0)
        check(
            "requests in the log", len(statuses) - unanswered <= len(requests) <= len(statuses),
            f"{len(requests)}, clients sent {len(statuses)}; {unanswered} of them saw no answer")
        failed, seen = sum(one.status >= 500 for one in requests), sum(status >= 500 for status in statuses)
        check("5xx in the log", seen <= failed <= seen + unanswered, f"{failed}, clients saw {seen}")

    def stop(self):
        for process in (self.client, self.service):
            if process and process.poll() is None:
                process.kill()
                process.wait()
