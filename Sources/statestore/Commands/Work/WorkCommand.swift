import Application
import ArgumentParser
import Kratix
import Landing
import Manifests

/// `statestore work`: the Work that Kratix would make.
struct WorkCommand: AsyncParsableCommand, DisplayCommand {
  static let configuration = CommandConfiguration(
    commandName: "work",
    abstract: "Prints the Work that Kratix would make of a pipeline's output.",
    discussion: """
      It prints Works of the cluster in the same form, so that the two can be
      compared:
        statestore work --rendered ./output --promise postgresql \\
          --namespace default --name postgres-example \\
          --pipeline instance-configure > expected.yaml
        kubectl get work NAME -o yaml | statestore work --work - |
          diff expected.yaml -
      Only the five digits at the end of the name are chosen by Kratix at random.
      """)

  @OptionGroup(title: OptionTitle.common) var common: CommonOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup(title: OptionTitle.rendered) var options: WorkOptions

  func run() async throws {
    try await runReporting(as: format.output, failingWith: \.writeStatus) {
      let platform = try await common.settings.loadPlatform()
      let reading = try options.source.read(on: platform, allowEmpty: true)
      if let suspension = reading.suspension {
        return Output.notice("unchanged: Kratix would make no Work: \(suspension)")
      }
      for (index, work) in reading.intent.works.enumerated() {
        if index > 0, format.output != .json { print("---") }
        print(try text(of: work), terminator: "")
      }
    }
  }

  private func text(of work: Work) throws -> String {
    let manifest = try work.manifest()
    return format.output == .json
      ? JSONWriter(isIndented: true, sortsKeys: true).text(of: manifest) + "\n"
      : YAMLWriter(sortsKeys: true).text(of: manifest)
  }
}
