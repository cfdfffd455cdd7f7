#!/usr/bin/env bash
# A deploy to be watched: the service parkapi under load rolls out a bad release, its logs are rotated under it, and
# `skein follow --gate` has to say no in the 50 % stage.
#
# usage: rollout.sh SKEIN PARKAPI [text|json|copytruncate|replicas]
#   replicas: two instances under load, of which only the second gets the bad release; the gate has to name it
#   SKEIN    the program; PARKAPI the folder with app.py, load.py and requirements.txt
#   VENV     virtual environment with the requirements (default: made in a temporary folder)
#   SCALE    stretches or shrinks every phase (default 1)    PORT on 127.0.0.1 (default 8765; of
#            two instances the second has the next one)
#   ARGUMENTS  more for skein follow, for example "--plain" or "--json"
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
skein=$(readlink -f "$1") parkapi=$(cd "$2" && pwd) kind=${3:-text}
SCALE=${SCALE:-1} PORT=${PORT:-8765}
run=$(mktemp -d "${TMPDIR:-/tmp}/skein-live.XXXXXX")
children=()
clean_up() {
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$run"
}
trap clean_up EXIT

if [[ -z ${VENV:-} ]]; then
  VENV=$run/venv
  python3 -m venv "$VENV"
  "$VENV/bin/pip" -q install -r "$parkapi/requirements.txt"
fi

case $kind in
  text) mode=text handler=watched ;;
  json) mode=json handler=timed ;;
  copytruncate) mode=text handler=plain ;;
  replicas) mode=text handler=watched ;;
  *) echo "rollout.sh: text, json, copytruncate or replicas, not $kind" >&2; exit 64 ;;
esac
cp "$parkapi/app.py" "$run/app.py"

# start FOLDER CONTROL PORT: one instance that logs into the folder and takes the share of v2 from the file.
start() {
  mkdir -p "$1"
  echo '{"phase": "baseline", "v2_weight": 0.0}' > "$2"
  (cd "$run" && exec env PYTHONDONTWRITEBYTECODE=1 TZ=UTC PARKAPI_LOG_DIR="$1" PARKAPI_LOG_MODE="$mode" \
    PARKAPI_LOG_HANDLER="$handler" PARKAPI_CONTROL="$2" PARKAPI_SEED=21 \
    "$VENV/bin/python" -m uvicorn app:app --host 127.0.0.1 --port "$3" > "$1/access.log" 2> "$1/error.log") &
  children+=($!)
  for _ in $(seq 100); do
    grep -q "Uvicorn running" "$1/error.log" 2>/dev/null && break
    sleep 0.1
  done
}

# load CONTROL PORT NAME: clients, which write the share of v2 of each phase into the file.
load() {
  "$VENV/bin/python" "$parkapi/load.py" --base-url "http://127.0.0.1:$2" --control "$1" --out "$run/truth-$3.csv" \
    --phases "$run/phases-$3.json" --users "${USERS:-50}" --scale "$SCALE" --seed 21 > "$run/load-$3.txt" 2>&1 &
  children+=($!)
}

logs=$run/logs control=$run/control.json
followed=("$logs/app.log")
definition=rollout.yml
start "$logs" "$control" "$PORT"
if [[ $kind == replicas ]]; then
  start "$run/web-2" "$run/control-2.json" "$((PORT + 1))"
  followed=("$logs/app.log" "$run/web-2/app.log")
  definition=replicas.yml
fi

# What logrotate does, every 15 s; Python's timed handler rotates by itself.
rotate() {
  local i
  while sleep 15; do
    for i in 3 2 1; do [[ -e $logs/app.log.$i ]] && mv "$logs/app.log.$i" "$logs/app.log.$((i + 1))"; done
    if [[ $kind == copytruncate ]]; then
      cp -p "$logs/app.log" "$logs/app.log.1" && : > "$logs/app.log"
    else
      mv "$logs/app.log" "$logs/app.log.1"
    fi
  done
}
if [[ $kind != json ]]; then rotate & children+=($!); fi

if [[ $kind == replicas ]]; then
  # The first instance never reads what its clients write: it stays with v1.
  load "$run/unread.json" "$PORT" 1
  load "$run/control-2.json" "$((PORT + 1))" 2
else
  load "$control" "$PORT" 1
fi

gate=$run/gate.yml
cp "$here/$definition" "$gate"
for seconds in 70 45 55 145; do
  sed -i "s/@$seconds@/$(awk -v s="$seconds" -v f="$SCALE" 'BEGIN { printf "%.0f", s * f }')s/" "$gate"
done

status=0
"$skein" follow --gate "$gate" --summary "$run" ${ARGUMENTS:-} "${followed[@]}" || status=$?
echo
cat "$run"/gate_*.md 2>/dev/null || true
echo
if [[ $kind == replicas ]] && ! grep -q "web-2" "$run"/gate_*.md; then
  echo "the summary does not name the instance web-2"
  exit 1
fi
case $status in
  1) echo "exit code 1: no go, as it should be" ;;
  *) echo "exit code $status: the bad release was not stopped" ; exit 1 ;;
esac
