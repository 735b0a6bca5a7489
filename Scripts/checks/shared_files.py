#!/usr/bin/env python3
"""Tries the model files of other people, where a folder beside the repository has them.

Every model of real/ is opened: that may succeed or be refused, but never crash, hang or say nothing; and
each is held to what is right (real_models.py). Of cases/ those that are mended are held to what is right. None of the files belongs to the repository.

Usage: shared_files.py --lstm PATH [--folder ../shared]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import real_models

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


def unlike(found, right):
    """Why what came out is not what is right: an array of the same name, or of one number a class."""
    import numpy

    found, right = numpy.load(found), numpy.load(right)
    for name in right.files:
        mine = next(
            (found[n] for n in (name, "probabilities", "logits", "output")
             if n in found.files and found[n].size == right[name].size), None)
        if mine is None:
            return f"no array like '{name}'"
        if not numpy.allclose(mine.reshape(right[name].shape), right[name], atol=1e-5):
            return f"'{name}' differs"
    return None


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
    for model, source, right, options in [
        ("t_weightdrop_raw.pt", "w_x.npy", "w_eval.npz", []),
        ("n_custom_torch.npz", "n_x.npy", "n_right.npz", []),
        ("n_arr.npz", "n_x.npy", "n_right.npz", []),
        ("k_twodense.keras", "k_twodense_x.npy", "k_twodense_y.npz", ["--batch-first"]),
        ("k_conv.keras", "k_conv_x.npy", "k_conv_y.npz", ["--batch-first"]),
    ]:
        ran = run(
            lstm, "run", folder / model, folder / source, "--output", outputs, *options)
        why = ran.stderr if ran.returncode else unlike(outputs, folder / right)
        yield f"{model}: equals {right}{': ' + why if why else ''}", not why
    said = run(lstm, "inspect", folder / "t_quant.pt")
    yield "a quantised state dict opens, dequantised, and says so", (
        said.returncode == 0 and "quantised" in said.stdout)
    said = run(lstm, "convert", folder / "t_crnn.pt", written)
    yield "what stands before the LSTM of t_crnn.pt is said", (
        said.returncode == 0 and "left out" in said.stderr and "conv" in said.stderr)
    parts = json.loads(
        run(lstm, "inspect", folder / "k_conv.keras", "--format", "json").stdout)["parts"]
    name = next(part["role"] for part in parts if "recurrent_kernel" in part["names"])
    alone = run(lstm, "inspect", folder / "k_conv.keras", "--lstm", name)
    yield "the LSTM behind a Conv1D opens by name", alone.returncode == 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lstm", required=True)
    arguments.add_argument("--folder", default=str(ROOT.parent / "shared"))
    arguments.add_argument("--only", nargs="*", help="folders of real/ to look at, and no others")
    options = arguments.parse_args()
    folder = pathlib.Path(options.folder)
    if not (folder / "real").is_dir():
        print("left out: no folder with other people's models here")
        return 0
    faults = [] if options.only else open_all(options.lstm, folder)
    with tempfile.TemporaryDirectory() as scratch:
        wrong, count = real_models.table(
            options.lstm, folder / "real", pathlib.Path(scratch), options.only)
        print(f"{count - len(wrong)} of {count} real models do what is right")
        for name, reasons in wrong.items():
            print(f"  {name}")
            for reason in reasons:
                print(f"    {reason}")
        if len(wrong) > count // 20:
            faults.append("fewer than 95 % of the real models do what is right")
        if options.only:
            return 1 if faults else 0
        for right, is_so in cases(options.lstm, folder, pathlib.Path(scratch)):
            if not is_so:
                faults.append(f"not so: {right}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
