"""Goldens of the mistakes people make in one LSTM step: what comes out of a step in which one of them, two,
or three were made. Each is written here from its formula alone, in numpy, as a person's wrong program would
go on with its own wrong numbers; nothing is shared with the Swift code that is checked against the file.

`ids` names the mistakes, `which` (as long as `ids`) the form where a mistake has several, and `only` the one
gate in which it was made, where that was not all of them."""

import itertools
import json
import math
import pathlib
import sys

import numpy as np

import golden

FILE = pathlib.Path(golden.FOLDER).parent / "goldens-mistakes" / "mistakes.json"
SEED = 600000
LIMIT = 250_000
LETTERS = {"i": "input", "f": "forget", "g": "candidate", "o": "output"}
RESULTS = ("forget", "input", "candidate", "output", "newCell", "newHidden")

# name, sizes and options, numbers of pairs: across (a gate and a line after it) and within (the gates)
PLAN = [
    ("two-biases", dict(inputs=4, hidden=4, biases=2), 5, 3),
    ("one-bias", dict(inputs=4, hidden=4, biases=1), 5, 3),
    ("peephole", dict(inputs=4, hidden=4, biases=1, peepholes=True), 5, 3),
    ("projection", dict(inputs=3, hidden=4, projection=2, biases=1), 4, 3),
    ("rectangular", dict(inputs=3, hidden=4, biases=2), 4, 3),
]

TRIPLES = {
    "two-biases": [[("no-bias", None), ("cell-sum", None), ("hidden-sigmoid", None)],
                   [("gate-order:ifog", None), ("cell-without-input", None), ("hidden-without-tanh", None)]],
    "one-bias": [[("transposed-recurrent-weights", None), ("cell-swapped-gates", None), ("hidden-old-cell", None)]],
    "peephole": [[("bias-outside", None), ("cell-forgets-candidate", None), ("hidden-is-cell", None)]],
    "projection": [[("forget-bias-added", None), ("cell-factored", None), ("hidden-sigmoid", None)]],
    "rectangular": [[("single-bias", "second"), ("cell-dot-product", None), ("hidden-is-output-gate", None)]],
}

LOCAL = {
    "two-biases": [("no-bias", None, "forget"), ("transposed-input-weights", None, "output")],
    "one-bias": [("transposed-recurrent-weights", None, "candidate")],
    "peephole": [("bias-outside", None, "input")],
    "projection": [("bias-twice", None, "output")],
    "rectangular": [("single-bias", "first", "forget")],
}


# -------------------------------------------------------------------- the cells

def drawn(seed, inputs, hidden, biases, projection=None, peepholes=False):
    random = np.random.default_rng(seed)

    def numbers(scale, *shape):
        return np.round(random.uniform(-scale, scale, shape), 5)

    fed = projection or hidden
    weights = {}
    for gate in golden.GATES:
        part = {"inputWeights": numbers(1, hidden, inputs), "hiddenWeights": numbers(1, hidden, fed),
                "bias": numbers(1, hidden)}
        if biases == 2:
            part["recurrentBias"] = numbers(1, hidden)
        if peepholes and gate != "candidate":
            part["peephole"] = numbers(1, hidden)
        weights[gate] = part
    if projection:
        weights["projection"] = numbers(1, projection, hidden)
    return {"weights": weights, "input": numbers(1.5, inputs), "hidden": numbers(1.5, fed),
            "cell": numbers(1.5, hidden)}


