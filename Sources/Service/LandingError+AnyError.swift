internal import Git
internal import GitTransport
internal import Kratix
public import Landing
internal import Manifests
internal import Verification

extension LandingError {
  /// What any error means to whoever wants something of a state store: an outcome with a message.
  public init(anyError error: any Error) {
    switch error {
    case let error as LandingError: self = error
    case let error as KratixError: self.init(error)
    case let error as ManifestError: self.init(.invalidInput, error.description)
    case let error as UnsafePath: self.init(.unsafePath, error.description)
    case let error as InvalidRuleSetting: self.init(.invalidConfiguration, error.message)
    case let error as TransportError: self.init(error)
    // Neither the client nor the repository is at fault, and it is safe to try again.
    case let error as StorageError: self.init(.unreachable, error.message)
    case is CancellationError: self.init(.timedOut, "cancelled")
    default: self.init(.corruptRepository, "\(error)")
    }
  }
}
