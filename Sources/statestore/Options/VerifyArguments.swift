package import Application
import ArgumentParser

extension VerifyFormat: ExpressibleByArgument {}
extension FailureThreshold: ExpressibleByArgument {}
