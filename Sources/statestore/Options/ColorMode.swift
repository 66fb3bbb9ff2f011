import Application
import ArgumentParser

/// When output is coloured.
enum ColorMode: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never

  /// Whether output is coloured, as `NO_COLOR` (no-color.org), `CLICOLOR_FORCE` (bixense.com/clicolors) and
  /// `TERM` say it where the mode is `auto`.
  func isOn(isTerminal: Bool, variable: (String) -> String? = { Environment[$0] }) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto:
      if variable("NO_COLOR") != nil { return false }
      if let force = variable("CLICOLOR_FORCE"), force != "0" { return true }
      return isTerminal && variable("TERM") != "dumb"
    }
  }
}
