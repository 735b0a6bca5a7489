"""Shared parts of the golden scripts: the fixture writer, a plain numpy float64
LSTM cell that is independent of every framework, and the check against it."""

import json
import math
import pathlib
import re
import sys

import numpy as np

DATE = "2026-11-22"
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Fixtures" / "goldens"
GATES = ("input", "forget", "candidate", "output")


# ---------------------------------------------------------------- activations

def activation(name):
    """The function for a name such as `hard-sigmoid:0.2:0.5`."""
    kind, *rest = name.split(":")
    values = [float(v) for v in rest]
    needed = {"affine": 2, "scaled-tanh": 2, "hard-sigmoid": 2,
              "leaky-relu": 1, "thresholded-relu": 1, "elu": 1}.get(kind, 0)
    if len(values) != needed:
        raise ValueError(f"{name}: needs {needed} numbers")
    a = values[0] if values else None
    b = values[1] if len(values) > 1 else None

    def sigmoid(x):
        e = np.exp(-np.abs(x))
        return np.where(x >= 0, 1 / (1 + e), e / (1 + e))

    return {
        "identity": lambda x: x,
        "sigmoid": sigmoid,
        "tanh": np.tanh,
        "relu": lambda x: np.maximum(x, 0.0),
        "affine": lambda x: a * x + b,
        "leaky-relu": lambda x: np.where(x < 0, a * x, x),
        "thresholded-relu": lambda x: np.where(x > a, x, 0.0),
        "scaled-tanh": lambda x: a * np.tanh(b * x),
        "hard-sigmoid": lambda x: np.minimum(1.0, np.maximum(0.0, a * x + b)),
        "elu": lambda x: np.where(x < 0, a * np.expm1(np.minimum(x, 0.0)), x),
        "softsign": lambda x: x / (1 + np.abs(x)),
        "softplus": lambda x: np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))),
    }[kind]


def kinks(name):
    """Points where the activation has a corner or a jump."""
    kind, *rest = name.split(":")
    values = [float(v) for v in rest]
    if kind in ("relu", "leaky-relu", "elu"):
        return [0.0]
    if kind == "thresholded-relu":
        return [values[0]]
    if kind == "hard-sigmoid":
        return [-values[1] / values[0], (1 - values[1]) / values[0]]
    return []


DEFAULT_ACTIVATIONS = {"input": "sigmoid", "forget": "sigmoid", "output": "sigmoid",
                       "candidate": "tanh", "cell": "tanh"}


# ------------------------------------------------------- the reference in numpy

def run(case):
    """All steps of a case in float64. Returns (outputs, h, c, trace); the trace holds, per place
    (a gate, "cell", "projection"), the values before clip and activation of every step."""
    weights = case["weights"]
    variant = case.get("variant") or {}
    names = {**DEFAULT_ACTIVATIONS, **variant.get("activations", {})}
    functions = {k: activation(v) for k, v in names.items()}
    coupled = variant.get("coupled")
    clip = variant.get("clip")
    cell_clip = variant.get("cellClip")
    projection_clip = variant.get("projectionClip")
    h = np.array(case["hidden"], dtype=np.float64)
    c = np.array(case["cell"], dtype=np.float64)
    trace = {}

    def bounded(x, limit):
        return x if limit is None else np.clip(x, -limit, limit)

    def note(place, value):
        trace.setdefault(place, []).append(value.copy())

    def gate(name, x, h, peeped):
        part = weights[name]
        z = np.array(part["inputWeights"]) @ x + np.array(part["hiddenWeights"]) @ h
        for key in ("bias", "recurrentBias"):
            if key in part:
                z = z + np.array(part[key])
        if "peephole" in part:
            z = z + np.array(part["peephole"]) * peeped
        note(name, z)
        return functions[name](bounded(z, clip))

    outputs = []
    for x in case["inputs"]:
        x = np.array(x, dtype=np.float64)
        if coupled == "input-from-forget":
            f = gate("forget", x, h, c)
            i = 1 - f
        else:
            i = gate("input", x, h, c)
            f = 1 - i if coupled == "forget-from-input" else gate("forget", x, h, c)
        g = gate("candidate", x, h, None)
        c = f * c + i * g
        note("cell", c)
        c = bounded(c, cell_clip)
        o = gate("output", x, h, c)
        h = o * functions["cell"](c)
        if "projection" in weights:
            h = np.array(weights["projection"]) @ h
            note("projection", h)
            h = bounded(h, projection_clip)
        outputs.append(h)
    return outputs, h, c, trace


