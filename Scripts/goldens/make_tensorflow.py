"""Goldens from TensorFlow: the TF1 LSTMCell (float64; the runnable source for cell_clip and proj_clip),
Keras 3's LSTM (float64; activations), and TensorFlow Lite's LSTM (float32; input from forget, clips)."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["KERAS_BACKEND"] = "tensorflow"

import warnings

import flatbuffers
import keras
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.python.keras.layers.legacy_rnn import rnn_cell_impl

import golden

warnings.filterwarnings("ignore")
FILE = "tensorflow.json"
SEED = 400000


def total_bias(case, gate):
    part = case["weights"][gate]
    return np.array(part["bias"]) if "bias" in part else np.zeros(len(part["inputWeights"]))


# ------------------------------------------------------------------ TF1 LSTMCell

TF1_ORDER = ("input", "candidate", "forget", "output")
TF1_ACTIVATIONS = {"tanh": None, "softsign": tf.nn.softsign, "relu": tf.nn.relu, "softplus": tf.nn.softplus,
                   "elu:1": tf.nn.elu, "identity": tf.identity}


def tf1(case, forget_bias=0.0):
    weights, variant = case["weights"], case.get("variant") or {}
    hidden = len(weights["input"]["inputWeights"])
    names = variant.get("activations", {})
    assert names.get("candidate") == names.get("cell")
    kernel = np.concatenate([np.concatenate([np.array(weights[g]["inputWeights"]).T,
                                             np.array(weights[g]["hiddenWeights"]).T]) for g in TF1_ORDER], axis=1)
    bias = np.concatenate([total_bias(case, g) - (forget_bias if g == "forget" else 0) for g in TF1_ORDER])
    peepholes = "peephole" in weights["input"]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        cell = rnn_cell_impl.LSTMCell(
            hidden, use_peepholes=peepholes, cell_clip=variant.get("cellClip"),
            num_proj=len(weights["projection"]) if "projection" in weights else None,
            proj_clip=variant.get("projectionClip"), forget_bias=forget_bias,
            activation=TF1_ACTIVATIONS[names.get("candidate", "tanh")], dtype=tf.float64, name="cell")
        state = rnn_cell_impl.LSTMStateTuple(tf.constant(np.array(case["cell"])[None]),
                                             tf.constant(np.array(case["hidden"])[None]))
        outputs = []
        for x in case["inputs"]:
            y, state = cell(tf.constant(np.array(x)[None]), state)
            outputs.append(y[0])
        session.run(tf.compat.v1.global_variables_initializer())
        values = {"kernel": kernel, "bias": bias}
        if peepholes:
            for letter, gate in (("i", "input"), ("f", "forget"), ("o", "output")):
                values[f"w_{letter}_diag"] = np.array(weights[gate]["peephole"])
        if "projection" in weights:
            values["projection/kernel"] = np.array(weights["projection"]).T
        variables = {v.name.split(":")[0].split("/", 1)[1]: v for v in cell.variables}
        assert set(variables) == set(values), (sorted(variables), sorted(values))
        for key, value in values.items():
            variables[key].load(value, session)
        y, c, h = session.run([outputs, state.c[0], state.h[0]])
    return np.array(y), h, c


def both(name):
    return {"activations": {"candidate": name, "cell": name}}


BASE = dict(inputs=3, hidden=4, biases=1)
TF1_PLAN = [
    ("plain", {}, 0),
    ("forget-bias-one-folded", dict(steps=2), 1.0),
    ("peepholes", dict(peepholes=True, steps=3), 0),
    ("projection", dict(projection=2, steps=2), 0),
    ("peepholes-projection", dict(peepholes=True, projection=2, steps=3), 0),
    ("cell-clip", dict(variant={"cellClip": 0.5}), 0),
    ("cell-clip-three-steps", dict(variant={"cellClip": 0.4}, steps=3), 0),
    ("cell-clip-peepholes", dict(variant={"cellClip": 0.4}, peepholes=True, steps=3), 0),
    ("projection-clip", dict(variant={"projectionClip": 0.25}, projection=3, steps=3), 0),
    ("cell-clip-projection", dict(variant={"cellClip": 0.4}, projection=2, steps=2), 0),
    ("cell-clip-projection-clip", dict(variant={"cellClip": 0.4, "projectionClip": 0.2}, projection=3, steps=3), 0),
    ("everything", dict(variant={"cellClip": 0.4, "projectionClip": 0.2}, peepholes=True, projection=3, steps=3), 0),
    ("softsign", dict(variant=both("softsign"), steps=2), 0),
    ("identity-cell-clip", dict(variant={"cellClip": 0.5, **both("identity")}, steps=2), 0),
    ("relu-cell-clip", dict(variant={"cellClip": 0.5, **both("relu")}, peepholes=True, steps=3), 0),
    ("elu-everything", dict(variant={"cellClip": 0.4, "projectionClip": 0.2, **both("elu:1")},
                            peepholes=True, projection=3, steps=3), 0),
]


# ------------------------------------------------------------------------- Keras

KERAS_ORDER = ("input", "forget", "candidate", "output")
SIXTH = repr(1 / 6)
KERAS_ACTIVATIONS = {
    "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "softsign": "softsign", "softplus": "softplus",
    "identity": "linear", f"hard-sigmoid:{SIXTH}:0.5": "hard_sigmoid", "elu:1": "elu",
    "elu:0.75": lambda x: keras.activations.elu(x, alpha=0.75),
    # TensorFlow holds this slope in float32 even for float64 data, so it must be exact there
    "leaky-relu:0.25": lambda x: keras.activations.leaky_relu(x, negative_slope=0.25),
    "leaky-relu:0.0625": lambda x: keras.activations.leaky_relu(x, negative_slope=0.0625),
    "thresholded-relu:0.35": lambda x: keras.activations.relu(x, threshold=0.35),
}


def keras_layer(case):
    weights = case["weights"]
    names = {**golden.DEFAULT_ACTIVATIONS, **(case.get("variant") or {}).get("activations", {})}
    hidden = len(weights["input"]["inputWeights"])
    layer = keras.layers.LSTM(hidden, activation=KERAS_ACTIVATIONS[names["candidate"]],
                              recurrent_activation=KERAS_ACTIVATIONS[names["input"]],
                              use_bias="bias" in weights["input"], return_sequences=True, return_state=True,
                              dtype="float64")
    x = np.array(case["inputs"])[None]
    layer.build(x.shape)
    values = [np.concatenate([np.array(weights[g][k]).T for g in KERAS_ORDER], axis=1)
              for k in ("inputWeights", "hiddenWeights")]
    if "bias" in weights["input"]:
        values.append(np.concatenate([weights[g]["bias"] for g in KERAS_ORDER]))
    layer.set_weights(values)
    state = [tf.constant(np.array(case[k])[None]) for k in ("hidden", "cell")]
    y, h, c = layer(tf.constant(x), initial_state=state)
    return y.numpy()[0], h.numpy()[0], c.numpy()[0]


def gated(gates, inner="tanh"):
    found = {g: gates for g in ("input", "forget", "output")} if gates != "sigmoid" else {}
    if inner != "tanh":
        found.update(candidate=inner, cell=inner)
    return {"activations": found} if found else {}


KERAS_PLAN = [
    ("plain", "sigmoid", "tanh", dict(steps=2)),
    ("no-bias", "sigmoid", "tanh", dict(biases=0, steps=2)),
    ("hard-sigmoid", f"hard-sigmoid:{SIXTH}:0.5", "tanh", dict(steps=2, scale=1.8)),
    ("relu-gates", "relu", "tanh", dict(steps=2)),
    ("softsign-gates-softplus", "softsign", "softplus", dict(steps=2)),
    ("softplus-gates-softsign", "softplus", "softsign", dict(steps=2)),
    ("relu", "sigmoid", "relu", dict(steps=2)),
    ("identity", "sigmoid", "identity", dict(steps=2)),
    ("elu", "sigmoid", "elu:0.75", dict(steps=2)),
    ("leaky-relu", "sigmoid", "leaky-relu:0.25", dict(steps=2)),
    ("thresholded-relu", "sigmoid", "thresholded-relu:0.35", dict(steps=2)),
    ("leaky-relu-gates-elu", "leaky-relu:0.0625", "elu:1", dict(steps=2)),
]


def reach(case):
    """For Keras's hard sigmoid, with corners at -3 and 3: some gate value beyond each."""
    _, _, _, trace = golden.run(case)
    values = np.concatenate([v for g in ("input", "forget", "output") for v in trace[g]])
    return (values > 3.05).any() and (values < -3.05).any() and np.abs(np.abs(values) - 3).min() > 0.01 \
        and np.abs(values).max() < 6 and (np.abs(values) < 2.9).sum() > 8