# ----------------------------------------------------------------- the mistakes

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def step(cell, mistakes, only=None):
    """The six results of a step with `mistakes`, (id, which) each, in gate `only` or wherever they belong."""
    made = dict(mistakes)
    order = {gate: gate for gate in golden.GATES}
    for name in made:
        if name.startswith("gate-order:"):
            order = {LETTERS[true]: LETTERS[used] for true, used in zip("ifgo", name.split(":")[1])}
    weights = {gate: {key: np.array(value) for key, value in cell["weights"][gate].items()}
               for gate in golden.GATES}
    x, h, c = (np.array(cell[key], dtype=np.float64) for key in ("input", "hidden", "cell"))
    if "zero-hidden" in made:
        h = 0 * h
    if "zero-cell" in made:
        c = 0 * c
    if "swapped-states" in made:
        h, c = c, h

    def biases(part):
        first = part["bias"]
        second = part.get("recurrentBias")
        return [first] if second is None else [first, second]

    def gate(name, peeped):
        def has(mistake):
            return mistake in made and only in (None, name)

        own = weights[name]
        taken = weights[order[name]]
        W, U, b = taken["inputWeights"], taken["hiddenWeights"], biases(taken)
        if has("shared-weights"):
            shared = weights[made["shared-weights"]]
            W, U = shared["inputWeights"], shared["hiddenWeights"]
        if has("shared-bias"):
            b = biases(weights[made["shared-bias"]])

        # the two products
        if has("swapped-inputs"):
            z = W @ h + U @ x
        elif has("no-weights"):
            z = x + h
        else:
            elementwise = made["elementwise-weights"] if has("elementwise-weights") else None
            if elementwise in ("both", "input"):
                from_input = np.diag(W) * x
            else:
                from_input = (W.T if has("transposed-input-weights") else W) @ x
            if elementwise in ("both", "hidden"):
                from_hidden = np.diag(U) * h
            else:
                from_hidden = (U.T if has("transposed-recurrent-weights") else U) @ h
            z = from_input + from_hidden

        # the bias
        if has("no-bias") or has("no-weights"):
            bias = 0 * z
        elif has("single-bias"):
            bias = b[("first", "second").index(made["single-bias"])]
        elif has("bias-twice"):
            bias = 2 * b[{None: 0, "first": 0, "second": 1}[made["bias-twice"]]]
        else:
            bias = sum(b)

        # the peephole
        peephole = 0 * z
        if "peephole" in own and not has("peephole-missing") and not has("no-weights"):
            peephole = own["peephole"] * (c if name == "output" and has("peephole-old-cell") else peeped)

        # added before the activation, or after it
        after = 0 * z
        if has("bias-outside"):
            if made["bias-outside"] == "peephole":
                z, after = z + bias, peephole
            else:
                z, after = z + peephole, bias
        else:
            z = z + bias + peephole

        if name == "forget":
            if has("forget-bias-added"):
                z = z + 1
            if has("forget-bias-missing"):
                z = z - 1

        if name == "candidate":
            value = sigmoid(z) if has("candidate-sigmoid") else np.tanh(z)
        elif has("gate-tanh:" + name) or has("gate-tanh:all"):
            value = np.tanh(z)
        elif has("hard-sigmoid-keras1"):
            value = np.clip(0.2 * z + 0.5, 0, 1)
        elif has("hard-sigmoid-keras3"):
            value = np.clip(z / 6 + 0.5, 0, 1)
        else:
            value = sigmoid(z)
        value = value + after
        if has("hard-threshold") and name != "candidate":
            value = np.where(value >= 0.5, 1.0, 0.0)
        if has("forget-inverted") and name == "forget":
            value = 1 - value
        return value

    f, i, g = gate("forget", c), gate("input", c), gate("candidate", None)
    if "coupled-input" in made:
        i = 1 - f
    if "coupled-forget" in made:
        f = 1 - i

    line = [f * c + i * g]
    line += [value() for name, value in {
        "cell-without-forget": lambda: c + i * g,
        "cell-without-input": lambda: f * c + g,
        "cell-sum": lambda: f * c + (i + g),
        "cell-forgets-candidate": lambda: f * c + f * g,
        "cell-swapped-gates": lambda: i * c + f * g,
        "cell-factored": lambda: (f * c + i) * g,
        "cell-dot-product": lambda: np.full(len(c), np.dot(f, c) + np.dot(i, g)),
    }.items() if name in made]
    new = line[-1]

    o = gate("output", new)
    line = [o * np.tanh(new)]
    line += [value() for name, value in {
        "hidden-without-tanh": lambda: o * new,
        "hidden-sigmoid": lambda: o * sigmoid(new),
        "hidden-old-cell": lambda: o * np.tanh(c),
        "hidden-is-cell": lambda: new,
        "hidden-is-output-gate": lambda: o,
    }.items() if name in made]
    out = line[-1]
    if "projection" in cell["weights"] and "projection-missing" not in made:
        out = np.array(cell["weights"]["projection"]) @ out

    results = dict(zip(RESULTS, (f, i, g, o, new, out)))
    for name in made:
        if name.startswith("rounding:"):
            results = {key: np.array([rounded(v, name.split(":")[1]) for v in value.tolist()])
                       for key, value in results.items()}
    return results


def rounded(value, to):
    if to == "float16":
        return float(np.float16(value))
    if to == "bfloat16":        # 8 significant bits, half to even
        fraction, exponent = math.frexp(value)
        return math.ldexp(round(fraction * 256), exponent - 8)
    return round(value, int(to))


