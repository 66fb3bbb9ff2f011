import Application
import ArgumentParser

/// What is to land or to be removed: a pipeline's output, or Works of the cluster.
struct WorkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Works as \"kubectl get work -o yaml|json\" prints them, single or a List, instead of rendered output; - reads standard input.",
      valueName: "file|-"), completion: .file())
  var work: String?

  @OptionGroup(title: OptionTitle.rendered) var rendered: RenderedOptions

  func validate() throws {
    guard work == nil || rendered.rendered == nil else {
      throw ValidationError("Give --work or --rendered, not both.")
    }
  }

  /// The values of the flags.
  var source: WorkSource { WorkSource(works: work, rendered: rendered.source) }
}