def margins(case, least=5e-3):
    """True when every clip and every corner of an activation in use has values on both sides, none
    nearer than `least`, no smooth activation is saturated, and every step lets something through."""
    outputs, _, _, trace = run(case)
    if any(2 * np.count_nonzero(h) < len(h) for h in outputs):
        return False
    variant = case.get("variant") or {}
    names = {**DEFAULT_ACTIVATIONS, **variant.get("activations", {})}
    clip = variant.get("clip")

    def split(values, point):
        return (values < point - least).any() and (values > point + least).any() \
            and (np.abs(values - point) > least).all()

    total_high = total_low = total_in = 0
    for place, steps in trace.items():
        values = np.concatenate(steps)
        if place in GATES:
            if clip is not None:
                if (np.abs(np.abs(values) - clip) < least).any():
                    return False
                total_high += (values > clip).sum()
                total_low += (values < -clip).sum()
                total_in += (np.abs(values) < clip).sum()
                if not ((np.abs(values) > clip).any() and (np.abs(values) < clip).any()):
                    return False
                values = np.clip(values, -clip, clip)
            elif np.abs(values).max() > 4:
                return False
        if place in names:
            for point in kinks(names[place]):
                if clip is not None and abs(point) >= clip:
                    continue
                if not split(values, point):
                    return False
        limit = {"cell": variant.get("cellClip"), "projection": variant.get("projectionClip")}.get(place)
        if limit is not None:
            if not (split(values, limit) and split(values, -limit)):
                return False
        if place == "cell" and np.abs(values).max() > 6:
            return False
    if clip is not None and not (total_high and total_low and total_in):
        return False
    return True


# ---------------------------------------------------------------- random cases

class Numbers:
    """Random numbers on a grid: 1/128 for float cases, so that each is exact in Float and in Double
    alike, and five decimals for double cases."""

    def __init__(self, seed, precision):
        self.random = np.random.default_rng(seed)
        self.precision = precision

    def __call__(self, scale, *shape):
        values = self.random.uniform(-scale, scale, shape)
        if self.precision == "float":
            return np.round(values * 128) / 128
        return np.round(values, 5)


def random_case(seed, precision, inputs, hidden, steps=1, projection=None, biases=2, peepholes=False,
                variant=None, scale=1.0, states=True):
    numbers = Numbers(seed, precision)
    fed = projection or hidden
    variant = variant or {}
    weights = {}
    for name in GATES:
        part = {"inputWeights": numbers(scale, hidden, inputs),
                "hiddenWeights": numbers(scale, hidden, fed)}
        bias, other = numbers(0.6, hidden), numbers(0.6, hidden)
        peephole = numbers(0.9, hidden)
        if biases >= 1:
            part["bias"] = bias
        if biases >= 2:
            part["recurrentBias"] = other
        if peepholes and name != "candidate":
            part["peephole"] = peephole
        weights[name] = part
    if projection:
        weights["projection"] = numbers(1.0, projection, hidden)
    case = {"weights": weights}
    if variant:
        case["variant"] = variant
    case["inputs"] = numbers(1.5, steps, inputs)
    h, c = numbers(0.9, fed), numbers(1.4, hidden)
    case["hidden"] = h if states else np.zeros(fed)
    case["cell"] = c if states else np.zeros(hidden)
    return case


def without_unused(case):
    """The case without the gate that the coupling replaces."""
    gone = {"forget-from-input": "forget", "input-from-forget": "input"}.get(
        (case.get("variant") or {}).get("coupled"))
    if gone is None:
        return case
    return {**case, "weights": {k: v for k, v in case["weights"].items() if k != gone}}


def search(seed, make, wanted=margins, tries=20000):
    """The first case from `seed` on that has what is wanted."""
    for k in range(tries):
        case = make(seed + k)
        if wanted(without_unused(case)):
            return case
    raise SystemExit(f"no case found from seed {seed}")


