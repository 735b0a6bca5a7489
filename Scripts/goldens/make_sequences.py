"""Goldens of whole networks from numbers that other projects print in their own tests: sequences, both directions,
ragged batches, masks, embedding and head. Writes Tests/Fixtures/goldens-sequences/published.json; every case is checked
against the numpy cell of golden.py before that. `--check` checks the stored file. Needs numpy, and onnx 1.23.2 for
the node tests.

Cells have their weights gate by gate, so that no order of blocks is left to the reader. Masked steps are left out:
what Keras masks stands beyond a length here.
"""

import json
import pathlib
import re
import sys

import numpy as np

import golden
import published_onnxruntime as ort

TARGET = golden.FOLDER.parent / "goldens-sequences" / "published.json"
golden_main, golden.main = golden.main, lambda *ignored: None  # make_published.py writes when it is imported
import make_published as published  # noqa: E402

golden.main = golden_main
KERAS = ("keras-team/keras", "12ada9a35eedff1abd926690b58e1588ba1c4add", "keras/src/layers/rnn/lstm_test.py")
KERAS_BOTH = ("keras-team/keras", "17dff27bfe57117ab149702ca98292399d1fc761", "keras/src/layers/rnn/bidirectional_test.py")
KERAS_STACKED = ("keras-team/keras", "3422977a5e38fb2f7709aaa9a08e47f0c43d0f60", "keras/src/layers/rnn/stacked_rnn_cells_test.py")
TFLITE_MICRO = ("tensorflow/tflite-micro", "90b983c2b3f1480642e040bbd2ddb37b998f3424",
                "tensorflow/lite/micro/kernels/testdata/lstm_test_data.cc")
BURN_TEST = ("tracel-ai/burn", "2c06be351006851d42fdb6df16b976f4a82d9747",
             "crates/burn-nn/src/modules/rnn/lstm/bilstm_module.rs")
TF1 = ("tensorflow/tensorflow", "29cfb2f404315df45a97003bd508da6546c69d26",
       "tensorflow/python/kernel_tests/nn_ops/rnn_cell_test.py")
TFJS = ("tensorflow/tfjs", "1642fe1c9cfb8b0867c9b87f429da90e4a905c1f", "tfjs-layers/src/layers/recurrent_test.ts")
HARD = {"activations": {gate: "hard-sigmoid:0.2:0.5" for gate in ("input", "forget", "output")}}


def source(where, test):
    repository, commit, path = where
    return published.source(repository, commit, path, test)


def array(values):
    values = np.array(values, dtype=float)
    return {"shape": list(values.shape), "values": values.ravel().tolist()}


def case(name, where, layers, input=None, *, tolerance, tokens=None, **more):
    found = {"name": name, "source": where, "tolerance": tolerance, "layers": layers}
    if tokens is not None:
        found["tokens"] = array(tokens)
    else:
        found["input"] = array(input)
    arrays = ("hidden", "cell", "output", "newHidden", "newCell", "logits", "embedding", "headWeights")
    found.update({k: array(v) if k in arrays else v for k, v in more.items() if v is not None})
    return golden.plain(found)


# ------------------------------------------------------------------- ONNX Runtime

