"""Every form of a model into every other and back with `lstm convert`: are the numbers the same, bit for bit? And do
PyTorch, safetensors, NumPy, ONNX Runtime and, where it is installed, Keras load what is written?

    swift build -c release --product lstm
    python Scripts/checks/roundtrips.py --count 24 --seed 1

Needs torch, safetensors, numpy, onnx and onnxruntime (requirements.txt here). Random
PyTorch models (drawn_pytorch.py; float16, bfloat16, float32 and float64 in turn) go .pt -> A -> B -> .pt for every pair
of forms, and come back with the same names, shapes, types and bits, but where a form has no place for something:

    mlx        refuses projections and reverse cells, and has one bias: the sum of the two, rounded once
    keras      refuses projections, and has one bias as mlx has
    onnx       refuses projections
    numpy      stores bfloat16 as float32, in which every number is the same

A refusal where none is listed here is a failure, and so is none where one is. Exit status 1 for failures.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import safetensors
import safetensors.numpy
import safetensors.torch
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import drawn_pytorch  # noqa: E402

try:
    import check_keras
except ImportError:
    check_keras = None

FORMS = {"swift-lstm": "safetensors", "safetensors": "safetensors", "pytorch": "pt", "numpy": "npz", "mlx": "safetensors",
         "json": "json", "keras": "keras", "onnx": "onnx"}
TYPES = (torch.float32, torch.float16, torch.float64, torch.bfloat16)


class Failure(Exception):
    pass


class Converter:
    def __init__(self, lstm, folder):
        self.lstm, self.folder, self.count = lstm, folder, 0

    def __call__(self, source, form, name):
        """The path of the file in another form, or None where that is refused."""
        target = self.folder / f"{name}.{FORMS[form]}"
        command = [self.lstm, "convert", str(source), str(target), "--to", form]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        self.count += 1
        if done.returncode not in (0, 65):
            raise Failure(f"{source.name} to {form}: status {done.returncode}: {done.stderr.strip()}")
        return target if done.returncode == 0 else None


def canonical(model, shape, dtype):
    """The tensors under the names that lstm writes."""
    names = dict(zip(shape["names"], ("embedding", "head")))
    found = {}
    for name, value in model.state_dict().items():
        first, rest = name.split(".", 1)
        found[f"{names.get(first, first)}.{rest}"] = value.to(dtype)
    return found


def bits(tensor):
    return tensor.detach().contiguous().view(torch.uint8).numpy().tobytes() if tensor.ndim else b""


def refused(form, shape, dtype):
    if form == "mlx":
        return bool(shape["projection"]) or shape["directions"] == 2
    if form == "keras":
        return bool(shape["projection"])
    if form == "onnx":
        return bool(shape["projection"])
    return False


def expected(tensors, path, dtype):
    """What has to come back after going through the forms."""
    found = dict(tensors)
    if "numpy" in path and dtype == torch.bfloat16:
        found = {name: value.float() for name, value in found.items()}
    added = [place for place, form in enumerate(path) if form in ("mlx", "keras")]
    if added:
        before = path[:added[0]]
        kind = torch.float32 if "numpy" in before and dtype == torch.bfloat16 else dtype
        for name in [n for n in found if ".bias_hh" in n]:
            other = name.replace("bias_hh", "bias_ih")
            total = (tensors[name].double() + tensors[other].double()).to(kind)
            found[other], found[name] = total.to(found[other].dtype), torch.zeros_like(found[name])
    return found


def usual(tensors, shape):
    """The tensors under the names that lstm has for them: a state dict keeps the names it was read with."""
    names = dict(zip(shape["names"], ("embedding", "head")))
    parts = {name: name.split(".", 1) for name in tensors}
    return {".".join([names.get(first[0], first[0])] + first[1:]): tensors[name] for name, first in parts.items()}


def same(found, wanted, where):
    missing, more = sorted(set(wanted) - set(found)), sorted(set(found) - set(wanted))
    if missing or more:
        raise Failure(f"{where}: missing {missing}, unexpected {more}")
    for name, tensor in wanted.items():
        other = found[name]
        if other.dtype != tensor.dtype or other.shape != tensor.shape or bits(other) != bits(tensor):
            raise Failure(f"{where}: {name} is {other.dtype} {list(other.shape)} with other numbers than "
                          f"{tensor.dtype} {list(tensor.shape)}")


def load(path, form):
    """The tensors as the form's own package reads them."""
    if form in ("swift-lstm", "safetensors", "mlx"):
        found = safetensors.torch.load_file(path)
        if all(value.dtype != torch.bfloat16 for value in found.values()):
            again = safetensors.numpy.load_file(path)
            assert all(np.array_equal(again[name], value.numpy()) for name, value in found.items())
        return found
    if form == "pytorch":
        return torch.load(path, weights_only=True)
    if form == "numpy":
        with np.load(path, allow_pickle=False) as file:
            return {name: torch.from_numpy(file[name]) for name in file.files}
    raise ValueError(form)