def finished(name, source, precision, tolerance, case, outputs=None, h=None, c=None):
    """A case in the order in which it is written."""
    case = without_unused(case)
    result = {"name": name, "source": source, "precision": precision, "tolerance": tolerance,
              "weights": case["weights"]}
    if case.get("variant"):
        result["variant"] = case["variant"]
    for key in ("inputs", "hidden", "cell"):
        result[key] = case[key]
    if outputs is not None:
        result["outputs"] = outputs
    if h is not None:
        result["newHidden"] = h
    if c is not None:
        result["newCell"] = c
    return plain(result)


# ---------------------------------------------------------------------- writing

def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def number(value):
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise ValueError("not finite")
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def text(value, indent=0):
    pad, inner = "  " * indent, "  " * (indent + 1)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        if all(isinstance(v, (int, float)) for v in value):
            return "[" + ", ".join(number(v) for v in value) + "]"
        if all(isinstance(v, list) for v in value):
            flat = "[" + ", ".join(text(v) for v in value) + "]"
            if len(flat) + len(inner) < 100 and "\n" not in flat:
                return flat
        return "[\n" + ",\n".join(inner + text(v, indent + 1) for v in value) + "\n" + pad + "]"
    flat = "{" + ", ".join(f"{json.dumps(k)}: {text(v)}" for k, v in value.items()) + "}"
    if "\n" not in flat and len(flat) < 100:
        return flat
    return "{\n" + ",\n".join(f"{inner}{json.dumps(k)}: {text(v, indent + 1)}"
                              for k, v in value.items()) + "\n" + pad + "}"


def write(file, made, cases):
    names = [case["name"] for case in cases]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice or any(not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", n) for n in names):
        raise SystemExit(f"bad or repeated names: {twice}")
    worst = max(verify(cases))
    if worst > 1:
        raise SystemExit(f"{file}: not written, some case is beyond its tolerance")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / file).write_text(text({"made": made, "cases": cases}) + "\n")
    print(f"{file}: {len(cases)} cases, worst error/tolerance {worst:.3g}")


# --------------------------------------------------------------------- checking

def distinct(case):
    """True when no two gates share their weights."""
    seen = []
    for name in GATES:
        part = case["weights"].get(name)
        if part is not None:
            seen.append(json.dumps([part["inputWeights"], part["hiddenWeights"]]))
    return len(set(seen)) == len(seen)


def errors(case):
    outputs, h, c, _ = run(case)
    found = {}
    for key, value in (("outputs", outputs), ("newHidden", h), ("newCell", c)):
        if key in case:
            expected = np.array(case[key], dtype=np.float64)
            value = np.array(value)
            if value.shape != expected.shape:
                raise SystemExit(f"{case['name']}: {key} has shape {expected.shape}, not {value.shape}")
            found[key] = float(np.abs(value - expected).max())
    if not found:
        raise SystemExit(f"{case['name']}: nothing expected")
    return found


def verify(cases, report=False):
    ratios = []
    for case in cases:
        if not distinct(case):
            raise SystemExit(f"{case['name']}: two gates have equal weights")
        found = errors(case)
        worst = max(found.values())
        ratios.append(worst / case["tolerance"])
        bad = worst > case["tolerance"]
        if report or bad:
            print(f"{'BAD ' if bad else 'ok  '}{worst:.2e} of {case['tolerance']:.0e}  {case['name']}")
        if bad:
            print("    ", found)
    return ratios


def check(file):
    cases = json.loads((FOLDER / file).read_text())["cases"]
    ratios = verify(cases, report=True)
    print(f"{file}: {len(cases)} cases, worst error/tolerance {max(ratios):.3g}")
    return max(ratios) <= 1


def main(file, make):
    """`--check` compares the stored file with the numpy cell; without it the file is made anew."""
    if "--check" in sys.argv[1:]:
        sys.exit(0 if check(file) else 1)
    make()


if __name__ == "__main__":
    sys.exit(0 if all([check(path.name) for path in sorted(FOLDER.glob("*.json"))]) else 1)
