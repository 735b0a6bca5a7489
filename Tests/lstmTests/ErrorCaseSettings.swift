// Messages about weights and variants.

extension ErrorCase {
  /// Weights, biases, pins, activations and clips.
  static let settings: [ErrorCase] = [
    .init(
      "a kind of weights mistyped", "step --input 1,2 --hidden 0,1 --weights identiy", 64,
      """
      Error: --weights: 'identiy' is neither a kind nor a file. Did you mean 'identity'?
      """),
    .init(
      "a kind of weights unknown", "step --input 1,2 --hidden 0,1 --weights zeros", 66,
      """
      Error: --weights: 'zeros' is neither a kind of weights nor a file that exists.
      Choose identity, uniform:LOW:HIGH, normal:STD, pytorch, or a JSON file.
      """),
    .init(
      "uniform weights without bounds", "step --input 1,2 --hidden 0,1 --weights uniform", 64,
      """
      Error: --weights: 'uniform' is incomplete.
      Write uniform:LOW:HIGH, as in uniform:-1:1, or normal:STD, as in normal:0.5.
      """),
    .init(
      "uniform weights with bounds the wrong way round",
      "step --input 1,2 --hidden 0,1 --weights uniform:1:-1", 64,
      """
      Error: --weights uniform: the lower bound 1 is not below the upper -1.
      Write uniform:LOW:HIGH, as in uniform:-1:1.
      """),
    .init(
      "uniform weights with a word", "step --input 1,2 --hidden 0,1 --weights uniform:low:1", 64,
      """
      Error: --weights uniform: 'low' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "normal weights without width", "step --input 1,2 --hidden 0,1 --weights normal:0", 64,
      """
      Error: --weights normal: the standard deviation 0 is not above 0.
      Write normal:STD, as in normal:0.5.
      """),
    .init(
      "identity weights with a number", "step --input 1,2 --hidden 0,1 --weights identity:3", 64,
      """
      Error: --weights: 'identity:3' is neither a kind nor a file. Did you mean 'identity'?
      """),
    .init(
      "a file of weights and a hidden size", "step --weights w1.json --hidden-size 4", 64,
      """
      Error: --hidden-size is 4, but the weights of 'w1.json' have 1 hidden unit. Leave --hidden-size out.
      """),
    .init(
      "a file of weights and a random peephole", "step --weights w1.json --peephole random", 64,
      """
      Error: --peephole random draws random numbers, but the weights come from the file 'w1.json'.
      Put them into the file: "projection", "peephole", "recurrentBias".
      """),
    .init(
      "a random peephole on identity weights", "step --input 1,2 --hidden 0,1 --peephole random",
      64,
      """
      Error: --peephole random draws random numbers, but the weights are the identity.
      Add --weights uniform:-1:1.
      """),
    .init(
      "a random second bias on identity weights",
      "step --input 1,2 --hidden 0,1 --recurrent-bias random", 64,
      """
      Error: --recurrent-bias random draws random numbers, but the weights are the identity.
      Add --weights uniform:-1:1.
      """),
    .init(
      "a projection on identity weights", "step --input 1,2 --hidden 0,1 --projection-size 1", 64,
      """
      Error: --projection-size 1 draws random numbers, but the weights are the identity.
      Add --weights uniform:-1:1.
      """),
    .init(
      "a bias that is a word", "step --input 1,2 --hidden 0,1 --bias much", 64,
      """
      Error: --bias: 'much' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a bias for a gate that does not exist", "step --input 1,2 --hidden 0,1 --bias forgot=1", 64,
      """
      Error: --bias: 'forgot' is not a valid name. Did you mean 'forget'?
      Valid here: forget, input, candidate, output.
      """),
    .init(
      "a bias without its number", "step --input 1,2 --hidden 0,1 --bias forget=", 64,
      """
      Error: --bias: 'forget=' is not of the form name=value, as in forget=1.
      """),
    .init(
      "a bias that is a word, by gate", "step --input 1,2 --hidden 0,1 --bias forget=much", 64,
      """
      Error: --bias forget: 'much' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a bias given twice", "step --input 1,2 --hidden 0,1 --bias forget=1,forget=2", 64,
      """
      Error: --bias: 'forget' is given twice. Keep one of them.
      """),
    .init(
      "an infinite bias", "step --input 1,2 --hidden 0,1 --bias inf", 64,
      """
      Error: --bias: 'inf' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a peephole for the candidate", "step --input 1,2 --hidden 0,1 --peephole candidate=1", 64,
      """
      Error: --peephole: 'candidate' is not a valid name.
      Valid here: forget, input, output.
      """),
    .init(
      "a second bias misspelt", "step --input 1,2 --hidden 0,1 --recurrent-bias rnd", 64,
      """
      Error: --recurrent-bias: 'rnd' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a pin without a gate", "step --input 1,2 --hidden 0,1 --pin 1", 64,
      """
      Error: --pin: '1' does not say which gate. Write it like forget=1.
      """),
    .init(
      "a pin for no gate", "step --input 1,2 --hidden 0,1 --pin fogret=1", 64,
      """
      Error: --pin: 'fogret' is not a valid name. Did you mean 'forget'?
      Valid here: forget, input, candidate, output.
      """),
    .init(
      "a pin that is a word", "step --input 1,2 --hidden 0,1 --pin forget=open", 64,
      """
      Error: --pin forget: 'open' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a function without a place", "step --input 1,2 --hidden 0,1 --activation relu", 64,
      """
      Error: --activation: 'relu' is not of the form name=value, as in candidate=relu.
      """),
    .init(
      "a place that does not exist", "step --input 1,2 --hidden 0,1 --activation candidat=relu", 64,
      """
      Error: --activation: 'candidat' is not a valid name. Did you mean 'candidate'?
      Valid here: forget, input, candidate, output, cell, gates.
      """),
    .init(
      "a function that does not exist", "step --input 1,2 --hidden 0,1 --activation candidate=rleu",
      64,
      """
      Error: --activation: there is no function 'rleu'. Did you mean 'relu'?
      Valid are: sigmoid, tanh, identity, relu, affine, leaky-relu, thresholded-relu, scaled-tanh,
      hard-sigmoid, elu, softsign, softplus.
      """),
    .init(
      "a function with too many numbers",
      "step --input 1,2 --hidden 0,1 --activation gates=sigmoid:1", 64,
      """
      Error: --activation: sigmoid takes no number, not 1.
      """),
    .init(
      "a function with a word", "step --input 1,2 --hidden 0,1 --activation gates=hard-sigmoid:x",
      64,
      """
      Error: --activation hard-sigmoid: 'x' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "no function at all", ["step", "--input", "1,2", "--hidden", "0,1", "--activation", ""], 64,
      """
      Error: --activation: '' is not of the form name=value, as in candidate=relu.
      """),
    .init(
      "a clip of 0", "step --input 1,2 --hidden 0,1 --clip 0", 64,
      """
      Error: --clip: the bound 0 is not above 0. Give a positive number.
      """),
    .init(
      "a negative clip", "step --input 1,2 --hidden 0,1 --cell-clip -1", 64,
      """
      Error: --cell-clip: the bound -1 is not above 0. Give a positive number.
      """),
    .init(
      "a clip that is a word", "step --input 1,2 --hidden 0,1 --clip tight", 64,
      """
      Error: --clip: 'tight' is not a finite number. Write it like -0.25 or 1e-3.
      """),
    .init(
      "a clip of a projection that is not there",
      "step --input 1,2 --hidden 0,1 --projection-clip 1", 64,
      """
      Error: --projection-clip: this cell has no projection to clip.
      Add --projection-size or a file with a projection, or leave it out.
      """),
  ]
}