def onnxruntime():
    for name, kind, direction, options, x, y, h, c, tolerance in ort.TESTS:
        options = dict(options)
        if kind == "simple":
            w = published.rows(ort.SIMPLE_W[np.array(y if y is not None else h).shape[-1]], 1)
            weights = published.blocks("iofg", w, [[0.1] * (len(w) // 4)] * len(w))
        else:
            weights = published.blocks(
                "iofg", published.ORT_W, published.ORT_R, published.ORT_B if options.get("bias", True) else None,
                p=published.ORT_P if options.get("peepholes") else None, peephole_order="iof")
        variant = {"clip": options["clip"]} if "clip" in options else None
        if options.get("swapped"):
            variant = published.TANH_SIGMOID_TANH
        cell = {"weights": weights, **({"variant": variant} if variant else {})}
        sides = {"forward": ["forward"], "reverse": ["reverse"], "bidirectional": ["forward", "reverse"]}[direction]
        batch, steps = x.shape[1], x.shape[0]
        state = {ours: np.array(options[key]).reshape(len(sides), batch, -1)
                 for key, ours in (("h", "hidden"), ("c", "cell")) if key in options}
        output = None if y is None else np.array(y).transpose(0, 2, 1, 3).reshape(steps, batch, -1)
        label = re.sub("[^a-z0-9]+", "-", re.sub("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower())
        test = name if kind == "simple" else f"ONNXRuntime_TestLSTM{name}"
        yield case("ort-" + label.strip("-"), source(("microsoft/onnxruntime", ort.COMMIT, ort.PATH), test),
                   [{s: cell for s in sides}], x,
                   tolerance=tolerance, lengths=options.get("lengths"), emptySequences="zero-state", **state,
                   output=output, newHidden=h, newCell=c,
                   misprinted=np.ravel_multi_index(options["misprinted"], output.shape) if "misprinted" in options else None)


# ------------------------------------------------------------------ constant weights

def constant(inputs, units, kernel, recurrent, bias, forget=None, variant=None):
    """A cell whose four gates are alike but for the forget gate's bias."""
    weights = {gate: {"inputWeights": np.full((units, inputs), kernel), "hiddenWeights": np.full((units, units), recurrent),
                      "bias": np.full(units, forget if gate == "forget" and forget is not None else bias)}
               for gate in golden.GATES}
    return {"weights": weights, **({"variant": variant} if variant else {})}


def alike(values, units):
    """[...] with every unit alike: [..., units]."""
    return np.repeat(np.array(values, dtype=float)[..., None], units, -1)


def keras():
    def lstm(inputs, units, forget=1.0, bias=0.03):
        return constant(inputs, units, 0.01, 0.02, bias, forget)

    def steps(*shape):
        return np.arange(np.prod(shape)).reshape(shape).swapaxes(0, 1)

    both = lambda cell: {"forward": cell, "reverse": cell}
    x, cell, exact = steps(3, 6, 4), lstm(4, 3), {"tolerance": 1e-6}
    test = lambda text: source(KERAS, text)
    yield case("keras-defaults", test("test_correctness, and with unroll"), [{"forward": cell}], x, **exact,
               newHidden=[alike([.6288687, .86899155, .9460773], 3)])
    yield case("keras-go-backwards", test("test_correctness, go_backwards"), [{"reverse": cell, "order": "processing"}], x,
               **exact, newHidden=[alike([.35622165, .74789524, .8872726], 3)])
    yield case("keras-no-forget-bonus", test("test_correctness, unit_forget_bias=False"), [{"forward": lstm(4, 3, None)}],
               x, **exact, newHidden=[alike([.57019705, .8661914, .9459622], 3)])
    yield case("keras-no-bias", test("test_correctness, use_bias=False"), [{"forward": lstm(4, 3, None, 0)}], x, **exact,
               newHidden=[alike([.54986924, .86226785, .9443936], 3)])
    yield case("keras-stateful", test("test_statefulness"), [{"forward": lstm(4, 4)}], steps(2, 3, 4), **exact, runs=2,
               newHidden=[alike([.3124785, .6863672], 4)])
    x, cell, state = steps(2, 4, 3), lstm(3, 2), np.arange(4).reshape(1, 2, 2)
    yield case("keras-initial-state", test("test_pass_initial_state"), [{"forward": cell}], x, **exact, hidden=state,
               cell=state, newHidden=[[[.20574439, .3558822], [.64930826, .66276]]])
    yield case("keras-initial-state-go-backwards", test("test_pass_initial_state, go_backwards"),
               [{"reverse": cell, "order": "processing"}], x, **exact, hidden=state, cell=state,
               newHidden=[[[.13281618, .2790356], [.5839337, .5992567]]])
    final = [alike([.11755939, .28556206], 2)]
    yield case("keras-mask", test("test_masking, unroll"), [{"forward": cell}], x, **exact, lengths=[3, 2], newHidden=final)
    yield case("keras-mask-zero-output", test("test_masking, zero_output_for_mask, and return_sequences but for its masked steps"),
               [{"forward": cell}], x, **exact, lengths=[3, 2], newHidden=final,
               output=alike([[.0158891, .14185596], [.05552048, .28556206], [.11755939, 0], [0, 0]], 2))
    # The masked steps stand first and are read last: they are left out, and what remains moved to the start.
    moved = np.zeros_like(x)
    moved[:3, 0], moved[:2, 1] = x[1:, 0], x[2:, 1]
    yield case("keras-mask-go-backwards", test("test_masking, go_backwards"), [{"reverse": cell, "order": "processing"}],
               moved, **exact, lengths=[3, 2], newHidden=[alike([.15341201, .3844719], 2)])
    test = lambda text: source(KERAS_BOTH, text)
    yield case("keras-bidirectional-stateful", test("test_statefulness"), [both(cell)], x, **exact, runs=2,
               newHidden=alike([[.26234663, .6137073], [.16959146, .5381646]], 2))
    state = np.arange(4).reshape(2, 2)
    yield case("keras-bidirectional-initial-state", test("test_pass_initial_state"), [both(cell)], x, **exact,
               hidden=[state, 3 * state], cell=[2 * state, 4 * state],
               newHidden=[[[.20794602, .4577124], [.6682636, .6711909]], [[.14046375, .48191673], [.60943645, .60950446]]])
    yield case("keras-bidirectional-states", test("test_return_state"), [both(cell)], x, **exact,
               newHidden=alike([[.1990008, .52335435], [.12659755, .44717982]], 2),
               newCell=alike([[.35567185, 1.0492687], [.2501858, .941473]], 2))
    # What a mask leaves of the second sequence is two steps; the output is that of the last one.
    ones = [{"forward": constant(inputs, 1, 1, 1, 0, 1)} for inputs in (4, 1)]
    yield case("keras-stacked-mask", source(KERAS_STACKED, "test_stacked_lstm_cell_mask"), ones, np.ones((3, 2, 4)),
               tolerance=1e-4, lengths=[3, 2], headWeights=[[1]], headReads="final-state", logits=[[[.7793], [.5998]]])


def tensorflow1():
    # The kernel is 0.5, the bias 0, and 1 is added to the forget gate at run time.
    layers = [{"forward": constant(2, 2, 0.5, 0.5, 0, 1)}] * 2
    tenth = np.full((2, 1, 2), 0.1)
    expected = {"newHidden": alike([[.44848421], [.24024698]], 2), "newCell": alike([[.68967271], [.39897051]], 2)}
    # Printed to eight digits, compared there within a relative 1e-6.
    yield case("tf1-two-layers", source(TF1, "testBasicLSTMCellWithStateTuple"), layers, [[[1, 1]]], tolerance=1e-6,
               hidden=tenth, cell=tenth, output=alike([[.24024698]], 2), **expected)


def tfjs():
    test = lambda text: source(TFJS, "LSTM Tensor: " + text)
    ones = constant(2, 5, 1, 1, 1, variant=HARD)
    yield case("tfjs-returns", test("returnSequences, returnState"), [{"forward": ones}], np.ones((2, 4, 2)), tolerance=1e-6,
               output=alike(np.repeat([[.7595095], [.96367633]], 4, 1), 5), newHidden=[alike([.96367633] * 4, 5)],
               newCell=[alike([1.99505234] * 4, 5)])
    for runs, value, tolerance in ((1, .995, 1e-4), (2, .99998766, 1e-6)):
        yield case(f"tfjs-stateful-{runs}", test("stateful forward"), [{"forward": ones}], np.ones((3, 4, 2)),
                   tolerance=tolerance, runs=runs, newHidden=[alike([value] * 4, 5)])
    cell = constant(4, 3, 1, 1, 0, 1, variant=HARD)  # tfjs' unitForgetBias is true
    tokens = np.array([[0] * 6, [1] + [0] * 5, [1, 2] + [0] * 4, [1, 2, 3] + [0] * 3]).T
    common = {"tokens": tokens, "embedding": np.ones((10, 4)), "lengths": [0, 1, 2, 3], "emptySequences": "keep-initial-state"}
    yield case("tfjs-mask", test("With mask"), [{"forward": cell}], **common, tolerance=2e-6, headWeights=[[1] * 3],
               headReads="final-state", logits=[[[0], [2.283937], [2.891939], [2.9851441]]])
    yield case("tfjs-mask-states", test("With mask, returnStates = true"), [{"forward": cell}], **common, tolerance=1e-6,
               newHidden=[alike([0, .76131237, .9639796, .99504817], 3)],
               newCell=[alike([0, .9993292, 1.9993222, 2.9993203], 3)])
    common["tokens"] = tokens[:3]
    table = [[[0], [2.283937], [2.283937], [2.283937]], [[0], [0], [2.8919387], [2.8919387]], [[0], [0], [0], [2.9851446]]]
    yield case("tfjs-mask-sequences", test("With mask, returnSequences = true, but for its masked steps"), [{"forward": cell}],
               **common, tolerance=1e-6, headWeights=[[1] * 3], headReads="every-step", logits=table)
    rows = np.array([1, 2, 3, 4, 5, 6, 7, 8.]).reshape(4, 2)
    weights = {gate: {"inputWeights": np.stack([part, -part], 1), "hiddenWeights": np.stack([part, -part], 1), "bias": part}
               for gate, part in zip(golden.GATES, rows)}
    common["embedding"] = [[.1, .2], [.3, .4], [-.1, -.2], [-.3, -.4]]
    yield case("tfjs-mask-go-backwards", test("With mask, goBackwards = true"),
               [{"reverse": {"weights": weights, "variant": HARD}, "order": "processing"}], **common, tolerance=1e-6,
               headWeights=[[1, 1]], headReads="final-state", logits=[[[0], [1.2876499], [1.8165315], [1.9599037]]])


def onnx_nodes():
    import onnx
    from onnx import numpy_helper
    from onnx.backend.test.case.node import collect_testcases
    where = ("onnx/onnx", "v" + onnx.__version__, "onnx/backend/test/case/node/lstm.py")
    for test in collect_testcases("LSTM"):
        node = test.model.graph.node[0]
        given, wanted = test.data_sets[0]
        values = dict(zip([n for n in node.input if n], map(np.asarray, given)))
        results = dict(zip([n for n in node.output if n], map(np.asarray, wanted)))
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        direction = attributes.get("direction", b"forward").decode()
        sides = {"forward": ["forward"], "reverse": ["reverse"], "bidirectional": ["forward", "reverse"]}[direction]
        x, w = values["X"].astype(float), values["W"].astype(float)
        size = w.shape[1] // 4
        b = values.get("B", np.zeros((len(sides), 8 * size)))
        cells = {s: {"weights": published.blocks(
            "iofg", w[k], values["R"][k].astype(float), b[k, :4 * size].astype(float), b[k, 4 * size:].astype(float),
            values["P"][k].astype(float) if "P" in values else None, "iof")} for k, s in enumerate(sides)}
        if attributes.get("layout", 0):
            x = x.swapaxes(0, 1)
            results = {k: np.moveaxis(v, 0, -2) for k, v in results.items()}
        y = results.get("Y")
        yield case("onnx-" + test.name.removeprefix("test_").replace("_", "-"), source(where, test.name), [cells], x,
                   tolerance=1e-6, output=None if y is None else y.swapaxes(1, 2).reshape(len(x), x.shape[1], -1),
                   newHidden=results.get("Y_h"), newCell=results.get("Y_c"))


# ------------------------------------------------------------------- NNAPI, TensorFlow Lite Micro, burn

def nnapi():
    data = json.loads((pathlib.Path(__file__).parent / "published-nnapi.json").read_text())
    words = {"input": "input", "forget": "forget", "cell": "candidate", "output": "output"}
    for name, found in data["sequences"].items():
        given = {k: np.array(v["values"]).reshape(v["shape"]) for k, v in found.items() if k != "file"}
        sides = {"fw_": "forward", "bw_": "reverse"} if "fw_output" in given else {"": "forward"}
        layer = {}
        for prefix, side in sides.items():
            weights = {}
            for word, gate in words.items():
                if f"{prefix}input_to_{word}_weights" not in given:
                    continue
                bias = f"{prefix}{word}_gate_bias"
                part = {"inputWeights": given[f"{prefix}input_to_{word}_weights"],
                        "hiddenWeights": given[f"{prefix}recurrent_to_{word}_weights"],
                        "bias": given.get(bias, given.get(f"{prefix}{word}_bias"))}
                if f"{prefix}cell_to_{word}_weights" in given:
                    part["peephole"] = given[f"{prefix}cell_to_{word}_weights"]
                weights[gate] = part
            layer[side] = {"weights": weights}
            if "input" not in weights:
                layer[side]["variant"] = {"coupled": "input-from-forget"}
        outputs = np.concatenate([given[f"{prefix}output"] for prefix in sides], -1)
        final = lambda what: None if "fw_output_cell_state" not in given \
            else np.stack([given[f"{prefix}output_{what}_state"] for prefix in sides])
        yield case("nnapi-" + name.replace("_", "-"), source((data["repository"], data["commit"], found["file"]), name),
                   [layer], given["input"], tolerance=2e-6, output=outputs, newHidden=final("activation"),
                   newCell=final("cell"))


def tflite_micro():
    gates = {"forget": ([[-10, -10], [-20, -20]], [1, 2]), "input": ([[10, 10], [20, 20]], [-1, -2]),
             "candidate": ([[1, 1], [1, 1]], [0, 0]), "output": ([[1, 1], [1, 1]], [0, 0])}
    cell = {"weights": {gate: {"inputWeights": w, "hiddenWeights": w, "bias": b} for gate, (w, b) in gates.items()},
            "variant": {"cellClip": 6}}
    test = lambda text: source(TFLITE_MICRO, text)
    yield case("tflite-micro-one-step", test("Get2X2GateOutputCheckData"), [{"forward": cell}],
               [[[.2, .3], [-.98, .62]]], tolerance=1e-6, hidden=[[[-.1, .2], [-.3, .5]]], cell=[[[-1.3, 6.2], [-7.3, 3.5]]],
               newHidden=[[[.31079388, .3169827], [-.46007947, .45921249]]],
               newCell=[[[.52475447, .53730665], [-6, 3.47992756]]])
    x = np.array([[.2, .3, .2, .3, .2, .3], [-.98, .62, .01, .99, .49, -.32]]).reshape(2, 3, 2).swapaxes(0, 1)
    y = np.array([[.26455893, .26870455, .47935803, .47937014, .58013272, .58013278],
                  [-1.41184672e-3, -1.43329117e-5, .46887168, .46891281, .50054074, .50054148]])
    yield case("tflite-micro-three-steps", test("Get2X2LstmEvalCheckData"), [{"forward": cell}], x, tolerance=1e-6,
               output=y.reshape(2, 3, 2).swapaxes(0, 1), newHidden=[y[:, 4:]],
               newCell=[[[.89740515, .8974053], [.80327607, .80327785]]])


# Input weights, first bias, hidden weights, second bias, each a row an input there.
BURN = {
    "forward": {
        "input": ([[.367, .091, .342], [.322, .533, .059]], [-.196, .354, .209],
                  [[-.320, .232, -.165], [.093, -.572, -.315], [-.467, .325, .046]], [.181, -.190, -.245]),
        "forget": ([[-.342, -.084, -.420], [-.432, .119, .191]], [.315, -.413, -.041],
                   [[.453, .063, .561], [.211, .149, .213], [-.499, -.158, .068]], [-.431, -.535, .125]),
        "candidate": ([[-.046, -.382, .321], [-.533, .558, .004]], [-.358, .282, -.078],
                      [[-.358, .109, .139], [-.345, .091, -.368], [-.508, .221, -.507]], [.502, -.509, -.247]),
        "output": ([[-.577, -.359, .216], [-.550, .268, .243]], [-.227, -.274, .039],
                   [[-.383, .449, .222], [-.357, -.093, .449], [-.106, .236, .360]], [-.361, -.209, -.454])},
    "reverse": {
        "input": ([[-.055, .506, .247], [-.369, .178, -.258]], [.540, -.164, .033],
                  [[.159, .180, -.037], [-.443, .485, -.488], [.098, -.085, -.140]], [-.510, .105, .114]),
        "forget": ([[-.154, -.432, -.547], [-.369, -.310, -.175]], [.141, .004, .055],
                   [[-.005, -.277, -.515], [-.011, -.101, -.365], [.426, .379, .337]], [-.382, .331, -.176]),
        "candidate": ([[-.571, .228, -.287], [-.331, .110, .219]], [-.206, -.546, .462],
                      [[.449, -.240, .071], [-.045, .131, .124], [.138, -.201, .191]], [-.030, .211, -.352]),
        "output": ([[.491, -.442, .333], [.313, -.121, -.070]], [-.387, -.250, .066],
                   [[-.030, .268, .299], [-.019, -.280, -.314], [.466, -.365, -.248]], [-.398, -.199, -.566])}}


def burn():
    layer = {side: {"weights": {
        gate: {"inputWeights": np.transpose(w), "hiddenWeights": np.transpose(u), "bias": b, "recurrentBias": second}
        for gate, (w, b, u, second) in gates.items()}} for side, gates in BURN.items()}
    x = [[[.949, -.861]], [[.892, .927]], [[-.173, -.301]], [[-.081, .992]]]
    common = {"layers": [layer], "input": x, "tolerance": 1e-5}  # five decimals are printed
    test = lambda text: source(BURN_TEST, "test_bidirectional, " + text)
    yield case("burn-bidirectional-initial-state", test("with_init_state"), **common,
               hidden=[[[.280, .360, -1.242]], [[-.588, .729, -.788]]], cell=[[[.723, .397, -.262]], [[.471, .613, 1.885]]],
               output=[[[.23764, -.03442, .04414, -.15635, -.03366, -.05798]], [[.00473, -.02254, .02988, -.16510, -.00306, .08742]],
                       [[.06210, -.06509, -.05339, -.01710, .02091, .16012]], [[-.03420, .07774, -.09774, -.02604, .12584, .20872]]],
               newHidden=[[[-.03420, .07774, -.09774]], [[-.15635, -.03366, -.05798]]],
               newCell=[[[-.13593, .17125, -.22395]], [[-.45425, -.11206, -.12908]]])
    yield case("burn-bidirectional", test("without_init_state"), **common,
               output=[[[.08679, -.08776, -.00528, -.15969, -.05322, -.08863]], [[-.02577, -.05057, .00033, -.17558, -.03679, .03142]],
                       [[.02942, -.07411, -.06044, -.03601, -.09998, .04846]], [[-.04026, .07178, -.10189, -.07349, -.04576, .05550]]],
               newHidden=[[[-.04026, .07178, -.10189]], [[-.15969, -.05322, -.08863]]],
               newCell=[[[-.15839, .15923, -.23569]], [[-.47407, -.17493, -.19643]]])


# --------------------------------------------------------------------------- checking

def computed(one):
    """The case by the numpy cell."""
    decoded = lambda key: None if key not in one else np.array(one[key]["values"]).reshape(one[key]["shape"])
    tokens, x = decoded("tokens"), decoded("input")
    if tokens is not None:
        x = decoded("embedding")[tokens.astype(int)]
    batch = x.shape[1]
    lengths = one.get("lengths") or [len(x)] * batch
    widths = [len(layer[s]["weights"]["candidate"]["bias" if "bias" in layer[s]["weights"]["candidate"] else "inputWeights"])
              for layer in one["layers"] for s in ("forward", "reverse") if s in layer]
    hidden, cell = decoded("hidden"), decoded("cell")
    hidden = [np.zeros((batch, w)) for w in widths] if hidden is None else list(hidden)
    cell = [np.zeros((batch, w)) for w in widths] if cell is None else list(cell)
    if one.get("emptySequences") == "zero-state":
        for state in hidden + cell:
            state[np.array(lengths) == 0] = 0
    for _ in range(one.get("runs", 1)):
        rows, place = [x[:n, b] for b, n in enumerate(lengths)], 0
        for layer in one["layers"]:
            outputs = [[] for _ in rows]
            for side in ("forward", "reverse"):
                if side not in layer:
                    continue
                for b, row in enumerate(rows):
                    turned = row[::-1] if side == "reverse" else row
                    ys, hidden[place][b], cell[place][b], _ = golden.run(
                        {**layer[side], "inputs": turned, "hidden": hidden[place][b], "cell": cell[place][b]})
                    ys = np.array(ys).reshape(len(row), hidden[place].shape[1])
                    outputs[b].append(ys if side == "forward" or layer.get("order") else ys[::-1])
                place += 1
            rows = [np.concatenate(parts, 1) for parts in outputs]
    output = np.zeros((len(x), batch, max(r.shape[1] for r in rows)))
    for b, row in enumerate(rows):
        output[:len(row), b, :row.shape[1]] = row
    found = {"output": output, "newHidden": np.stack(hidden), "newCell": np.stack(cell)}
    if "headWeights" in one:
        head = decoded("headWeights").T
        found["logits"] = output @ head if one["headReads"] == "every-step" else hidden[-1][None] @ head
    return found


def verify(cases):
    bad = False
    for one in cases:
        found = computed(one)
        wanted = {k: np.array(one[k]["values"]).reshape(one[k]["shape"]) for k in found if k in one}
        assert wanted and all(found[k].shape == v.shape for k, v in wanted.items()), one["name"]
        if "misprinted" in one:
            found["output"].flat[one["misprinted"]] = wanted["output"].flat[one["misprinted"]]
        worst = max(float(np.abs(found[k] - v).max()) for k, v in wanted.items())
        bad = bad or worst > one["tolerance"]
        print(f"{'BAD ' if worst > one['tolerance'] else 'ok  '}{worst:.1e} of {one['tolerance']:.0e}  {one['name']}")
    return not bad


def main():
    if "--check" in sys.argv[1:]:
        sys.exit(0 if verify(json.loads(TARGET.read_text())["cases"]) else 1)
    import onnx
    cases = [one for part in (
        onnxruntime, keras, tensorflow1, tfjs, onnx_nodes, nnapi, tflite_micro, burn) for one in part()]
    assert len({one["name"] for one in cases}) == len(cases)
    if not verify(cases):
        sys.exit(1)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    made = {"script": "Scripts/goldens/make_sequences.py", "date": golden.DATE,
            "versions": {"numpy": np.__version__, "onnx": onnx.__version__}}
    lines = ",\n".join(json.dumps(one) for one in cases)
    TARGET.write_text(f'{{"made": {json.dumps(made)}, "cases": [\n{lines}\n]}}\n')
    print(f"{TARGET.name}: {len(cases)} cases")


if __name__ == "__main__":
    main()
