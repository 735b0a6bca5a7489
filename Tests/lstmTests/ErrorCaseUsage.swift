// Messages about how a command is used.

extension ErrorCase {
  /// Commands, options, choices and sizes.
  static let usage: [ErrorCase] = [
    .init(
      "an option that does not exist", "step --inptu 1", 64,
      """
      Error: Unknown option '--inptu'. Did you mean '--input'?
      See 'lstm step --help' for more information.
      """),
    .init(
      "a word that belongs to nothing", "step --input 1,2 --hidden 0,1 extra", 64,
      """
      Error: Unexpected argument 'extra'
      See 'lstm step --help' for more information.
      """),
    .init(
      "a list whose spaces are not in quotes", "step --input -0.1, 0.3, 0.1 --hidden 0, 0.5", 64,
      """
      Error: '0.3,', '0.1', '0.5' belong to no option.
      Put a list with spaces in quotes, --input "-0.1, 0.3", or leave the spaces out.
      """),
    .init(
      "an option without its value", "step --input", 64,
      """
      Error: Missing value for '--input <numbers|file>'
      --input <numbers|file> The input x(t): numbers or a file of them.
      See 'lstm step --help' for more information.
      """),
    .init(
      "an option without its value, before another", "step --input --hidden", 64,
      """
      Error: --input: its numbers are missing; '--hidden' is the next option.
      """),
    .init(
      "an option without its value, with a long help", "step --weights", 64,
      """
      Error: Missing value for '--weights <kind|file>'
      See 'lstm step --help' for more information.
      """),
    .init(
      "nothing at all", "step", 64,
      """
      Error: nothing says how large the step is. Give --input and --hidden, as in
      lstm step --input -0.1,0.3,0.1,-0.25,0.1 --hidden 0,0.5,0.1,0.2,0.6
      """),
    .init(
      "a format that does not exist", "step --input 1,2 --hidden 0,1 --format txt", 64,
      """
      Error: --format: 'txt' is not valid here. Did you mean 'text'?
      Choose one of: text, json, markdown, latex, html, svg, numpy, pytorch, swift.
      """),
    .init(
      "a format in capitals", "step --input 1,2 --hidden 0,1 --format JSON", 64,
      """
      Error: --format: 'JSON' is not valid here. Did you mean 'json'?
      Choose one of: text, json, markdown, latex, html, svg, numpy, pytorch, swift.
      """),
    .init(
      "a stage that does not exist", "step --input 1,2 --hidden 0,1 --format svg --stage hidden",
      64,
      """
      Error: --stage: 'hidden' is not valid here.
      Choose one of: forget, input, cell, output, all.
      """),
    .init(
      "a stage without a picture", "step --input 1,2 --hidden 0,1 --stage forget", 64,
      """
      Error: --stage lights a part of the picture. Add --format svg, or leave it out.
      """),
    .init(
      "a precision for a diagnosis, which is in double", "diagnose --input 1 --precision float", 64,
      """
      Error: Unknown option '--precision'
      See 'lstm diagnose --help' for more information.
      """),
    .init(
      "a precision that does not exist", "step --input 1,2 --hidden 0,1 --precision half", 64,
      """
      Error: --precision: 'half' is not valid here.
      Choose one of: double, float.
      """),
    .init(
      "a variant that does not exist", "step --input 1,2 --hidden 0,1 --variant no-forgetgate", 64,
      """
      Error: --variant: 'no-forgetgate' is not valid here. Did you mean 'no-forget-gate'?
      Choose one of: vanilla, no-input-gate, no-forget-gate, no-output-gate, no-input-activation,
      no-output-activation, coupled, 1997.
      """),
    .init(
      "a coupling that does not exist", "step --input 1,2 --hidden 0,1 --coupled yes", 64,
      """
      Error: --coupled: 'yes' is not valid here.
      Choose one of: forget-from-input, input-from-forget.
      """),
    .init(
      "digits that are none", "step --input 1,2 --hidden 0,1 --digits x", 64,
      """
      Error: --digits: 'x' is not a whole number from 1 to 17.
      """),
    .init(
      "too many digits", "step --input 1,2 --hidden 0,1 --digits 18", 64,
      """
      Error: --digits: '18' is not a whole number from 1 to 17.
      """),
    .init(
      "no digits", "step --input 1,2 --hidden 0,1 --digits 0", 64,
      """
      Error: --digits: '0' is not a whole number from 1 to 17.
      """),
    .init(
      "a unit beyond the last", "step --input 1,2 --hidden 0,1 --unit 3", 64,
      """
      Error: --unit: there is no unit 3; the units are 1 to 2. Choose among them, or all.
      """),
    .init(
      "unit 0", "step --input 1,2 --hidden 0,1 --unit 0", 64,
      """
      Error: --unit: there is no unit 0; the units are 1 to 2. Choose among them, or all.
      """),
    .init(
      "a unit that is a word", "step --input 1,2 --hidden 0,1 --unit first", 64,
      """
      Error: --unit: 'first' is not a unit. Write a number from 1, or all.
      """),
    .init(
      "a unit between two commas", "step --input 1,2 --hidden 0,1 --unit 1,,2", 64,
      """
      Error: --unit: '' is not a unit. Write a number from 1, or all.
      """),
    .init(
      "a hidden size that is none", "step --input 1,2 --hidden 0,1 --hidden-size two", 64,
      """
      Error: --hidden-size: 'two' is not a whole number from 1 to 65536.
      """),
    .init(
      "a hidden size of 0", "step --input 1,2 --hidden 0,1 --hidden-size 0", 64,
      """
      Error: --hidden-size: '0' is not a whole number from 1 to 65536.
      """),
    .init(
      "a negative projection", "step --input 1,2 --hidden 0,1 --projection-size -1", 64,
      """
      Error: --projection-size: '-1' is not a whole number from 1 to 65536.
      """),
    .init(
      "a negative seed", "step --input 1,2 --hidden 0,1 --weights pytorch --seed -1", 64,
      """
      Error: --seed: '-1' is not a whole number from 0 to 18446744073709551615.
      """),
    .init(
      "weights that nobody could hold", "step --weights pytorch --hidden-size 65536", 64,
      """
      Error: 65536 inputs and 65536 hidden units need 34359738368 weights; at most 134217728 are drawn.
      Take fewer.
      """),
    .init(
      "too many weights for a program", "step --weights pytorch --hidden-size 64 --format swift",
      64,
      """
      Error: a program would have to spell out 32768 weights; at most 20000 are written.
      Take fewer units, identity weights, or --format json.
      """),
  ]
}
