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
    workRoutes + removalRoutes + storeRoutes + verificationRoutes + promiseRoutes + healthRoutes
      + [documentRoute] + pageRoutes
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
