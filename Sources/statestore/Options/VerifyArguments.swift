package import Application
import ArgumentParser

extension VerifyOutput: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }

  package static var allValueStrings: [String] { VerifyFormat.allCases.map(\.rawValue) }
}
extension FailureThreshold: ExpressibleByArgument {}
