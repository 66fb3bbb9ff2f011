import Kratix
import Manifests
import Testing

/// The object of the only document in a text.
func object(_ text: String, file: String = "state.yaml") throws -> PlatformObject {
  let manifest = try ManifestFile(parsing: text, name: file)
  return PlatformObject(try #require(manifest.objects.first, "no object"), file: file)
}

/// What a reader says against a text, as a person sees it.
func fault<Value>(
  _ text: String, _ read: (PlatformObject) throws(ManifestError) -> Value
) throws -> String? {
  let object = try object(text)
  do throws(ManifestError) {
    _ = try read(object)
    return nil
  } catch {
    return error.description
  }
}

/// The failure of a body, if it is one of Kratix's rules.
func refusal(_ body: () throws(KratixError) -> Void) -> KratixError? {
  do throws(KratixError) {
    try body()
    return nil
  } catch {
    return error
  }
}
