"""Random Keras 3 models for differential.py: stacks of LSTM and Bidirectional, embedding, mask, go_backwards, Dense.

Keras runs in float32 over TensorFlow, or over PyTorch where that is not installed. The reference is a numpy cell in
float64, below.
"""

import importlib.util
import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow" if importlib.util.find_spec("tensorflow") else "torch")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras  # noqa: E402
import numpy as np  # noqa: E402

from differential import Drawn  # noqa: E402

L = keras.layers
FORMS = (".keras", ".h5")
FUNCTIONS = {
    "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "softsign": lambda x: x / (1 + np.abs(x)),
    "relu": lambda x: np.maximum(x, 0), "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6, "linear": lambda x: x}


def versions():
    backend = keras.backend.backend()
    return {"keras": keras.__version__, backend: __import__(backend).__version__}


def drawn_shape(rng):
    def chance(p):
        return rng.random() < p

    def layer():
        return {"units": int(rng.integers(1, 25)), "both": chance(0.4), "bias": chance(0.8),
                "activation": str(rng.choice(["tanh", "tanh", "tanh", "softsign", "relu", "sigmoid"])),
                "gate": str(rng.choice(["sigmoid", "sigmoid", "hard_sigmoid"])), "backwards": False}

    shape = {"inputs": int(rng.integers(1, 25)), "steps": int(rng.integers(1, 16)), "batch": int(rng.integers(1, 6)),
             "layers": [layer() for _ in range(int(rng.integers(1, 4)))], "sequences": chance(0.6),
             "vocabulary": int(rng.integers(2, 30)) if chance(0.4) else 0, "mask": chance(0.5),
             "outputs": int(rng.integers(1, 12)) if chance(0.5) else 0, "head_bias": chance(0.8), "softmax": chance(0.4)}
    shape["mask"] = shape["mask"] and shape["vocabulary"] > 1
    last = shape["layers"][-1]
    last["backwards"] = not last["both"] and chance(0.3)
    if last["backwards"] and shape["mask"]:
        shape["sequences"] = False  # Keras' outputs would stand against their mask
    if not shape["outputs"] and not shape["sequences"]:
        for one in shape["layers"]:
            one["units"] = last["units"]  # else lstm has no one array for the final states
    return shape


def built(shape, rng):
    inputs = keras.Input((None,), dtype="int32") if shape["vocabulary"] else keras.Input((None, shape["inputs"]))
    x = inputs
    if shape["vocabulary"]:
        x = L.Embedding(shape["vocabulary"], shape["inputs"], mask_zero=shape["mask"])(x)
    for place, one in enumerate(shape["layers"]):
        is_last = place == len(shape["layers"]) - 1
        layer = L.LSTM(one["units"], activation=one["activation"], recurrent_activation=one["gate"], use_bias=one["bias"],
                       return_sequences=not is_last or shape["sequences"], go_backwards=one["backwards"])
        x = (L.Bidirectional(layer) if one["both"] else layer)(x)
    if shape["outputs"]:
        x = L.Dense(shape["outputs"], use_bias=shape["head_bias"], activation="softmax" if shape["softmax"] else None)(x)
    model = keras.Model(inputs, x)
    scale = 1.5 / np.sqrt(max(one["units"] for one in shape["layers"]))
    model.set_weights([rng.uniform(-scale, scale, w.shape).astype(np.float32) for w in model.get_weights()])
    return model


def draw(rng, number, folder):
    while True:
        shape = drawn_shape(rng)
        model = built(shape, rng)
        steps, batch = shape["steps"], shape["batch"]
        if shape["vocabulary"]:
            x = rng.integers(shape["vocabulary"], size=(batch, steps)).astype(np.int32)
            x[rng.random(x.shape) < 0.2] = 0
            x[x.sum(1) == 0, 0] = 1
        else:
            x = rng.uniform(-1.5, 1.5, (batch, steps, shape["inputs"])).astype(np.float32)
        with np.errstate(all="ignore"):
            reference = expected(model, shape, x)
        if np.isfinite(reference).all() and 1e-3 < np.abs(reference).max() < 1000:
            break
    path = folder / f"model{FORMS[number % 2]}"
    if path.suffix == ".h5":
        keras.src.legacy.saving.legacy_h5_format.save_model_to_hdf5(model, str(path))
    else:
        model.save(path)
    theirs = keras.ops.convert_to_numpy(model(x, training=False))
    return Drawn(kinds(shape, path), str(shape), path, {"input": x}, {"result": reference}, {"result": theirs}, np.float32,
                 None, ["--batch-first"], lambda found: view(shape, found))


def view(shape, found):
    """What Keras returns, of what lstm writes."""
    if shape["outputs"]:
        result = found["probabilities" if shape["softmax"] else "logits"]
        return {"result": result if shape["sequences"] else result.reshape(result.shape[-3] * result.shape[-2], -1)}
    if shape["sequences"]:
        return {"result": found["output"]}
    last = found["hidden"][-2:] if shape["layers"][-1]["both"] else found["hidden"][-1:]
    return {"result": np.concatenate(list(last), -1)}


def kinds(shape, path):
    layers = shape["layers"]
    has = {"several layers": len(layers) > 1, "Bidirectional": any(one["both"] for one in layers),
           "go_backwards": layers[-1]["backwards"], "no bias": any(not one["bias"] for one in layers),
           "hard_sigmoid": any(one["gate"] == "hard_sigmoid" for one in layers),
           "other activations": any(one["activation"] != "tanh" for one in layers), "Embedding": shape["vocabulary"],
           "mask_zero": shape["mask"], "Dense": shape["outputs"], "last step only": not shape["sequences"]}
    return [name for name, value in has.items() if value] + [f"saved as {path.suffix}"]


# ------------------------------------------------------------------ numpy, float64

def expected(model, shape, x):
    weights = [w.astype(np.float64) for w in model.get_weights()]
    kept = x != 0 if shape["mask"] else np.ones(x.shape[:2], bool)
    rows = weights.pop(0)[x] if shape["vocabulary"] else x.astype(np.float64)
    finals = None
    for one in shape["layers"]:
        parts, finals = [], []
        for backward in ([False, True] if one["both"] else [one["backwards"]]):
            kernel, recurrent = weights.pop(0), weights.pop(0)
            bias = weights.pop(0) if one["bias"] else 0
            order = slice(None, None, -1 if backward else 1)
            done = [one_way(one, kernel, recurrent, bias, row[order], keeps[order]) for row, keeps in zip(rows, kept)]
            finals.append(np.stack([final for _, final in done]))
            parts.append(np.stack([outputs[order] if one["both"] else outputs for outputs, _ in done]))
        rows, finals = np.concatenate(parts, -1), np.concatenate(finals, -1)
    result = rows if shape["sequences"] else finals
    if shape["outputs"]:
        result = result @ weights.pop(0) + (weights.pop(0) if shape["head_bias"] else 0)
        if shape["softmax"]:
            powers = np.exp(result - result.max(-1, keepdims=True))
            result = powers / powers.sum(-1, keepdims=True)
    assert not weights
    return result


def one_way(one, kernel, recurrent, bias, x, kept):
    """Output of every step and the final hidden state; a masked step keeps both states and puts out the hidden state,
    or zeros in a Bidirectional."""
    function, gate = FUNCTIONS[one["activation"]], FUNCTIONS[one["gate"]]
    h = c = np.zeros(one["units"])
    outputs = []
    for row, is_kept in zip(x, kept):
        if is_kept:
            i, f, g, o = np.split(row @ kernel + h @ recurrent + bias, 4)
            c = gate(f) * c + gate(i) * function(g)
            h = gate(o) * function(c)
        outputs.append(h if is_kept or not one["both"] else 0 * h)
    return np.stack(outputs), h
