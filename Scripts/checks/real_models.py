"""What is right of each of other people's models, and whether the program does it.

A row is: the folder, the options that open it, which reference its numbers are held to ("whole": out.npz
of in.npz; "lstm": lstm-out.npz of lstm-in.npz), and words that have to be said. Without a reference the
file is to be refused, and the words say how.
"""
import subprocess

import numpy

LEFT = "left out"
ROWS = [
    # Opens.
    ("keras-h5-2.0.5", "", "whole", []),
    ("keras-h5-2.0.5", "--lstm lstm_1", "lstm", []),
    ("keras-h5-3.13", "", "whole", []),
    ("keras-h5-3.11-relu", "", "whole", []),
    ("keras-bidirectional", "", "whole", []),
    ("torch-state-tiny", "", "whole", []),
    ("torch-state-three-layers", "", "whole", []),
    ("torch-state-neuralhydrology", "", "whole", []),
    ("torch-checkpoint", "", "whole", []),
    ("torch-char-embedding", "", "whole", []),
    ("onnx-two-layers", "", "whole", []),
    # Opens partly.
    ("torch-legacy-allennlp", "", "whole", [LEFT, "text_field_embedder"]),
    ("torch-two-linear-relu", "", "lstm", [LEFT, "fc1", "fc2"]),
    ("torch-two-linear-relu", "--head fc1:relu,fc2", "last", []),
    ("torch-relu-before-head", "", "lstm", [LEFT, "linear.1", "linear.3"]),
    ("torch-relu-before-head", "--head relu,linear.1:relu,linear.3", "last", []),
    ("torch-linear-before", "", "lstm", [LEFT, "up_dim", "activation"]),
    ("torch-linear-before", "--front up_dim --head activation,predict", "last", []),
    ("torch-conv-before", "", "lstm", [LEFT, "cnn.0"]),
    # Wrong head.
    ("torch-wrong-head", "--no-embedding", "lstm", [LEFT, "output_layer"]),
    # Heads of several layers.
    ("keras-dense-relu-embedding", "", "whole", []),
    ("keras-dense-relu", "", "whole", []),
    ("keras-dense-relu-3.15", "", "whole", []),
    ("keras-two-dense-linear", "", "whole", []),
    ("keras-dense-before", "", "whole", []),
    ("keras-dense-before", "--lstm lstm_1", "lstm", [LEFT, "dense_1"]),
    ("onnx-relu-keras", "", "whole", []),
    ("onnx-relu-dynamo", "", "whole", []),
    ("torch-two-linear-layernorm", "", "lstm", [LEFT, "head.0", "norm"]),
    # Other layers of Keras.
    ("keras-batchnorm", "", "whole", []),
    ("keras-batchnorm", "--lstm lstm", "lstm", [LEFT]),
    ("keras-reshape", "", "lstm", [LEFT, "reshape"]),
    ("keras-conv1d", "", "whole", []),
    ("keras-conv1d", "--lstm lstm", "lstm", [LEFT, "conv1d"]),
    ("keras-lambda", "--lstm lstm_4", "lstm", [LEFT, "lambda_2"]),
    ("keras-lambda", "", None, []),
    ("keras-branches", "?", None, []),
    ("keras-branches", "--lstm trend_lstm1", "lstm", [LEFT]),
    # Other nodes of ONNX.
    ("onnx-slice", "", None, []),
    ("onnx-slice", "@first", "lstm", [LEFT]),
    ("onnx-slice-states", "@first", "lstm", [LEFT]),
    ("onnx-concat-bidirectional", "@first", "lstm", [LEFT]),
    ("onnx-conv", "", "lstm", [LEFT, "Conv"]),
    ("onnx-if", "@first", "lstm", [LEFT, "If"]),
    ("onnx-loop", "!", None, ["Loop", "written-out LSTM"]),
    # Pickles with other objects.
    ("torch-whole-module", "", "whole", []),
    ("torch-whole-module-bare", "", "whole", []),
    ("torch-config-object", "", "whole", []),
    ("torch-lightning", "", "whole", []),
    ("torch-darts-wrapper", "!", None, ["no tensors", ".ckpt"]),
    # Weights alone.
    ("h5-weights", "", "lstm", ["hard sigmoid"]),
    ("h5-weights-bidirectional", "--no-embedding", "lstm", ["hard sigmoid"]),
    ("h5-weights-bilm", "@first", "lstm", ["bilm"]),
    # Several LSTMs.
    ("torch-parallel-five", "!", None, ["l (PyTorch", "h2h"]),
    ("torch-parallel-five", "--lstm l", "lstm", [LEFT]),
    ("torch-two-encoders", "!", None, ["tcr_lstm", "pep_lstm"]),
    ("torch-two-encoders", "--lstm model_state_dict.tcr_lstm --no-embedding", "lstm", [LEFT]),
    ("torch-chain-of-three", "", None, ["lstm1,lstm2,lstm3"]),
    ("torch-chain-of-three", "--lstm lstm1,lstm2,lstm3", None, []),
    ("torch-chain-of-three", "--lstm lstm1", "lstm", []),
    ("torch-chain-of-two-mlp", "--lstm model_state_dict.lstm1", "lstm", []),
    ("torch-chain-of-two-mlp", "", None, ["lstm1,model_state_dict.lstm2"]),
    # Names.
    ("npz-theano", "", "lstm", ["i, f, o, candidate", "[in, 4H]"]),
    ("npz-theano-tagger", "!", None, ["lstm_words_1_forwards"]),
    ("npz-theano-tagger", "--lstm lstm_chars_1_forwards", "lstm", []),
    ("torch-allennlp-elmo", "@first", "lstm", []),
    # Forms.
    ("torchscript", "", "whole", ["TorchScript"]),
    ("tflite", "!", None, ["TFLite", "np.savez"]),
    ("tflite-int8", "!", None, ["quantised TFLite"]),
    ("tflite-while", "!", None, ["TFLite", "Keras"]),
    ("tf1-checkpoint", "!", None, ["index of a TensorFlow checkpoint", "np.savez"]),
    ("tf-savedmodel", "!", None, ["SavedModel", "variables/"]),
    ("coreml", "!", None, ["CoreML"]),
    ("json-rtneural-keras", "", "whole", []),
    ("json-rtneural-torch", "", None, []),
    ("json-rtneural-torch", "--lstm lstm", "lstm", []),
    ("json-neuralpi", "", "whole", ["skip"]),
    ("json-guitar-amp-modelling", "", "whole", ["skip"]),
    ("nam-lstm", "", "whole", []),
    ("nam-lstm-2x8", "", "whole", []),
    ("json-icu-segmentation", "--no-embedding", "lstm", []),
    ("pickle-madmom", "!", None, ["madmom"]),
    ("tesseract", "!", None, ["Tesseract"]),
    # Rightly refused.
    ("keras-never-built", "!", None, ["before it was built"]),
    ("onnx-no-lstm", "!", None, ["GRU"]),
    ("onnx-dialect", "!", None, ["opset_import"]),
    ("torch-optimizer-only", "!", None, ["optimizer"]),
    ("lfs-pointer", "!", None, ["Git LFS pointer", "git lfs pull"]),
]


