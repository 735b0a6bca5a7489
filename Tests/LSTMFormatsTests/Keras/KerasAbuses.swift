// The whole text of each error that a hostile file of Tests/Fixtures/keras gives.

/// The texts by the name of the file, without "hostile-".
let kerasAbuses: [String: String] = [
  "bad-config.h5":
    "'a: model_config' is not valid JSON: line 1, column 2: expected a key in double "
    + "quotes, but the file ends.",
  "bomb.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' would grow from 16316 bytes in the "
    + "file to 33554432 in memory: refused.\nIf it is meant, save the model uncompressed.",
  "dataset-in-place.keras":
    "'a: model.weights.h5': 'layers/lstm/cell' is not a group.",
  "empty-kernel.keras":
    "'a': kernel of the layer 'lstm' is [0, 8], but its settings need [any, 8].",
  "external-dataset.keras":
    "'a: model.weights.h5': the numbers of 'layers/lstm/cell/vars/0' lie in other files "
    + "(it is external), which are not opened.\nSave the model again with Keras: it writes "
    + "none.",
  "external-link.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' is a link to another file, which "
    + "is not followed.\nSave the model again with Keras: it writes none.",
  "few-weight-names.h5":
    "'a' has no 'model_weights/lstm/a'.",
  "fourth-weight.keras":
    "'a': the layer 'lstm' has 4 weights, but needs 3 (kernel, recurrent_kernel, bias).",
  "group-in-place.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' is not a dataset.",
  "huge-product.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' has the shape [1073741824, "
    + "1073741824, 1024], which is none of a weight.",
  "huge.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' would grow from 0 bytes in the "
    + "file to 9007199250546688 in memory: refused.\nIf it is meant, save the model "
    + "uncompressed.",
  "integers.keras":
    "'a: model.weights.h5': the numbers of 'layers/lstm/cell/vars/0' are of a type that "
    + "is not read.\nRead are float16, bfloat16, float32 and float64: save the model as one "
    + "of them.",
  "large-chunk.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' would grow from 0 bytes in the "
    + "file to 2147483648 in memory: refused.\nIf it is meant, save the model uncompressed.",
  "list-config.h5":
    "'a': the attribute 'model_config' of the root is not text.",
  "missing-dataset.keras":
    "'a': the layer 'lstm' has 2 weights, but needs 3 (kernel, recurrent_kernel, bias).",
  "missing-group.keras":
    "'a: model.weights.h5' has no weights for the layer 'lstm': there is no "
    + "'layers/lstm/cell/vars'.\nSave the model again with model.save.",
  "missing-weight.h5":
    "'a' has no 'model_weights/lstm/small/lstm/lstm_cell/kernal'. Did you mean "
    + "'model_weights/lstm/small/lstm/lstm_cell/kernel'?",
  "no-config.h5":
    "'a' has no attribute 'model_config': it holds weights, but not the layers they "
    + "belong to.\nSave the whole model: model.save(\"NAME.keras\"), not model.save_weights.",
  "no-layer-names.h5":
    "'a' has no weights for the layer 'lstm': there is no 'model_weights/lstm'.\nSave the "
    + "model again with model.save.",
  "no-layers.keras":
    "'a: model.weights.h5' has no weights for the layer 'lstm': there is no "
    + "'layers/lstm/cell/vars'.\nSave the model again with model.save.",
  "no-weight-names.h5":
    "'a': 'model_weights/lstm' has no attribute 'weight_names'.",
  "no-weights.h5":
    "'a' has no 'model_weights'.",
  "not-finite.keras":
    "'a': the layer 'lstm': the forget gate's input weights are not a number at entry 1, "
    + "counted row after row. Every entry has to be a finite number.",
  "null-space.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' has the shape [], which is none of "
    + "a weight.",
  "number-config.h5":
    "'a': the attribute 'model_config' of the root is not text.",
  "other-layer-names.h5":
    "'a' has no weights for the layer 'lstm': there is no 'model_weights/lstm'.\nSave the "
    + "model again with model.save.",
  "rank-nine.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' has the shape [1, 1, 1, 1, 1, 1, "
    + "1, 1, …], which is none of a weight.",
  "soft-link-group.keras":
    "'a: model.weights.h5': 'layers/lstm/cell' is a soft link, which is not "
    + "followed.\nSave the model again with Keras: it writes none.",
  "soft-link-to-nothing.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' is a soft link, which is not "
    + "followed.\nSave the model again with Keras: it writes none.",
  "soft-link.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' is a soft link, which is not "
    + "followed.\nSave the model again with Keras: it writes none.",
  "strings.keras":
    "'a: model.weights.h5': the numbers of 'layers/lstm/cell/vars/0' are of a type that "
    + "is not read.\nRead are float16, bfloat16, float32 and float64: save the model as one "
    + "of them.",
  "upward-weight.h5":
    "'a' has no 'model_weights/lstm/..'.",
  "virtual-dataset.keras":
    "'a: model.weights.h5': the numbers of 'layers/lstm/cell/vars/0' lie in other "
    + "datasets (it is virtual), which are not opened.\nSave the model again with Keras: it "
    + "writes none.",
  "wrong-bias.keras":
    "'a': bias of the layer 'lstm' is [16], but its settings need [8].",
  "wrong-dense.keras":
    "'a': kernel of the layer 'dense' is [3, 1], but its settings need [2, 1].",
  "wrong-kernel.keras":
    "'a': kernel of the layer 'lstm' is [3, 4], but its settings need [any, 8].",
  "wrong-recurrent.keras":
    "'a': recurrent_kernel of the layer 'lstm' is [8, 2], but its settings need [2, 8].",
]