def fits(model, shape, tensors, dtype):
    """PyTorch's own module takes the tensors."""
    names = dict(zip(("embedding", "head"), shape["names"]))
    state = {}
    for name, value in tensors.items():
        first, rest = name.split(".", 1)
        state[f"{names.get(first, first)}.{rest}"] = value
    model.to(dtype).load_state_dict(state, strict=True)


def run_onnx(path, model, shape, dtype, rng):
    """ONNX' checker takes the file; ONNX Runtime gives what PyTorch gives."""
    proto = onnx.load(path)
    onnx.checker.check_model(proto, full_check=True)
    if dtype != torch.float32:
        return  # ONNX Runtime's LSTM on the CPU is float32 only
    sizes = (5, 3)
    x = rng.integers(shape["vocabulary"], size=sizes) if shape["vocabulary"] \
        else rng.uniform(-1, 1, (*sizes, shape["inputs"])).astype(np.float32)
    with torch.no_grad():
        wanted = model.to(dtype)(torch.from_numpy(x), None, None)
    session = onnxruntime.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    found = dict(zip([o.name for o in session.get_outputs()], session.run(None, {name: x})))
    for key, value in wanted.items():
        worst = np.abs(found[key].reshape(value.shape) - value).max()
        if not worst <= 1e-4 * max(1, np.abs(value).max()):
            raise Failure(f"onnx: ONNX Runtime's {key} is {worst:.2g} from PyTorch's")


def check(number, seed, convert, folder):
    rng = np.random.default_rng([seed, number])
    shape = {**drawn_pytorch.drawn_shape(rng), "double": True}
    dtype = TYPES[number % len(TYPES)]
    model = drawn_pytorch.Model(shape).double()
    drawn_pytorch.fill(model, shape, rng)
    tensors = canonical(model, shape, dtype)
    start = folder / "start.pt"
    torch.save({name: value.to(dtype) for name, value in model.state_dict().items()}, start)
    words = f"model {number}, {dtype}, layers {shape['layers']}, directions {shape['directions']}, " \
        f"projection {shape['projection']}, bias {shape['bias']}, vocabulary {shape['vocabulary']}, outputs {shape['outputs']}"
    pairs = 0
    try:
        for first in FORMS:
            one = convert(start, first, "first")
            if (one is None) != refused(first, shape, dtype):
                raise Failure(f"to {first}: {'refused' if one is None else 'not refused'}")
            if one is None:
                continue
            if first == "onnx":
                fits(model, shape, tensors, dtype)
                run_onnx(one, model, shape, dtype, rng)
            elif first == "keras" and check_keras:
                try:
                    check_keras.same_as_pytorch(one, model, shape, dtype, rng)
                except check_keras.Failure as failure:
                    raise Failure(str(failure)) from None
            elif first not in ("json", "keras", "mlx"):
                found = load(one, first)
                same(usual(found, shape), expected(tensors, [first], dtype), f"written as {first}")
                fits(model, shape, found, dtype)
            elif first == "mlx":
                load(one, first)
            for second in FORMS:
                type_there = torch.float32 if first == "numpy" and dtype == torch.bfloat16 else dtype
                two = convert(one, second, "second")
                if (two is None) != refused(second, shape, type_there):
                    raise Failure(f"{first} to {second}: {'refused' if two is None else 'not refused'}")
                if two is None:
                    continue
                back = convert(two, "pytorch", "back")
                if back is None:
                    raise Failure(f"{first} to {second} to pytorch: refused")
                same(usual(load(back, "pytorch"), shape), expected(tensors, [first, second], dtype), f"{first} to {second} to pytorch")
                pairs += 1
    except Failure as failure:
        return pairs, f"{words}\n    {failure}"
    return pairs, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lstm", default=str(ROOT / ".build" / "release" / "lstm"))
    options = parser.parse_args()
    failures, pairs = [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        convert = Converter(options.lstm, folder)
        for number in range(options.count):
            done, failure = check(number, options.seed, convert, folder)
            pairs += done
            if failure:
                failures.append(failure)
                print(failure, flush=True)
    print(f"{options.count} models, {pairs} round trips through two forms, {convert.count} conversions, "
          f"{len(failures)} failed, seed {options.seed}")
    print(f"torch {torch.__version__}, safetensors {safetensors.__version__}, numpy {np.__version__}, "
          f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}, "
          f"keras {check_keras.keras.__version__ if check_keras else 'is not there'}")
    sys.exit(1 if failures or not pairs else 0)


if __name__ == "__main__":
    main()
