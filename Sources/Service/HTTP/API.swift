internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Landing
internal import Manifests

/// Everything that can be asked of the service, and what is needed to answer.
struct API: Sendable {
  let state: DesiredState
  let platforms: Platforms
  let reconcilers: Reconcilers
  let changes: Changes
  let drift: DriftWatch
  let access: AccessFiles
  let health: StoreHealth
  let telemetry: Telemetry
  let body: RequestBodyReader
  let dependencies: Dependencies
  let version: String
  /// What the forms of the pages are proven with.
  let formKey = PageForm.newKey()

  /// All routes, in the order of the document.
  var routes: [Route] {
    let preview = LandingPreview(platforms: platforms, dependencies: dependencies)
    return WorkRoutes(
      state: state, platforms: platforms, reconcilers: reconcilers, changes: changes,
      health: health, body: body, dependencies: dependencies, preview: preview
    ).all
      + RemovalRoutes(
        state: state, platforms: platforms, reconcilers: reconcilers, changes: changes, body: body,
        dependencies: dependencies, preview: preview
      ).all
      + StoreRoutes(
        platforms: platforms, reconcilers: reconcilers, drift: drift, access: access,
        health: health, body: body
      ).all
      + VerificationRoutes(
        state: state, platforms: platforms, drift: drift, health: health, body: body,
        dependencies: dependencies
      ).all
      + PromiseRoutes(platforms: platforms).all
      + HealthRoutes(
        state: state, platforms: platforms, reconcilers: reconcilers, access: access,
        health: health, telemetry: telemetry
      ).all + [documentRoute]
      + PageRoutes(
        state: state, platforms: platforms, reconcilers: reconcilers, changes: changes,
        drift: drift, health: health, body: body, dependencies: dependencies, version: version,
        forms: PageForm(key: formKey)
      ).all
  }

  private var documentRoute: Route {
    Route(
      .get, "/openapi.json", "openapi", "This document.",
      answers: [(200, Route.Body(description: "OpenAPI 3.1.", schema: nil))],
      handler: { _, _ in
        .json(OpenAPIDocument(routes: routes, version: version).node)
      })
  }
}

extension Request {
  /// What the query says, by name.
  func query(_ name: String) -> String? {
    uri.queryParameters[name[...]].map(String.init)
  }
}
