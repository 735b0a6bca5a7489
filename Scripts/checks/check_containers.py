"""Has zipfile, numpy and safetensors read the files that swift-lstm writes, and compares every bit.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 safetensors==0.8.0 ml_dtypes==0.6.0
    venv/bin/python Scripts/checks/check_containers.py

The files are written by the test suite "Files for Python". Exit status 0 where all agree, else 1.
"""
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import ml_dtypes
import numpy as np
import safetensors
import safetensors.numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
TYPES = ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64",
         "float16", "bfloat16", "float32", "float64"]
failures = []
checks = 0


def check(what, holds):
    global checks
    checks += 1
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}", file=sys.stderr)


def pattern(kind, shape):
    """The same bytes as `patterned` in Tests/LSTMFormatsTests/ContainerFixtures.swift."""
    dtype = np.dtype(ml_dtypes.bfloat16 if kind == "bfloat16" else kind)
    count = int(np.prod(shape)) * dtype.itemsize
    data = bytes(k % 2 if kind == "bool" else (k * 37 + 11) & 0xFF for k in range(count))
    return np.frombuffer(data, dtype).reshape(shape)


def same(left, right):
    return (left.dtype == right.dtype and left.shape == right.shape
            and left.tobytes() == right.tobytes())


def in_numpy(array):
    """NumPy has no bfloat16: swift-lstm writes float32 with the same upper halves."""
    if array.dtype != ml_dtypes.bfloat16:
        return array
    return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)


def check_folder(folder):
    expected = {kind: pattern(kind, (2, 3)) for kind in TYPES}
    expected["scalar"] = pattern("float32", ())
    expected["empty"] = pattern("int16", (2, 0, 3))

    path = folder / "all.safetensors"
    found = safetensors.numpy.load_file(path)
    check("safetensors: names", set(found) == set(expected))
    for name, array in expected.items():
        check(f"safetensors: {name}", same(found[name], array))
    with safetensors.safe_open(path, "np") as file:
        metadata = file.metadata()
    check("safetensors: metadata", metadata == {"format": "pt", 'a"\\\n\x01': "σ(z) 😀"})
    # The package writes metadata in any order: one of a few attempts has ours.
    check("safetensors: the package's own bytes", any(
        safetensors.numpy.save(expected, metadata) == path.read_bytes() for _ in range(100)))
    check("safetensors: no tensors", safetensors.numpy.load_file(folder / "none.safetensors") == {})

    with np.load(folder / "all.npz", allow_pickle=False) as archive:
        check("npz: names", set(archive.files) == set(expected))
        for name, array in expected.items():
            check(f"npz: {name}", same(archive[name], in_numpy(array)))
    for name, array in expected.items():
        for version in (1, 2, 3):
            path = folder / f"{name}-{version}.npy"
            check(f"npy: {path.name}", same(np.load(path, allow_pickle=False), in_numpy(array)))
            mapped = np.load(path, mmap_mode="r") if array.size else None
            check(f"npy: {path.name}, mapped",
                  mapped is None or mapped.ctypes.data % 64 == 0)
            output = io.BytesIO()
            np.lib.format.write_array(output, in_numpy(array), (version, 0))
            check(f"npy: {path.name}, numpy's own bytes", output.getvalue() == path.read_bytes())

    for name in ("stored", "deflated", "stored-64", "deflated-64"):
        with zipfile.ZipFile(folder / f"{name}.zip") as archive:
            check(f"zip: {name} is whole", archive.testzip() is None)
            check(f"zip: {name} has all",
                  archive.namelist()[:len(TYPES)] == [f"folder ü/{kind}" for kind in TYPES])
            for kind, array in expected.items():
                info = archive.getinfo(f"folder ü/{kind}")
                check(f"zip: {name}/{kind}", archive.read(info) == array.tobytes())
                check(f"zip: {name}/{kind}, date", info.date_time == (1980, 1, 1, 0, 0, 0))


def main():
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["swift", "test", "--filter", "ZipNumpySafetensorsForPythonTests"],
                       cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
                       env=os.environ | {"LSTM_WRITE_FOLDER": name})
        folder = pathlib.Path(name)
        if not (folder / "all.safetensors").exists():
            sys.exit("the tests wrote nothing")
        check_folder(folder)
    print(f"{checks - len(failures)} of {checks} checks hold "
          f"(numpy {np.__version__}, safetensors {safetensors.__version__})")
    sys.exit(1 if failures else 0)


main()
