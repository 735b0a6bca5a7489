"""Keras loads what `lstm convert` writes as .keras and .h5, with the same weights bit for bit, and computes the same.

    swift build -c release --product lstm
    python Scripts/checks/check_keras.py --count 24 --lstm .build/release/lstm

Needs keras, h5py and a backend (TensorFlow or PyTorch; requirements.txt here). Random Keras models (drawn_keras.py) are
saved by Keras, converted to .keras and .h5, and loaded by Keras again: all weights have to be the same bits, and the
outputs the same numbers. h5py, and h5dump where it is installed, read every object of each file. Exit status 1 for
failures.
"""

import argparse
import io
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import drawn_keras  # noqa: E402  (chooses Keras' backend)

import h5py  # noqa: E402
import keras  # noqa: E402


class Failure(Exception):
    pass


def read_all(path):
    """h5py and h5dump read every group, number and text of the file."""
    data = path.read_bytes()
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            if archive.testzip():
                raise Failure("zipfile finds a wrong checksum")
            data = archive.read("model.weights.h5")
    count = 0

    def visit(_, item):
        nonlocal count
        count += 1
        dict(item.attrs)
        if isinstance(item, h5py.Dataset):
            item[()]

    with h5py.File(io.BytesIO(data)) as file:
        dict(file.attrs)
        file.visititems(visit)
    if not count:
        raise Failure("h5py finds nothing")
    if shutil.which("h5dump"):
        copy = path.with_name("copy.h5")
        copy.write_bytes(data)
        done = subprocess.run(["h5dump", str(copy)], capture_output=True, text=True, timeout=60)
        if done.returncode or "error" in done.stderr:
            raise Failure(f"h5dump: {done.stderr.strip()}")


def weights(model):
    return [keras.ops.convert_to_numpy(weight) for weight in model.weights]


def outputs(model, x):
    return keras.ops.convert_to_numpy(model(x, training=False))


def convert(lstm, source, target):
    done = subprocess.run([lstm, "convert", str(source), str(target)], capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise Failure(f"lstm ends with status {done.returncode}: {done.stderr.strip()}")
    read_all(target)
    return keras.saving.load_model(target, compile=False)


def check(lstm, number, seed, folder):
    rng = np.random.default_rng([seed, number])
    shape = drawn_keras.drawn_shape(rng)
    model = drawn_keras.built(shape, rng)
    source = folder / "source.keras"
    model.save(source)
    sizes = (shape["batch"], shape["steps"])
    x = rng.integers(shape["vocabulary"], size=sizes).astype("int32") if shape["vocabulary"] \
        else rng.uniform(-1.5, 1.5, (*sizes, shape["inputs"])).astype("float32")
    wanted, result = weights(model), outputs(model, x)
    for suffix in (".keras", ".h5"):
        try:
            again = convert(lstm, source, folder / f"written{suffix}")
            found = weights(again)
            if not same(found, wanted, shape):
                raise Failure("the weights differ")
            theirs = outputs(again, x)
            if not np.array_equal(theirs, result, equal_nan=True):
                raise Failure(f"the outputs differ by {np.abs(theirs - result).max():.3g}")
        except Failure as failure:
            raise Failure(f"model {number}, {suffix}: {failure}\n    {shape}") from None


def same(found, wanted, shape):
    """Bit for bit; a layer without biases gets zeros where another layer has some, since a model of lstm has them in all
    layers or in none."""
    layers = shape["layers"]
    if any(one["bias"] for one in layers):
        wanted, place = list(wanted), 1 if shape["vocabulary"] else 0
        for one in layers:
            for _ in range(2 if one["both"] else 1):
                if not one["bias"]:
                    wanted.insert(place + 2, np.zeros(4 * one["units"], wanted[place].dtype))
                place += 3
    return len(found) == len(wanted) and all(
        a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in zip(found, wanted))


def same_as_pytorch(path, model, shape, dtype, rng):
    """For roundtrips.py: Keras computes with the file what PyTorch computes with the model."""
    import torch

    read_all(path)
    found = keras.saving.load_model(path, compile=False)
    sizes = (5, 3)
    x = rng.integers(shape["vocabulary"], size=sizes) if shape["vocabulary"] \
        else rng.uniform(-1, 1, (*sizes, shape["inputs"])).astype(np.float32)
    if dtype not in (torch.float32, torch.float64):
        return  # In half precision the two round at every operation, each in its own way.
    with torch.no_grad():
        wanted = model.to(dtype)(torch.from_numpy(x).to(dtype if x.dtype == np.float32 else torch.int64), None, None)
    theirs = np.swapaxes(outputs(found, np.swapaxes(x, 0, 1)), 0, 1)
    wanted = wanted["logits" if shape["outputs"] else "output"]
    worst = np.abs(theirs - wanted).max()
    if not worst <= 1e-5 * max(1, np.abs(wanted).max()):
        raise Failure(f"keras: Keras' output is {worst:.2g} from PyTorch's")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lstm", default=str(ROOT / ".build" / "release" / "lstm"))
    options = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        for number in range(options.count):
            try:
                check(options.lstm, number, options.seed, pathlib.Path(name))
            except Failure as failure:
                failures += 1
                print(failure, flush=True)
    print(f"{options.count} models, each as .keras and .h5, {failures} failed, seed {options.seed}")
    print(", ".join(f"{name} {version}" for name, version in drawn_keras.versions().items()), f"h5py {h5py.__version__}",
          sep=", ")
    sys.exit(1 if failures or not options.count else 0)


if __name__ == "__main__":
    main()
