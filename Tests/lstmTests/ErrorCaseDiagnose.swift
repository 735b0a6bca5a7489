// Messages of lstm diagnose.

extension ErrorCase {
  /// Somebody's own numbers.
  static let diagnose: [ErrorCase] = [
    .init(
      "nothing to compare with", "diagnose --input 1,2 --hidden 0,1", 64,
      """
      Error: there is nothing to compare with.
      Give what you got: --my-forget, --my-input-gate, --my-candidate, --my-output-gate, --my-cell,
      --my-hidden, or --mine with a JSON file.
      """),
    .init(
      "no step", "diagnose --my-forget 0.7,0.9", 64,
      """
      Error: nothing says how large the step is. Give --input and --hidden, as in
      lstm step --input -0.1,0.3,0.1,-0.25,0.1 --hidden 0,0.5,0.1,0.2,0.6
      """),
    .init(
      "an option mistyped", "diagnose --input 1,2 --hidden 0,1 --my-forgt 1,2", 64,
      """
      Error: Unknown option '--my-forgt'. Did you mean '--my-forget'?
      See 'lstm diagnose --help' for more information.
      """),
    .init(
      "an option that only lstm step has",
      "diagnose --input 1,2 --hidden 0,1 --my-forget 0.7,0.9 --unit 1", 64,
      """
      Error: Unknown option '--unit'. Did you mean '--input'?
      See 'lstm diagnose --help' for more information.
      """),
    .init(
      "an option without its value", "diagnose --input 1,2 --hidden 0,1 --my-forget", 64,
      """
      Error: Missing value for '--my-forget <numbers|file>'
      --my-forget <numbers|file> Your forget gate f(t).
      See 'lstm diagnose --help' for more information.
      """),
    .init(
      "too few numbers", "diagnose --input 1,2 --hidden 0,1 --my-forget 1", 65,
      """
      Error: your forget gate has 1 value, but this step gives 2. Check --hidden-size or the weights.
      """),
    .init(
      "too many numbers", "diagnose --input 1,2 --hidden 0,1 --my-cell 1,2,3", 65,
      """
      Error: your new cell state has 3 values, but this step gives 2. Check --hidden-size or the weights.
      """),
    .init(
      "a hidden state of another size", "diagnose --input 1,2 --hidden 0,1 --my-hidden 1", 65,
      """
      Error: your new hidden state has 1 value, but this step gives 2. Check --hidden-size or the weights.
      """),
    .init(
      "a word among the numbers", "diagnose --input 1,2 --hidden 0,1 --my-candidate 1,x", 64,
      """
      Error: --my-candidate: entry 2, 'x', is not a number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a word for the numbers", "diagnose --input 1,2 --hidden 0,1 --my-output-gate x", 66,
      """
      Error: --my-output-gate: 'x' is neither a list of numbers nor a file that exists.
      Write numbers with commas, like 0.5,-1,2, or name a file of them.
      """),
    .init(
      "no number", ["diagnose", "--input", "1,2", "--hidden", "0,1", "--my-input-gate", ""], 64,
      """
      Error: --my-input-gate is empty. Give at least one number.
      """),
    .init(
      "not a number", "diagnose --input 1,2 --hidden 0,1 --my-forget nan,1", 65,
      """
      Error: --my-forget: entry 1, 'nan', is not a finite number. An LSTM step needs finite numbers.
      """),
    .init(
      "a tolerance that is a word",
      "diagnose --input 1,2 --hidden 0,1 --my-forget 0.7,0.9 --tolerance tight", 64,
      """
      Error: --tolerance: 'tight' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a negative tolerance",
      "diagnose --input 1,2 --hidden 0,1 --my-forget 0.7,0.9 --tolerance -1", 64,
      """
      Error: --tolerance: -1 is negative. Give 0 or more.
      """),
    .init(
      "an infinite tolerance",
      "diagnose --input 1,2 --hidden 0,1 --my-forget 0.7,0.9 --tolerance inf", 64,
      """
      Error: --tolerance: 'inf' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "digits out of range", "diagnose --input 1,2 --hidden 0,1 --my-forget 0.7,0.9 --digits 20",
      64,
      """
      Error: --digits: '20' is not a whole number from 1 to 17.
      """),
    .init(
      "a format that lstm step has",
      "diagnose --input 1,2 --hidden 0,1 --my-forget 0.7,0.9 --format markdown", 64,
      """
      Error: --format: 'markdown' is not valid here.
      Choose one of: text, json.
      """),
    .init(
      "a file that is not there", "diagnose --input 1,2 --hidden 0,1 --mine x.json", 66,
      """
      Error: there is no file 'x.json'. Check the name and the folder.
      """),
    .init(
      "a file that is a folder", "diagnose --input 1,2 --hidden 0,1 --mine folder", 66,
      """
      Error: 'folder' cannot be read: it is a folder.
      """),
    .init(
      "a file that is not JSON", "diagnose --input 1,2 --hidden 0,1 --mine words.txt", 65,
      """
      Error: 'words.txt' is not valid JSON: line 1, column 2: expected the end of the file, found ','.
      """),
    .init(
      "a file with an unknown key", "diagnose --input 1,2 --hidden 0,1 --mine mine-typo.json", 65,
      """
      Error: 'mine-typo.json' has the unknown key 'gates.forgot'. Did you mean 'forget'?
      Valid here: forget, input, candidate, output.
      """),
    .init(
      "a file with an empty list", "diagnose --input 1,2 --hidden 0,1 --mine mine-empty.json", 65,
      """
      Error: 'mine-empty.json': newCell is empty. Give at least one number.
      """),
    .init(
      "a file with a word", "diagnose --input 1,2 --hidden 0,1 --mine mine-word.json", 65,
      """
      Error: 'mine-word.json': newCell[0] has to be a number.
      """),
    .init(
      "a file with NaN", "diagnose --input 1,2 --hidden 0,1 --mine mine-nan.json", 65,
      """
      Error: 'mine-nan.json': newHidden[0], 'NaN', has to be a finite number.
      """),
    .init(
      "a file with nothing to compare", "diagnose --input 1,2 --hidden 0,1 --mine mine-none.json",
      64,
      """
      Error: there is nothing to compare with.
      Give what you got: --my-forget, --my-input-gate, --my-candidate, --my-output-gate, --my-cell,
      --my-hidden, or --mine with a JSON file.
      """),
    .init(
      "a file with too few numbers", "diagnose --input 1,2 --hidden 0,1 --mine mine-one.json", 65,
      """
      Error: your new cell state has 1 value, but this step gives 2. Check --hidden-size or the weights.
      """),
    .init(
      "a step that cannot be taken", "diagnose --input 1,2 --hidden 1 --my-forget 0.7,0.9", 65,
      """
      Error: identity weights need as many inputs as hidden units, not 2 inputs and 1 hidden unit.
      Make the two equal, or choose other weights: uniform:-1:1, normal:0.5, pytorch or a JSON file.
      """),
    .init(
      "an output that cannot be written",
      "diagnose --input 1,2 --hidden 0,1 --my-forget 0.7,0.9 -o nowhere/x.txt", 73,
      """
      Error: 'nowhere/x.txt' cannot be written: its folder does not exist. Nothing was written.
      """),
  ]
}
