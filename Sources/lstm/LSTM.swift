import ArgumentParser
@main struct LSTM: ParsableCommand {}
