// The whole text of each error that a hostile file of Tests/Fixtures/keras gives.

/// The texts by the name of the file, without "hostile-".
let kerasAbuses: [String: String] = [
  "bad-config.h5":
    "'a: model_config' is not valid JSON: line 1, column 2: expected a key in double "
    + "quotes, but the file ends.",
  "bomb.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 10880) would grow to "
    + "16777216 bytes in memory, too many for a file of 33704: refused.\nIf it is "
    + "meant, save the model uncompressed.",
  "dataset-in-place.keras":
    "'a: model.weights.h5': 'layers/lstm/cell' (at byte 11752) is not a group.",
  "empty-kernel.keras":
    "'a': kernel of the layer 'lstm' is [0, 8], but its settings need [any, 8].",
  "external-dataset.keras":
    "'a: model.weights.h5': the numbers of 'layers/lstm/cell/vars/0' (at byte 10840) "
    + "lie in other files (it is external), which are not opened.\nSave the model "
    + "again with Keras: it writes none.",
  "external-link.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 10800) is a link to "
    + "another file, which is not followed.\nSave the model again with Keras: it "
    + "writes none.",
  "few-weight-names.h5":
    "'a' has no 'model_weights/lstm/a'.",
  "fourth-weight.keras":
    "'a': the layer 'lstm' has 4 weights, but needs 3 (kernel, recurrent_kernel, bias).",
  "group-in-place.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 10720) is not a "
    + "dataset.",
  "huge-product.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 10744) has the shape "
    + "[1073741824, 1073741824, 1024], which is none of a weight.",
  "huge.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 10840) declares "
    + "9007199250546688 bytes of numbers that are not in the file.\nThey were never "
    + "written: save the model again.",
  "integers.keras":
    "'a: model.weights.h5': the numbers of 'layers/lstm/cell/vars/0' (at byte 10792) "
    + "are of a type that is not read.\nRead are float16, bfloat16, float32 and "
    + "float64: save the model as one of them.",
  "large-chunk.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 10840) declares 96 "
    + "bytes of numbers that are not in the file.\nThey were never written: save the "
    + "model again.",
  "list-config.h5":
    "'a': the attribute 'model_config' of the root (at byte 18536) is not text.",
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
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 10744) has the shape "
    + "[], which is none of a weight.",
  "number-config.h5":
    "'a': the attribute 'model_config' of the root (at byte 1008) is not text.",
  "other-layer-names.h5":
    "'a' has no weights for the layer 'lstm': there is no 'model_weights/lstm'.\nSave the "
    + "model again with model.save.",
  "rank-nine.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 10744) has the shape "
    + "[1, 1, 1, 1, 1, 1, 1, 1, …], which is none of a weight.",
  "soft-link-group.keras":
    "'a: model.weights.h5': 'layers/lstm/cell' (at byte 8472) is a soft link, which "
    + "is not followed.\nSave the model again with Keras: it writes none.",
  "soft-link-to-nothing.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 11096) is a soft "
    + "link, which is not followed.\nSave the model again with Keras: it writes none.",
  "soft-link.keras":
    "'a: model.weights.h5': 'layers/lstm/cell/vars/0' (at byte 11096) is a soft "
    + "link, which is not followed.\nSave the model again with Keras: it writes none.",
  "strings.keras":
    "'a: model.weights.h5': the numbers of 'layers/lstm/cell/vars/0' (at byte 10792) "
    + "are of a type that is not read.\nRead are float16, bfloat16, float32 and "
    + "float64: save the model as one of them.",
  "upward-weight.h5":
    "'a' has no 'model_weights/lstm/..'.",
  "virtual-dataset.keras":
    "'a: model.weights.h5': the numbers of 'layers/lstm/cell/vars/0' (at byte 10840) "
    + "lie in other datasets (it is virtual), which are not opened.\nSave the model "
    + "again with Keras: it writes none.",
  "wrong-bias.keras":
    "'a': bias of the layer 'lstm' is [16], but its settings need [8].",
  "wrong-dense.keras":
    "'a': kernel of the layer 'dense' is [3, 1], but its settings need [2, 1].",
  "wrong-kernel.keras":
    "'a': kernel of the layer 'lstm' is [3, 4], but its settings need [any, 8].",
  "wrong-recurrent.keras":
    "'a': recurrent_kernel of the layer 'lstm' is [8, 2], but its settings need [2, 8].",
]