# --------------------------------------------------------------- TensorFlow Lite

LITE_ORDER = ("input", "forget", "candidate", "output")
LITE_ACTIVATIONS = {"tanh": schema.ActivationFunctionType.TANH, "relu": schema.ActivationFunctionType.RELU}


def lite(case):
    weights, variant = case["weights"], case.get("variant") or {}
    names = variant.get("activations", {})
    assert names.get("candidate") == names.get("cell")
    coupled = variant.get("coupled") == "input-from-forget"
    hidden, inputs = np.array(weights["forget"]["inputWeights"]).shape
    fed, steps = len(case["hidden"]), len(case["inputs"])
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors, given = [], []

    def tensor(shape, values=None, variable=False):
        t = schema.TensorT()
        t.shape, t.type, t.buffer, t.isVariable = list(shape), schema.TensorType.FLOAT32, 0, variable
        t.name = f"t{len(graph.tensors)}"
        if values is not None:
            b = schema.BufferT()
            b.data = np.frombuffer(np.array(values, dtype="<f4").tobytes(), dtype=np.uint8)
            model.buffers.append(b)
            t.buffer = len(model.buffers) - 1
        graph.tensors.append(t)
        return len(graph.tensors) - 1

    def constant(values):
        return tensor(np.array(values).shape, values)

    def optional(gate, key):
        absent = (coupled and gate == "input") or key not in weights[gate]
        return -1 if absent else constant(weights[gate][key])

    x = tensor([steps, 1, inputs])
    given.append(x)
    for key in ("inputWeights", "hiddenWeights"):
        given += [optional(g, key) for g in LITE_ORDER]
    given += [optional(g, "peephole") for g in ("input", "forget", "output")]
    given += [optional(g, "bias") for g in LITE_ORDER]
    given.append(constant(weights["projection"]) if "projection" in weights else -1)
    given.append(-1)
    h, c = tensor([1, fed], variable=True), tensor([1, hidden], variable=True)
    given += [h, c]
    y = tensor([steps, 1, fed])
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM
    code.version = 1
    options = schema.UnidirectionalSequenceLSTMOptionsT()
    options.fusedActivationFunction = LITE_ACTIVATIONS[names.get("candidate", "tanh")]
    options.cellClip, options.projClip = variant.get("cellClip", 0.0), variant.get("projectionClip", 0.0)
    options.timeMajor = True
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = 0, given, [y]
    operator.builtinOptionsType = schema.BuiltinOptions.UnidirectionalSequenceLSTMOptions
    operator.builtinOptions = options
    graph.inputs, graph.outputs, graph.operators, graph.name = [x], [y], [operator], "main"
    model.operatorCodes, model.subgraphs = [code], [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    interpreter = tf.lite.Interpreter(
        model_content=bytes(builder.Output()), num_threads=1,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    interpreter.allocate_tensors()
    interpreter.set_tensor(x, np.array(case["inputs"], dtype=np.float32)[:, None])
    interpreter.tensor(h)()[...] = np.array(case["hidden"], dtype=np.float32)
    interpreter.tensor(c)()[...] = np.array(case["cell"], dtype=np.float32)
    interpreter.invoke()
    return interpreter.get_tensor(y)[:, 0], interpreter.get_tensor(h)[0], interpreter.get_tensor(c)[0]


COUPLED = {"coupled": "input-from-forget"}
LITE_PLAN = [
    ("plain", {}),
    ("everything", dict(variant={"cellClip": 0.375, "projectionClip": 0.1875}, peepholes=True, projection=3, steps=3)),
    ("relu-cell-clip", dict(variant={"cellClip": 0.5, **both("relu")}, steps=2)),
    ("coupled", dict(variant=COUPLED, steps=2)),
    ("coupled-peepholes", dict(variant=COUPLED, peepholes=True, steps=2)),
    ("coupled-projection", dict(variant=COUPLED, projection=2, steps=2)),
    ("coupled-cell-clip", dict(variant={**COUPLED, "cellClip": 0.375}, steps=2)),
    ("coupled-cell-clip-peepholes", dict(variant={**COUPLED, "cellClip": 0.375}, peepholes=True, steps=3)),
    ("coupled-everything", dict(variant={**COUPLED, "cellClip": 0.375, "projectionClip": 0.1875},
                                peepholes=True, projection=3, steps=3)),
]


def make():
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    cases = []
    for k, (name, options, forget_bias) in enumerate(TF1_PLAN):
        case = golden.search(SEED + 1000 * k, lambda s: golden.random_case(s, "double", **{**BASE, **options}))
        if forget_bias:
            case["weights"]["forget"]["bias"] = case["weights"]["forget"]["bias"] + forget_bias
        how = "tf.compat.v1 LSTMCell, float64, forget_bias " + (
            "1 (added into the forget gate's bias here)" if forget_bias else "0")
        cases.append(golden.finished("tf1-" + name, {"framework": "TensorFlow", "how": how},
                                     "double", 1e-12, case, *tf1(case, forget_bias)))
    for k, (name, gates, inner, options) in enumerate(KERAS_PLAN):
        options = {**BASE, "variant": gated(gates, inner), **options}
        case = golden.search(SEED + 1000 * (k + 100), lambda s: golden.random_case(s, "double", **options),
                             reach if gates.startswith("hard-sigmoid") else golden.margins)
        cases.append(golden.finished("keras-" + name, {"framework": "Keras", "how": "layers.LSTM, float64, TensorFlow backend"},
                                     "double", 1e-12, case, *keras_layer(case)))
    for k, (name, options) in enumerate(LITE_PLAN):
        case = golden.search(SEED + 1000 * (k + 200), lambda s: golden.random_case(s, "float", **{**BASE, **options}))
        cases.append(golden.finished("tflite-" + name, {
            "framework": "TensorFlow Lite", "how": "UNIDIRECTIONAL_SEQUENCE_LSTM, float32, no delegate"},
            "float", 1e-6, case, *lite(case)))
    golden.write(FILE, {"script": "Scripts/goldens/make_tensorflow.py", "date": golden.DATE,
                        "versions": {"tensorflow": tf.__version__, "keras": keras.__version__,
                                     "numpy": np.__version__}, "seed": SEED}, cases)


golden.main(FILE, make)
