import ArgumentParser

/// A command that only displays something: if the reader of its output closes the pipe early, as `head`
/// does, the command has succeeded.
protocol DisplayCommand: ParsableCommand {}
