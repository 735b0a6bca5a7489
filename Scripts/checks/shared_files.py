#!/usr/bin/env python3
"""Tries the model files of other people, where a folder beside the repository has them.

Every model of real/ is opened: that may succeed or be refused, but never crash, hang or say nothing. Of
cases/ those that are mended are held to what is right. None of the files belongs to the repository.

Usage: shared_files.py --lstm PATH [--folder ../shared]
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Opened, or refused: wrong usage, wrong data, no such file.
STATUSES = {0, 64, 65, 66}


def run(lstm, *arguments):
    try:
        return subprocess.run(
            [lstm, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return None


def open_all(lstm, folder):
    """Opens every model; the faults, and how many open."""
    faults, opened = [], 0
    models = sorted(folder.glob("real/*/model.*"))
    for model in models:
        found = run(lstm, "inspect", model)
        if found is None:
            faults.append(f"{model}: no answer within a minute")
        elif found.returncode not in STATUSES:
            faults.append(f"{model}: status {found.returncode}\n{found.stderr[-500:]}")
        elif found.returncode and not found.stderr.startswith("Error: "):
            faults.append(f"{model}: refused without a word")
        opened += found is not None and found.returncode == 0
    print(f"{opened} of {len(models)} real models open, the others are refused with a reason")
    return faults


def graph_inputs(path):
    import onnx
    return {value.name for value in onnx.load(path).graph.input}


def cases(lstm, folder, scratch):
    """The cases that are mended, each as (what is right, whether it is so)."""
    folder = folder / "cases"
    written = scratch / "written.onnx"
    run(lstm, "convert", folder / "k_hard_keras2.h5", written)
    same = run(lstm, "compare", folder / "k_hard_keras2.h5", written)
    yield "Keras 2's hard sigmoid and its conversion are the same network", same.returncode == 0
    for name, inputs in [
        ("e_packed.onnx", {"lengths"}), ("e_states.onnx", {"initial_hidden", "initial_cell"}),
    ]:
        run(lstm, "convert", folder / name, written)
        yield f"{name}: its inputs stay inputs", inputs <= graph_inputs(written)
    outputs = scratch / "out.npz"
    ran = run(lstm, "run", folder / "b_bi.npz", folder / "b_x.npy", "--output", outputs)
    yield "a network of two directions runs", ran.returncode == 0
    same = run(lstm, "compare", folder / "b_bi.npz", outputs, "--input", folder / "b_x.npy")
    yield "and its outputs agree with it", same.returncode == 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lstm", required=True)
    arguments.add_argument("--folder", default=str(ROOT.parent / "shared"))
    options = arguments.parse_args()
    folder = pathlib.Path(options.folder)
    if not (folder / "real").is_dir():
        print("left out: no folder with other people's models here")
        return 0
    faults = open_all(options.lstm, folder)
    with tempfile.TemporaryDirectory() as scratch:
        for right, is_so in cases(options.lstm, folder, pathlib.Path(scratch)):
            if not is_so:
                faults.append(f"not so: {right}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
