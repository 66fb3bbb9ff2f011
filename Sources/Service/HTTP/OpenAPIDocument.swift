internal import HTTPTypes
internal import Manifests

/// The OpenAPI 3.1 document of the routes.
struct OpenAPIDocument {
  let routes: [Route]
  let version: String

  var node: Node {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "statestore", "version": Node(.string(version)),
        "description": Node(
          .string("Lands Kratix Works in Git state stores, keeps them there, and shows it.")),
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "security": [["bearer": []]],
      "paths": Node(.mapping(paths)),
      "components": [
        "securitySchemes": [
          "bearer": ["type": "http", "scheme": "bearer"],
          "signature": [
            "type": "apiKey", "in": "header", "name": "X-Hub-Signature-256",
            "description": Node(
              .string("Or X-Gitea-Signature, or X-Gitlab-Token with the secret itself.")),
          ],
        ],
        "schemas": OpenAPISchemas.node,
      ],
    ]
  }

  private var paths: Mapping {
    routes.reduce(into: [:]) { paths, route in
      var item = paths[route.path]?.mapping ?? [:]
      if item.isEmpty, !route.pathParameters.isEmpty {
        item["parameters"] = Node(.sequence(route.pathParameters.map(Self.pathParameter)))
      }
      item[route.method.rawValue.lowercased()] = operation(route)
      paths[route.path] = Node(.mapping(item))
    }
  }

  private func operation(_ route: Route) -> Node {
    var operation: Mapping = [
      "operationId": Node(.string(route.operation)), "summary": Node(.string(route.summary)),
    ]
    switch route.access {
    case .open: operation["security"] = []
    case .token, .form: break
    case .tokenOrSignature: operation["security"] = [["bearer": []], ["signature": []]]
    }
    let parameters =
      route.query.map { Self.parameter($0, in: "query") }
      + route.headers.map { Self.parameter($0, in: "header") }
    if !parameters.isEmpty { operation["parameters"] = Node(.sequence(parameters)) }
    if let request = route.request { operation["requestBody"] = Self.body(request) }
    var answers: Mapping = [:]
    for answer in route.answers {
      answers[String(answer.status)] = Self.body(answer.body)
    }
    answers["default"] = Self.body(
      Route.Body(
        types: ["application/problem+json"], description: "Why it was not done.",
        schema: "Problem"))
    operation["responses"] = Node(.mapping(answers))
    return Node(.mapping(operation))
  }

  private static func pathParameter(_ name: String) -> Node {
    [
      "name": Node(.string(name)), "in": "path", "required": true,
      "schema": OpenAPISchemas.name,
    ]
  }

  private static func parameter(_ parameter: Route.Parameter, in place: String) -> Node {
    [
      "name": Node(.string(parameter.name)), "in": Node(.string(place)), "required": false,
      "description": Node(.string(parameter.description)), "schema": parameter.schema,
    ]
  }

  private static let entityTag: Node = [
    "description": "The Work's version as it is wanted, metadata.resourceVersion in quotes.",
    "required": true, "schema": ["type": "string", "pattern": "^\"[^\"]+\"$"],
  ]

  private static func body(_ body: Route.Body) -> Node {
    let reference = body.schema.map { "#/components/schemas/\($0)" }
    let content = body.types.map { type -> (String, Node) in
      let plain: Node = ["type": type.hasSuffix("json") ? "object" : "string"]
      return (type, ["schema": reference.map { ["$ref": Node(.string($0))] } ?? plain])
    }
    var fields: Mapping = [
      "description": Node(.string(body.description)), "content": Node(.mapping(Mapping(content))),
    ]
    if body.hasEntityTag { fields["headers"] = ["ETag": entityTag] }
    return Node(.mapping(fields))
  }
}