def run(lstm, *arguments):
    return subprocess.run(
        [lstm, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def first_lstm(lstm, model):
    """The name of the first LSTM that the program lists."""
    listed = run(lstm, "inspect", model)
    text = " ".join((listed.stdout + listed.stderr).split())
    for before in ("could be the LSTM: ", "LSTMs of the file: "):
        if before in text:
            return text.split(before)[1].split(" (")[0]
    return None


def differs(got, folder, kind):
    """Why the numbers are not the reference's; None where they are."""
    want = numpy.load(folder / ("out.npz" if kind in ("whole", "last") else "lstm-out.npz"))
    pairs = []
    for name in want.files:
        right = want[name]
        if name == "output" and kind in ("whole", "last"):
            if right.shape == got["output"].shape and "logits" in want.files:
                pairs.append((name, got["output"], right))
                continue
            last = next(
                got[n] for n in ("probabilities", "logits", "output") if n in got)
            if kind == "last":
                last = last[-1]
            pairs.append((name, last, right))
        elif name in ("output", "hidden", "cell") and kind == "lstm":
            pairs.append((name, got[name], right))
        elif name in got:
            pairs.append((name, got[name], right))
    for name, mine, right in pairs:
        if name in ("hidden", "cell") and mine.shape[0] > right.shape[0]:
            mine = mine[: right.shape[0]]
        if mine.size != right.size:
            return f"{name} has the shape {mine.shape}, not {right.shape}"
        difference = numpy.abs(mine.reshape(right.shape) - right).max()
        if not difference <= 1e-5 * max(1, numpy.abs(right).max()):
            return f"{name} is off by {difference:.2g}"
    return None


def check(lstm, folder, options, reference, words, scratch):
    """Why the program does not do what is right of a row; None where it does."""
    model = next(folder.glob("model.*"))
    arguments = options.split()
    if options == "@first":
        name = first_lstm(lstm, model)
        arguments = ["--lstm", name] if name else []
    if options in ("!", "?"):
        seen = run(lstm, "inspect", model)
        text = " ".join((seen.stdout + seen.stderr).split())
        if options == "!" and seen.returncode == 0:
            return "opened"
        missing = [word for word in words if word not in text]
        return f"does not say {missing}: {text[:160]}" if missing else None
    seen = run(lstm, "inspect", model, *arguments)
    text = " ".join((seen.stdout + seen.stderr).split())
    if seen.returncode:
        return text[:200]
    missing = [word for word in words if word not in text]
    if missing:
        return f"does not say {missing}"
    if reference is None:
        return None
    source = folder / ("in.npz" if reference in ("whole", "last") else "lstm-in.npz")
    for cells in ("engine", "readable"):
        out = scratch / "out.npz"
        ran = run(
            lstm, "run", model, source, "--output", out, "--cells", cells, *arguments)
        if ran.returncode:
            return " ".join(ran.stderr.split())[:200]
        if LEFT in words and LEFT not in ran.stderr:
            return "lstm run does not say what is left out"
        why = differs(numpy.load(out), folder, reference)
        if why:
            return f"{cells}: {why}"
    return None


def table(lstm, root, scratch, only=None):
    """The faults of all rows, by folder, and how many folders there are."""
    faults, folders = {}, set()
    for folder, options, reference, words in ROWS:
        if only and folder not in only:
            continue
        folders.add(folder)
        try:
            why = check(lstm, root / folder, options, reference, words, scratch)
        except Exception as error:  # noqa: BLE001: any is a fault of this row
            why = f"{type(error).__name__}: {error}"
        if why:
            faults.setdefault(folder, []).append(f"{options or 'inspect'}: {why}")
    return faults, len(folders)
