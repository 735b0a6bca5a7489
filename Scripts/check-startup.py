#!/usr/bin/env python3
"""Checks that a release build of `lstm step` answers at once, by a ratio and not by the clock: it
must take less than three quarters of what Python takes to start, import json and end, in turn.

Usage: check-startup.py PATH_OF_LSTM
"""
import statistics
import subprocess
import sys
import time

STEP = ["step", "--input", "-0.1,0.3,0.1,-0.25,0.1", "--hidden", "0,0.5,0.1,0.2,0.6"]
RUNS = 25


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main():
    step = [sys.argv[1]] + STEP
    python = [sys.executable, "-c", "import json"]
    pairs = [(seconds(step), seconds(python)) for _ in range(RUNS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    ours = statistics.median(ours for ours, _ in pairs) * 1000
    theirs = statistics.median(theirs for _, theirs in pairs) * 1000
    print(f"lstm step {ours:.1f} ms, python -c 'import json' {theirs:.1f} ms, ratio {ratio:.2f}")
    return 0 if ratio <= 0.75 else 1


if __name__ == "__main__":
    sys.exit(main())
