#!/usr/bin/env bash
# A deploy to be watched: the service parkapi under load rolls out a bad release, its logs are rotated under it, and
# `skein follow --gate` has to say no in the 50 % stage.
#
# usage: rollout.sh SKEIN PARKAPI [text|json|copytruncate]
#   SKEIN    the program; PARKAPI the folder with app.py, load.py and requirements.txt
#   VENV     virtual environment with the requirements (default: made in a temporary folder)
#   SCALE    stretches or shrinks every phase (default 1)    PORT on 127.0.0.1 (default 8765)
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
  *) echo "rollout.sh: text, json or copytruncate, not $kind" >&2; exit 64 ;;
esac
logs=$run/logs control=$run/control.json
mkdir "$logs"
echo '{"phase": "baseline", "v2_weight": 0.0}' > "$control"
cp "$parkapi/app.py" "$run/app.py"
(cd "$run" && exec env PYTHONDONTWRITEBYTECODE=1 TZ=UTC PARKAPI_LOG_DIR="$logs" PARKAPI_LOG_MODE="$mode" \
  PARKAPI_LOG_HANDLER="$handler" PARKAPI_CONTROL="$control" PARKAPI_SEED=21 \
  "$VENV/bin/python" -m uvicorn app:app --host 127.0.0.1 --port "$PORT" > "$logs/access.log" 2> "$logs/error.log") &
children+=($!)
for _ in $(seq 100); do
  grep -q "Uvicorn running" "$logs/error.log" 2>/dev/null && break
  sleep 0.1
done

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

"$VENV/bin/python" "$parkapi/load.py" --base-url "http://127.0.0.1:$PORT" --control "$control" --out "$run/truth.csv" \
  --phases "$run/phases.json" --users "${USERS:-50}" --scale "$SCALE" --seed 21 > "$run/load.txt" 2>&1 &
children+=($!)

gate=$run/rollout.yml
cp "$here/rollout.yml" "$gate"
for seconds in 70 45 55; do
  sed -i "s/@$seconds@/$(awk -v s="$seconds" -v f="$SCALE" 'BEGIN { printf "%.0f", s * f }')s/" "$gate"
done

status=0
"$skein" follow --gate "$gate" --summary "$run" ${ARGUMENTS:-} "$logs/app.log" || status=$?
echo
cat "$run"/gate_*.md 2>/dev/null || true
echo
case $status in
  1) echo "exit code 1: no go, as it should be" ;;
  *) echo "exit code $status: the bad release was not stopped" ; exit 1 ;;
esac
