// Messages about numbers and files.

extension ErrorCase {
  /// Lists of numbers, sizes that do not fit, overflow, files.
  static let data: [ErrorCase] = [
    .init(
      "an empty list", ["step", "--input", ""], 64,
      """
      Error: --input is empty. Give at least one number.
      """),
    .init(
      "an empty list in brackets", "step --input []", 64,
      """
      Error: --input is empty. Give at least one number.
      """),
    .init(
      "a number missing", "step --input 1,,2", 64,
      """
      Error: --input: entry 2 is missing. Write a number there, or take out a comma.
      """),
    .init(
      "a comma too many", "step --input 1,2,", 64,
      """
      Error: --input: entry 3 is missing. Write a number there, or take out a comma.
      """),
    .init(
      "a word in a list", "step --input 1,two,3", 64,
      """
      Error: --input: entry 2, 'two', is not a number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a word for a list", "step --input two", 66,
      """
      Error: --input: 'two' is neither a list of numbers nor a file that exists.
      Write numbers with commas, like 0.5,-1,2, or name a file of them.
      """),
    .init(
      "a hexadecimal number", "step --input 0x10,1", 64,
      """
      Error: --input: entry 1, '0x10', is not a number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "not a number", "step --input 1,nan", 65,
      """
      Error: --input: entry 2, 'nan', is not a finite number. An LSTM step needs finite numbers.
      """),
    .init(
      "infinity", "step --hidden -inf", 65,
      """
      Error: --hidden: entry 1, '-inf', is not a finite number. An LSTM step needs finite numbers.
      """),
    .init(
      "a number too large for Double", "step --input 1,1e999", 65,
      """
      Error: --input: entry 2, '1e999', is not a finite number. An LSTM step needs finite numbers.
      """),
    .init(
      "a file that is not there", "step --input x.txt", 66,
      """
      Error: --input: 'x.txt' is neither a list of numbers nor a file that exists.
      Write numbers with commas, like 0.5,-1,2, or name a file of them.
      """),
    .init(
      "a file with a word in it", "step --input words.txt", 65,
      """
      Error: 'words.txt': entry 2, 'two', is not a number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a file with nothing in it", "step --input empty.txt", 65,
      """
      Error: 'empty.txt' is empty. Give at least one number.
      """),
    .init(
      "a folder", "step --input folder", 66,
      """
      Error: 'folder' cannot be read: it is a folder.
      """),
    .init(
      "hidden state and cell state of different sizes", "step --hidden 1,2 --cell 1", 65,
      """
      Error: the old hidden state has 2 values and the old cell state 1.
      Without a projection both have one number a hidden unit: give as many.
      """),
    .init(
      "more inputs than units, identity weights", "step --input 1,2 --hidden 1,2,3", 65,
      """
      Error: identity weights need as many inputs as hidden units, not 2 inputs and 3 hidden units.
      Make the two equal, or choose other weights: uniform:-1:1, normal:0.5, pytorch or a JSON file.
      """),
    .init(
      "one unit, identity weights", "step --input 1,2 --cell 1", 65,
      """
      Error: identity weights need as many inputs as hidden units, not 2 inputs and 1 hidden unit.
      Make the two equal, or choose other weights: uniform:-1:1, normal:0.5, pytorch or a JSON file.
      """),
    .init(
      "a hidden state too short", "step --weights pytorch --hidden-size 4 --hidden 1,2,3", 65,
      """
      Error: the old hidden state has 3 values, but the weights need 4.
      """),
    .init(
      "a cell state too short", "step --weights pytorch --hidden-size 4 --cell 1", 65,
      """
      Error: the old cell state has 1 value, but the weights need 4.
      """),
    .init(
      "a hidden state too long for the projection",
      "step --weights pytorch --hidden-size 4 --projection-size 2 --hidden 1,2,3", 65,
      """
      Error: the old hidden state has 3 values, but the weights need 2.
      """),
    .init(
      "an input that does not fit the file", "step --weights w1.json --input 1,2", 65,
      """
      Error: the input has 2 values, but the weights need 1.
      """),
    .init(
      "numbers that overflow", "step --input 1e308,1 --hidden 1e308,1", 65,
      """
      Error: the forget gate's pre-activation is infinity at entry 1.
      The numbers that go into it are too large: scale them down.
      """),
    .init(
      "numbers that overflow in the cell state",
      "step --input 1,2 --hidden 0,1 --cell 1e308,0 --pin forget=10", 65,
      """
      Error: the new cell state is infinity at entry 1.
      The numbers that go into it are too large: scale them down.
      """),
    .init(
      "numbers that overflow in float", "step --input 1e39,1 --precision float", 65,
      """
      Error: the input is infinity at entry 1. Every entry has to be a finite number.
      That is in float, which ends at 3.4e38: --precision double can hold it.
      """),
    .init(
      "weights that overflow", "step --input 1,2 --hidden 0,1 --weights normal:1e308", 65,
      """
      Error: the forget gate's input weights are minus infinity at entry 1, counted row after row.
      Every entry has to be a finite number.
      """),
    .init(
      "weights from a file that is not there", "step --input 1,2 --hidden 0,1 --weights w.json", 66,
      """
      Error: there is no file 'w.json'. Check the name and the folder.
      """),
    .init(
      "weights from a folder", "step --input 1,2 --hidden 0,1 --weights folder", 66,
      """
      Error: 'folder' cannot be read: it is a folder.
      """),
    .init(
      "weights with an unknown key", "step --input 1,2 --hidden 0,1 --weights typo.json", 65,
      """
      Error: 'typo.json' has the unknown key 'forgot'. Did you mean 'forget'?
      Valid here: forget, input, candidate, output, projection, concatenation.
      """),
    .init(
      "weights with a gate missing", "step --input 1,2 --hidden 0,1 --weights one-gate.json", 65,
      """
      Error: 'one-gate.json' lacks the key 'input'. Add it.
      """),
    .init(
      "weights with a ragged row", "step --input 1,2 --hidden 0,1 --weights ragged.json", 65,
      """
      Error: 'ragged.json': row 2 of forget.inputWeights has 1 number, but the first row has 2.
      All rows have to be equally long.
      """),
    .init(
      "weights that are not JSON", "step --input 1,2 --hidden 0,1 --weights comma.json", 65,
      """
      Error: 'comma.json' is not valid JSON: line 1, column 33: expected another value after the comma in
      forget.inputWeights[0][1], found ']'.
      """),
    .init(
      "weights with NaN", "step --input 1,2 --hidden 0,1 --weights nan.json", 65,
      """
      Error: 'nan.json': forget.inputWeights[0][0], 'NaN', has to be a finite number.
      """),
    .init(
      "weights with a word", "step --input 1,2 --hidden 0,1 --weights word.json", 65,
      """
      Error: 'word.json': forget.inputWeights[0][0] has to be a number.
      """),
    .init(
      "concatenated weights without their order",
      "step --input 1,2 --hidden 0,1 --weights no-order.json", 65,
      """
      Error: 'no-order.json': forget has 'weights', so the file must say in which order they stand.
      Add "concatenation": "hidden,input" or "input,hidden" beside the gates.
      """),
    .init(
      "an output that is a folder", "step --input 1,2 --hidden 0,1 --output folder", 73,
      """
      Error: 'folder' cannot be written: it is a folder. Nothing was written.
      """),
    .init(
      "an output in a folder that is not there",
      "step --input 1,2 --hidden 0,1 --output nowhere/x.txt", 73,
      """
      Error: 'nowhere/x.txt' cannot be written: its folder does not exist. Nothing was written.
      """),
  ]
}
