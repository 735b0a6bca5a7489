#!/usr/bin/env bash
# Makes a Python environment for each peer that the benchmark runs against, from PyPI, with the
# versions of Peers/requirements/. What is there already is brought to those versions.
#
#   ./install-peers.sh              all of them, into .peers/ beside this script
#   ./install-peers.sh numpy jax    some of them
#   LSTM_PEERS=FOLDER, LSTM_PYTHON=PROGRAM: another folder, another Python (3.11 to 3.13)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${LSTM_PEERS:-$here/.peers}
python=${LSTM_PYTHON:-python3}

known=()
for file in "$here"/Peers/requirements/*.txt; do known+=("$(basename "$file" .txt)"); done
[ $# -gt 0 ] || set -- "${known[@]}"
for peer in "$@"; do
  if [ ! -e "$here/Peers/requirements/$peer.txt" ]; then
    echo "error: there is no peer '$peer'. The peers are: ${known[*]}." >&2
    exit 64
  fi
done
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "error: $python cannot make environments. Install its venv module" \
    "(Debian: apt-get install python3-venv), or name another Python in LSTM_PYTHON." >&2
  exit 69
fi

for peer in "$@"; do
  printf '%s … ' "$peer"
  [ -x "$folder/$peer/bin/python" ] || "$python" -m venv "$folder/$peer"
  "$folder/$peer/bin/python" -m pip install --quiet --disable-pip-version-check \
    --requirement "$here/Peers/requirements/$peer.txt"
  echo "ready"
done