# --------------------------------------------------- which are possible for a cell

def shape(cell):
    """I, H and P, the numbers in x, in c and in h."""
    return len(cell["input"]), len(cell["cell"]), len(cell["hidden"])


def products(cell):
    inputs, hidden, fed = shape(cell)
    square, recurrent = inputs == hidden, fed == hidden
    found = []
    if square and recurrent:
        found += [("no-weights", None), ("elementwise-weights", "both")]
    if square:
        found += [("elementwise-weights", "input")]
    if recurrent:
        found += [("elementwise-weights", "hidden")]
    if inputs == fed:
        found += [("swapped-inputs", None)]
    if square:
        found += [("transposed-input-weights", None)]
    if recurrent:
        found += [("transposed-recurrent-weights", None)]
    return found + [("shared-weights", gate) for gate in golden.GATES]


def bias_mistakes(cell):
    found = [("no-bias", None), ("bias-outside", None)]
    if "peephole" in cell["weights"]["forget"]:
        found += [("bias-outside", "peephole")]
    if "recurrentBias" in cell["weights"]["forget"]:
        found += [(name, which) for name in ("single-bias", "bias-twice") for which in ("first", "second")]
    else:
        found += [("bias-twice", None)]
    return found + [("shared-bias", gate) for gate in golden.GATES]


ORDERS = [("gate-order:" + "".join(order), None) for order in itertools.permutations("ifgo")][1:]
ACTIVATIONS = [("candidate-sigmoid", None)] \
    + [("gate-tanh:" + gate, None) for gate in ("forget", "input", "output", "all")] \
    + [("hard-sigmoid-keras1", None), ("hard-sigmoid-keras3", None), ("hard-threshold", None)]
FORGET = [("forget-bias-added", None), ("forget-bias-missing", None), ("forget-inverted", None),
          ("coupled-input", None), ("coupled-forget", None)]
CELL = [("cell-" + name, None) for name in ("without-forget", "without-input", "sum", "forgets-candidate",
                                            "swapped-gates", "factored", "dot-product")]
HIDDEN = [("hidden-" + name, None) for name in ("without-tanh", "sigmoid", "old-cell", "is-cell",
                                                "is-output-gate")]
ROUNDING = [("rounding:" + to, None) for to in ("4", "3", "float16", "bfloat16")]


def peepholes(cell):
    given = "peephole" in cell["weights"]["forget"]
    return [("peephole-missing", None), ("peephole-old-cell", None)] if given else []


def singles(cell):
    """Every mistake that can be made with a cell of this shape."""
    _, hidden, fed = shape(cell)
    states = [("zero-hidden", None), ("zero-cell", None)]
    states += [("swapped-states", None)] if fed == hidden else []
    missing = [("projection-missing", None)] if "projection" in cell["weights"] else []
    return products(cell) + bias_mistakes(cell) + ORDERS + ACTIVATIONS + FORGET + states + CELL + HIDDEN \
        + peepholes(cell) + missing + ROUNDING


def across(cell):
    """One mistake on the way to the gates and one after them. An old cell of 0 is one after them, unless
    peepholes read it too."""
    way = products(cell) + bias_mistakes(cell) + ORDERS + ACTIVATIONS + FORGET + peepholes(cell) \
        + [("zero-hidden", None)]
    lines = CELL + HIDDEN
    if "projection" in cell["weights"]:
        lines = lines + [("projection-missing", None)]
    if not peepholes(cell):
        lines = lines + [("zero-cell", None)]
    return [[a, b] for a in way for b in lines]


def within(cell):
    """Two mistakes on the way to the gates that commute: each changes another part of the formula. The
    gates' order carries W, U and the biases along, so it goes with whatever is done to all gates alike."""
    products_alike = [m for m in products(cell) if m[0] not in ("no-weights", "shared-weights")]
    bias_alike = [m for m in bias_mistakes(cell) if m[0] != "shared-bias"]
    activations = [m for m in ACTIVATIONS if m[0] != "hard-threshold"]
    alike = products_alike + bias_alike
    pairs = [[a, b] for a in ORDERS for b in alike + activations]
    pairs += [[a, b] for a in products_alike for b in bias_alike + activations]
    pairs += [[a, b] for a in bias_alike if a[0] != "bias-outside" for b in activations + peepholes(cell)]
    pairs += [[a, b] for a in products(cell) if a[0] == "shared-weights" for b in bias_alike]
    return pairs


