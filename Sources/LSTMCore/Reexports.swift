// Whoever imports LSTMCore works with cells over Double or Float, and so needs to see that these
// are `Real`: without this line every user would have to depend on swift-numerics as well.
@_exported import RealModule
