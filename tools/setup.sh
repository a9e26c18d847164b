#!/usr/bin/env bash
# Makes .venv with both distributions, and installs the system's packages where that is allowed.
# Safe to run again: pip and apt leave alone what is there.
set -euo pipefail
cd "$(dirname "$0")/.."

python="${PYTHON:-python3}"
"$python" - <<'CHECK' || { echo "setup: Python 3.10 or newer is needed; try: make setup PYTHON=python3.11" >&2; exit 2; }
import sys
sys.exit(sys.version_info < (3, 10))
CHECK

# What apt provides: the command or folder it brings, then the package. All can be done without:
# isolation has other levels, browser tests are skipped, and a subset of the pictures is packaged.
missing=()
command -v bwrap >/dev/null || missing+=(bubblewrap)
[ -d /usr/share/datasets/fashion-mnist ] || missing+=(dataset-fashion-mnist)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing ${missing[*]}"
    apt-get update -qq >/dev/null || true
    for package in "${missing[@]}"; do  # each by itself: one that is unknown here must not stop the others
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null ||
        echo "setup: apt could not install $package; going on without" >&2
    done
  else
    echo "setup: not installed, for want of root or apt: ${missing[*]}" >&2
    echo "setup: ask for it with: sudo apt-get install ${missing[*]}" >&2
  fi
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "setup: installing Python packages into .venv (a minute or two the first time)"
.venv/bin/pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt -e '.[dev,pretrained,deploy]' -e autograder
# pip would compile with one core. Some packages hold templates that are no Python; they need not.
.venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
echo "setup: done. Next: make demo, make test, make lab"