# ----------------------------------------------------------------------- the file

def distance(a, b):
    """The largest difference of two cases' results; results of different lengths are infinitely far apart."""
    return max(np.abs(a[key] - b[key]).max() if len(a[key]) == len(b[key]) else math.inf for key in RESULTS)


def chosen(seed, cell, known, kinds):
    """Pairs at random, each with results that no other case has and that both its mistakes have a part in."""
    random = np.random.default_rng(seed)
    found, used = [], set()
    for pairs, wanted in kinds:
        group = []
        for k in random.permutation(len(pairs)):
            pair = pairs[k]
            families = [name.split(":")[0] for name, _ in pair]
            if used.intersection(families):
                continue            # once each, as far as that goes
            results = step(cell, pair)
            if min(distance(results, other) for other in known) < 1e-3:
                continue
            known.append(results)
            group.append(pair)
            used.update(families)
            if len(group) == wanted:
                break
        else:
            raise SystemExit(f"seed {seed}: only {len(group)} pairs of {wanted}")
        used.clear()
        found += group
    return found


def case(cell, mistakes, only=None):
    found = {"ids": [name for name, _ in mistakes], "which": [which for _, which in mistakes]}
    if only is not None:
        found["only"] = only
    found["results"] = {key: value + 0.0 for key, value in step(cell, mistakes, only).items()}
    return found


def cells():
    for k, (name, options, *pairs) in enumerate(PLAN):
        cell = drawn(SEED + k, **options)
        alone = [[]] + [[mistake] for mistake in singles(cell)]
        known = [step(cell, mistakes) for mistakes in alone]
        paired = chosen(SEED + 100 + k, cell, known, list(zip((across(cell), within(cell)), pairs)))
        cases = [case(cell, mistakes) for mistakes in alone + paired + TRIPLES[name]]
        cases += [case(cell, [(mistake, which)], only) for mistake, which, only in LOCAL[name]]
        yield golden.plain({"name": name, **cell, "cases": cases})


def right(cell):
    """The right step by the cell in golden.py."""
    _, h, c, _ = golden.run({"weights": cell["weights"], "inputs": [cell["input"]],
                             "hidden": cell["hidden"], "cell": cell["cell"]})
    return {"newCell": c, "newHidden": h}


def check(data):
    """Whether the stored cases are those made now, and the right step is that of golden.py."""
    worst = 0.0
    for cell in data["cells"]:
        first = cell["cases"][0]
        for key, value in right(cell).items():
            worst = max(worst, float(np.abs(value - first["results"][key]).max()))
        for stored in cell["cases"]:
            now = step(cell, list(zip(stored["ids"], stored["which"])), stored.get("only"))
            worst = max(worst, distance(now, {k: np.array(v) for k, v in stored["results"].items()}))
        print(f"{cell['name']}: {len(cell['cases'])} cases")
    print(f"{FILE.name}: worst difference {worst:.2g}")
    return worst < 1e-12


def text(data):
    """A line for each gate and for each case, and no spaces: there are many."""
    def tight(value):
        if isinstance(value, dict):
            return "{" + ",".join(json.dumps(k) + ":" + tight(v) for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ",".join(tight(v) for v in value) + "]"
        return golden.text(value)

    def line(item):
        return json.dumps(item[0]) + ":" + tight(item[1])

    parts = []
    for cell in data["cells"]:
        lines = {"weights": "{\n" + ",\n".join(line(item) for item in cell["weights"].items()) + "\n}",
                 "cases": "[\n" + ",\n".join(tight(c) for c in cell["cases"]) + "\n]"}
        parts.append("{" + ",\n".join(json.dumps(k) + ":" + lines[k] if k in lines else line((k, v))
                                      for k, v in cell.items()) + "}")
    return '{"made": ' + golden.text(data["made"]) + ',\n"cells": [\n' + ",\n".join(parts) + "\n]}\n"


def make():
    data = {"made": {"script": "Scripts/goldens/make_mistakes.py", "date": golden.DATE,
                     "versions": {"numpy": np.__version__}, "seed": SEED}, "cells": list(cells())}
    if not check(data):
        raise SystemExit("not written")
    written = text(data)
    if len(written) >= LIMIT:
        raise SystemExit(f"not written, {len(written)} bytes")
    if json.loads(written) != data:
        raise SystemExit("not written, the text does not read back as the data")
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(written)


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(0 if check(json.loads(FILE.read_text())) else 1)
    make()
