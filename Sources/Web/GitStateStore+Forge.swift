package import Kratix

extension GitStateStore {
  /// The forge that its repository is on: by the annotations, or by the repository's address.
  package var forge: Forge? {
    Forge(
      repository: url,
      templates: Forge.Templates(commit: webPages?.commit, file: webPages?.file))
  }
}
