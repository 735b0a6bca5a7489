"""Random PyTorch models for differential.py: stacks, directions, projections, ragged batches, embedding and head."""

import warnings

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from differential import Drawn

torch.set_num_threads(1)
warnings.filterwarnings("ignore", message="LSTM with projections is not supported with oneDNN")
FORMS = ("zip", "legacy", "safetensors", "npz")


def versions():
    return {"torch": torch.__version__}


class Model(torch.nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.names = shape["names"]
        if shape["vocabulary"]:
            setattr(self, self.names[0], torch.nn.Embedding(shape["vocabulary"], shape["inputs"]))
        self.lstm = torch.nn.LSTM(
            shape["inputs"], shape["hidden"], shape["layers"], bias=shape["bias"],
            bidirectional=shape["directions"] == 2, proj_size=shape["projection"])
        if shape["outputs"]:
            width = shape["directions"] * (shape["projection"] or shape["hidden"])
            setattr(self, self.names[1], torch.nn.Linear(width, shape["outputs"], bias=shape["head_bias"]))

    @torch.no_grad()
    def forward(self, x, state, lengths):
        if hasattr(self, self.names[0]):
            x = getattr(self, self.names[0])(x)
        steps = len(x)
        if lengths is None:
            y, (h, c) = self.lstm(x, state)
        else:
            y, (h, c) = self.lstm(pack_padded_sequence(x, lengths, enforce_sorted=False), state)
            y, _ = pad_packed_sequence(y, total_length=steps)
        found = {"output": y, "hidden": h, "cell": c}
        if hasattr(self, self.names[1]):
            found["logits"] = getattr(self, self.names[1])(y)
        return {name: value.numpy() for name, value in found.items()}


def drawn_shape(rng):
    def chance(p):
        return rng.random() < p

    hidden = int(rng.integers(1, 41))
    shape = {
        "inputs": int(rng.integers(1, 41)), "hidden": hidden, "layers": int(rng.integers(1, 4)),
        "directions": int(rng.integers(1, 3)), "steps": int(rng.integers(1, 21)), "batch": int(rng.integers(1, 6)),
        "projection": int(rng.integers(1, hidden)) if hidden > 1 and chance(0.35) else 0, "bias": chance(0.75),
        "states": chance(0.5), "ragged": chance(0.5), "vocabulary": int(rng.integers(2, 50)) if chance(0.3) else 0,
        "outputs": int(rng.integers(1, 20)) if chance(0.4) else 0, "head_bias": chance(0.8),
        "scale": float(rng.choice([1, 1, 3])), "batch_first": chance(0.25), "double": chance(0.3),
        "names": [("embedding", "fc"), ("embed", "linear"), ("emb", "head"), ("embeddings", "out")][rng.integers(4)],
        "module": chance(0.5)}
    if shape["vocabulary"] or shape["outputs"]:
        shape["module"] = True
    return shape


def fill(model, shape, rng):
    """Numbers that are the same in float32 and float64 for float32 models."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            bound = shape["scale"] / shape["hidden"] ** 0.5 if name.startswith("lstm.") else 1.0
            values = rng.uniform(-bound, bound, tuple(parameter.shape))
            if not shape["double"]:
                values = values.astype(np.float32)
            parameter.copy_(torch.from_numpy(values.astype(np.float64)))


def save(model, shape, form, folder):
    dtype = torch.float64 if shape["double"] else torch.float32
    module = model if shape["module"] else model.lstm
    state = {name: value.to(dtype).contiguous() for name, value in module.state_dict().items()}
    if form == "safetensors":
        from safetensors.torch import save_file
        path = folder / "model.safetensors"
        save_file(state, path)
    elif form == "npz":
        path = folder / "model.npz"
        np.savez(path, **{name: value.numpy() for name, value in state.items()})
    else:
        path = folder / "model.pt"
        torch.save(state, path, _use_new_zipfile_serialization=form == "zip")
    return path


def draw(rng, number, folder):
    shape = drawn_shape(rng)
    form = FORMS[number % len(FORMS)]
    model = Model(shape).double()
    fill(model, shape, rng)
    steps, batch, kind = shape["steps"], shape["batch"], np.float64 if shape["double"] else np.float32
    path = save(model, shape, form, folder)

    def numbers(*sizes):
        return rng.uniform(-1.5, 1.5, sizes).astype(kind)

    x = rng.integers(shape["vocabulary"], size=(steps, batch)) if shape["vocabulary"] \
        else numbers(steps, batch, shape["inputs"])
    arrays = {"input": x}
    lengths = None
    if shape["ragged"]:
        lengths = rng.integers(1, steps + 1, batch)
        arrays["lengths"] = lengths
        if not shape["vocabulary"]:
            for row, length in enumerate(lengths):
                x[length:, row] = 99
    places = shape["layers"] * shape["directions"]
    state = None
    if shape["states"]:
        state = [numbers(places, batch, shape["projection"] or shape["hidden"]), numbers(places, batch, shape["hidden"])]
        arrays["hidden"], arrays["cell"] = state

    def run(dtype):
        to = lambda a: torch.from_numpy(np.array(a)).to(dtype)
        return model.to(dtype)(torch.from_numpy(x) if shape["vocabulary"] else to(x), state and tuple(map(to, state)),
                               None if lengths is None else torch.from_numpy(lengths))

    double = run(torch.float64)
    if shape["double"]:
        theirs, reference = double, extended(model, shape, x, state, lengths)
    else:
        theirs, reference = run(torch.float32), double
    valid = {}
    if lengths is not None and shape["outputs"]:
        valid["logits"] = (np.arange(steps)[:, None] < lengths[None])[:, :, None].repeat(shape["outputs"], 2)
    options = []
    if shape["batch_first"]:
        options.append("--batch-first")
        arrays["input"] = x.swapaxes(0, 1)
        for values in (reference, theirs, valid):
            for name in {"output", "logits"} & set(values):
                values[name] = values[name].swapaxes(0, 1)
    text = ", ".join(f"{k} {v}" for k, v in shape.items() if v is not False and v != 0)
    return Drawn(kind_of(shape), f"{form}: {text}", path, arrays, reference, theirs, kind, valid, options)


def kind_of(shape):
    words = []
    if shape["projection"]:
        words.append("projected")
    if shape["ragged"]:
        words.append("ragged")
    if shape["vocabulary"]:
        words.append("with embedding")
    return ", ".join(words) or "plain"


# ----------------------------------------------------------------- 80 bits, numpy

def extended(model, shape, x, state, lengths):
    """The model computed by numpy in its widest numbers; torch has none wider than float64."""
    wide = np.longdouble
    if np.finfo(wide).eps >= np.finfo(np.float64).eps:
        raise SystemExit("numpy has no numbers wider than float64 here")
    weights = {name: value.numpy().astype(wide) for name, value in model.state_dict().items()}
    steps, batch = shape["steps"], shape["batch"]
    lengths = np.full(batch, steps) if lengths is None else lengths
    if shape["vocabulary"]:
        x = weights[f"{shape['names'][0]}.weight"][x]
    rows = [x[:length, row].astype(wide) for row, length in enumerate(lengths)]
    finals = []
    for layer in range(shape["layers"]):
        sides = []
        for direction in range(shape["directions"]):
            place = len(finals)
            start = None if state is None else [s[place].astype(wide) for s in state]
            done = [one_way(weights, shape, layer, direction, row, None if start is None else [s[b] for s in start])
                    for b, row in enumerate(rows)]
            finals.append([np.stack([d[1] for d in done]), np.stack([d[2] for d in done])])
            sides.append([d[0] for d in done])
        rows = [np.concatenate(parts, 1) for parts in zip(*sides)]
    output = np.zeros((steps, batch, rows[0].shape[1]), wide)
    for b, row in enumerate(rows):
        output[:len(row), b] = row
    found = {"output": output, "hidden": np.stack([f[0] for f in finals]), "cell": np.stack([f[1] for f in finals])}
    if shape["outputs"]:
        found["logits"] = output @ weights[f"{shape['names'][1]}.weight"].T \
            + weights.get(f"{shape['names'][1]}.bias", np.zeros(shape["outputs"], wide))
    return found


def one_way(weights, shape, layer, direction, x, start):
    suffix = f"_l{layer}" + ("_reverse" if direction else "")
    part = lambda name: weights.get(f"lstm.{name}{suffix}")
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    hidden = shape["hidden"]
    h, c = start or [np.zeros(shape["projection"] or hidden, x.dtype), np.zeros(hidden, x.dtype)]
    outputs = [None] * len(x)
    for t in (reversed(range(len(x))) if direction else range(len(x))):
        z = part("weight_ih") @ x[t] + part("weight_hh") @ h
        if shape["bias"]:
            z = z + part("bias_ih") + part("bias_hh")
        i, f, g, o = z.reshape(4, hidden)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        if shape["projection"]:
            h = part("weight_hr") @ h
        outputs[t] = h
    return np.stack(outputs), h, c
