import ArgumentParser

/// A command that shows what there is and decides nothing: whoever has seen enough may close the
/// pipe, and all is well.
protocol ShowingCommand: ParsableCommand {}

extension PrintWork: ShowingCommand {}
extension Status: ShowingCommand {}
extension RuleCommand: ShowingCommand {}
extension ListExpectations: ShowingCommand {}
extension ShowExpectation: ShowingCommand {}
extension DraftExpectation: ShowingCommand {}
