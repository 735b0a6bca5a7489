"""Whether torch loads the .pt files that the Swift tests write.

    LSTM_WRITE_FOLDER=out swift test --filter PyTorchWriterTests
    python Scripts/checks/check_pytorch.py out

`again-X` has to hold what torch reads from the fixture X, bit for bit; `all-types.pt` what
PyTorchWriterTests.swift puts in it. Made with torch 2.13.0. Exit status 1 where anything differs.
"""

import pathlib
import sys
import zipfile
from collections import OrderedDict

import torch

FIXTURES = pathlib.Path(__file__).parents[2] / "Tests/Fixtures/pytorch"


def named(value, name=""):
    join = lambda part: f"{name}.{part}" if name else str(part)
    if isinstance(value, torch.Tensor):
        yield name or "tensor", value.detach()
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from named(item, join(key))
    elif isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        for index, item in enumerate(value):
            yield from named(item, join(index))


def load(path):
    loaded = torch.load(path, weights_only=True)
    assert type(loaded) is OrderedDict, f"{path}: {type(loaded)}"
    assert zipfile.ZipFile(path).testzip() is None, f"{path}: a checksum is wrong"
    mapped = torch.load(path, weights_only=True, mmap=True)
    assert all(torch.equal(mapped[name], loaded[name]) for name in loaded), path
    return loaded


def bits(tensor):
    return bytes(tensor.contiguous().flatten().view(torch.uint8).tolist())


def same(path, found, expected):
    assert list(found) == list(expected), f"{path}: {list(found)}, not {list(expected)}"
    for name, wanted in expected.items():
        tensor = found[name]
        assert tensor.dtype == wanted.dtype, f"{path}: {name} is {tensor.dtype}"
        assert tensor.shape == wanted.shape, f"{path}: {name} is {tensor.shape}"
        assert tensor.is_contiguous(), f"{path}: {name} is not contiguous"
        assert bits(tensor) == bits(wanted), f"{path}: {name} differs"


def all_types():
    kinds = ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64",
             "float16", "bfloat16", "float32", "float64"]
    tensors = OrderedDict()
    for kind in kinds:
        dtype = getattr(torch, kind)
        data = bytearray(i % 2 for i in range(6 * dtype.itemsize))
        tensors[f"types.{kind}"] = torch.frombuffer(data, dtype=dtype).view(2, 3)
    tensors["scalar"] = torch.tensor(2.5, dtype=torch.float64)
    tensors["empty"] = torch.zeros(2, 0, 3)
    tensors["long"] = tensors["long again"] = torch.full((700,), 0.5)
    tensors["ünïcode"] = torch.arange(24).view(2, 3, 4)
    return tensors


def main(folder):
    files = sorted(folder.glob("again-*"))
    # Files with more than tensors in them come back as what was found in them: PyTorch reads what is
    # written, but has no state dict of the fixture to hold it against.
    bags = {"again-protocol-4.pt", "again-sparse.pt", "again-torchscript.pt", "again-whole-legacy.pt",
            "again-whole-lstm.pt", "again-whole-model.pt"}
    for path in files:
        found = load(path)
        if path.name in bags:
            assert found, path
            continue
        fixture = torch.load(FIXTURES / path.name.removeprefix("again-"), weights_only=True)
        same(path, found, OrderedDict(named(fixture)))
    found = load(folder / "all-types.pt")
    same("all-types.pt", found, all_types())
    shared = found["long"].untyped_storage().data_ptr() == found["long again"].untyped_storage().data_ptr()
    assert shared, "all-types.pt: two names of one tensor are stored twice"
    assert len(load(folder / "nothing.pt")) == 0
    lstm = torch.nn.LSTM(2, 3, num_layers=2, bidirectional=True, proj_size=2)
    lstm.load_state_dict(load(folder / "again-deep.pt"))
    assert len(files) == 25 + len(bags), f"{len(files)} fixtures were written again, not {25 + len(bags)}"
    print(f"torch {torch.__version__} loads {len(files) + 2} files as they should be")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
