"""Why float64 models differ: one of differential.py's PyTorch models, computed in float64 with its sums in many orders.

    python Scripts/checks/order_of_sums.py --lstm .build/release/lstm --seed 1 --case 143

Needs numpy and torch. Every line of an LSTM step is computed in float64 by Python as lstm does it, and only the sums
differ: in the order of the columns (which has to give lstm's own numbers, bit for bit, to show that nothing else is at
work), each rounded once from its exact value (math.fsum), and in shuffled orders. Errors are in ulp of the largest
magnitude, from numpy's 80 bits, as differential.py measures them. Only models without lengths and projections, that read
numbers, in one direction. Exit status 1 where the first order does not give lstm's numbers.
"""

import argparse
import math
import pathlib
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import differential  # noqa: E402
import drawn_pytorch  # noqa: E402


def in_order(terms):
    total = 0.0
    for term in terms:
        total += term
    return total


def sigmoid(x):
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    power = math.exp(x)
    return power / (1 + power)


def computed(state, shape, x, product, exact=False):
    """Every output and state, each product of a row with a vector by `product`."""
    width, finals, rows = shape["hidden"], [], x
    for layer in range(shape["layers"]):
        w, u = state[f"lstm.weight_ih_l{layer}"], state[f"lstm.weight_hh_l{layer}"]
        zeros = np.zeros(4 * width)
        b, c2 = (state.get(f"lstm.bias_{k}_l{layer}", zeros) for k in ("ih", "hh"))
        out = np.zeros((len(rows), rows.shape[1], width))
        last = [np.zeros((rows.shape[1], width)), np.zeros((rows.shape[1], width))]
        for row in range(rows.shape[1]):
            h, c = [0.0] * width, [0.0] * width
            for t in range(len(rows)):
                if exact:
                    z = [math.fsum([*(a * v for a, v in zip(w[k], rows[t, row])), *(a * v for a, v in zip(u[k], h)),
                                    b[k], c2[k]]) for k in range(4 * width)]
                else:
                    z = [product(w[k], rows[t, row]) + product(u[k], h) + b[k] + c2[k] for k in range(4 * width)]
                i, f, g, o = (z[k * width:(k + 1) * width] for k in range(4))
                c = [sigmoid(f[k]) * c[k] + sigmoid(i[k]) * math.tanh(g[k]) for k in range(width)]
                h = [sigmoid(o[k]) * math.tanh(c[k]) for k in range(width)]
                out[t, row] = h
            last[0][row], last[1][row] = h, c
        finals.append(last)
        rows = out
    return {"output": rows, "hidden": np.stack([f[0] for f in finals]), "cell": np.stack([f[1] for f in finals])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lstm", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, default=143)
    parser.add_argument("--orders", type=int, default=200)
    options = parser.parse_args()
    kept = {}
    save = drawn_pytorch.save

    def keep(model, shape, form, folder):
        kept.update(state={k: v.numpy().copy() for k, v in model.state_dict().items()}, shape=shape)
        return save(model, shape, form, folder)

    drawn_pytorch.save = keep
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rng = np.random.default_rng([options.seed, *b"pytorch", options.case])
        drawn = drawn_pytorch.draw(rng, options.case, folder)
        ours = dict(differential.run(options.lstm, drawn, folder))
    state, shape = kept["state"], kept["shape"]
    if drawn.dtype != np.float64 or any(shape[k] for k in ("ragged", "projection", "vocabulary", "states", "batch_first")) \
            or shape["directions"] != 1:
        sys.exit("choose a float64 model of one direction that reads numbers, without lengths, states and projections")
    x = drawn.arrays["input"]
    names = ("output", "hidden", "cell")
    error = lambda found: {n: differential.error(found[n], drawn.reference[n], drawn.dtype, None) for n in names}
    show = lambda label, errors: print(f"{label:34}" + "".join(f"{n} {errors[n]:6.2f}  " for n in names))
    print(drawn.description)
    show("lstm", error(ours))
    show("PyTorch", error(drawn.theirs))
    straight = computed(state, shape, x, lambda row, v: in_order(a * b for a, b in zip(row, v)))
    show("in the order of the columns", error(straight))
    same = all(np.array_equal(straight[n], ours[n]) for n in names)
    print(f"  the same bits as lstm: {'yes' if same else 'no'}")
    show("each sum rounded once", error(computed(state, shape, x, None, exact=True)))
    shuffler, found = np.random.default_rng(7), []
    for _ in range(options.orders):
        orders = {}

        def shuffled(row, v):
            order = orders.setdefault(len(row), shuffler.permutation(len(row)))
            return in_order(row[k] * v[k] for k in order)

        found.append(error(computed(state, shape, x, shuffled)))
    for label, choose in (("least", min), ("median", lambda v: sorted(v)[len(v) // 2]), ("most", max)):
        show(f"{options.orders} shuffled orders, {label}", {n: choose([e[n] for e in found]) for n in names})
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
