internal import Landing
internal import Manifests
internal import Verification

/// What the bodies look like, as far as clients rely on it.
enum OpenAPISchemas {
  static var node: Node {
    [
      "Problem": object(
        "RFC 9457; type is the name of an outcome, or of what only a server can say.",
        [
          ("type", string), ("title", string), ("status", integer), ("detail", string),
          ("instance", string), ("serverMessages", list(of: string)),
        ], required: ["type", "title", "status", "detail"]),
      "Work": object(
        "A Work of platform.kratix.io/v1alpha1; the status is the service's.",
        [
          ("apiVersion", ["const": "platform.kratix.io/v1alpha1"]), ("kind", ["const": "Work"]),
          (
            "metadata",
            object(
              "",
              [
                ("name", name),
                ("namespace", limited(name, "maxLength", WorkLimits.namespaceBytes)),
                ("generation", integer), ("resourceVersion", text), ("labels", labels),
                (
                  "annotations",
                  [
                    "type": "object",
                    "description": Node(
                      .string("At most \(WorkLimits.annotationBytes) bytes together.")),
                  ]
                ),
              ], required: ["name", "namespace"])
          ),
          (
            "spec",
            object(
              "",
              [
                ("promiseName", name), ("resourceName", ["type": "string", "maxLength": 253]),
                (
                  "workloadGroups",
                  limited(list(of: reference("WorkloadGroup")), "maxItems", WorkLimits.groups)
                ),
              ], required: ["promiseName"])
          ), ("status", reference("WorkStatus")),
        ], required: ["apiVersion", "kind", "metadata", "spec"]),
      "WorkloadGroup": object(
        "The files of one directory of the output. All groups of a Work have "
          + "\(WorkLimits.workloads) workloads at most; what is too large is refused with 422, a body "
          + "that is too large with 413.",
        [
          ("directory", string), ("id", string),
          (
            "workloads",
            limited(
              list(
                of: object(
                  "",
                  [
                    ("filepath", limited(string, "maxLength", WorkLimits.filepathBytes)),
                    ("content", string),
                  ], required: ["filepath"])), "maxItems", WorkLimits.workloads)
          ),
          (
            "destinationSelectors",
            limited(
              list(of: object("", [("source", string), ("matchLabels", labels)])), "maxItems",
              WorkLimits.selectors)
          ),
        ]),
      "WorkOrPreviews": ["anyOf": [reference("Work"), reference("Previews")]],
      "RemovalOrPreviews": [
        "anyOf": [
          object(
            "What was removed.",
            [("outcome", outcome), ("receipts", list(of: ["type": "object"]))],
            required: ["outcome", "receipts"]), reference("Previews"),
        ]
      ],
      "Previews": object(
        "What a dry run found, by state store.",
        [
          (
            "previews",
            list(
              of: object(
                "",
                [
                  ("stateStore", ["type": "object"]), ("base", string),
                  ("files", list(of: ["type": "object"])), ("diff", string),
                ], required: ["stateStore", "files", "diff"]))
          )
        ], required: ["previews"]),
      "WorkStatus": object(
        "What became of it.",
        [
          ("observedGeneration", integer), ("outcome", outcome),
          ("conditions", list(of: reference("Condition"))),
          ("stores", list(of: reference("WorkInStore"))),
          ("receipts", list(of: ["type": "object"])),
        ], required: ["conditions", "stores", "receipts"]),
      "WorkInStore": object(
        "What became of it in one state store.",
        [
          ("name", string), ("outcome", outcome), ("message", string),
          ("serverMessages", list(of: string)), ("attemptedAt", time),
          ("drift", judgement("What others have changed since it landed.")),
          ("verification", judgement("What verification last said of it, as GET /v1/verify does.")),
        ], required: ["name", "outcome", "attemptedAt"]),
      "Condition": object(
        "As Kubernetes writes them. Scheduled: every group has a Destination. WriteSucceeded: every "
          + "state store took it and it was read back. Verified: verification has no finding in "
          + "what is there; Unknown while a state store cannot be read. Ready: all of these.",
        [
          ("type", choice(Condition.Kind.allCases)),
          ("status", ["enum": ["True", "False", "Unknown"]]), ("reason", string),
          ("message", string), ("observedGeneration", integer), ("lastTransitionTime", time),
        ], required: ["type", "status", "reason", "message", "lastTransitionTime"]),
      "DeleteOptions": object(
        "What a client requires of a Work that it deletes.",
        [
          ("kind", ["const": "DeleteOptions"]),
          ("preconditions", object("", [("uid", text), ("resourceVersion", text)])),
        ]),
      "WorkList": object(
        "A page of Works.",
        [
          ("apiVersion", string), ("kind", ["const": "WorkList"]),
          ("metadata", object("", [("continue", string), ("remainingItemCount", integer)])),
          ("items", list(of: reference("Work"))),
        ], required: ["metadata", "items"]),
      "StoreList": object(
        "The state stores.", [("items", list(of: reference("Store")))], required: ["items"]),
      "Store": object(
        "A state store.",
        [
          ("name", string), ("url", string), ("branch", string), ("queueDepth", integer),
          (
            "reachable",
            [
              "type": "boolean",
              "description":
                "Whether the last look could read it and the last landing had an answer.",
            ]
          ),
          (
            "problem",
            object(
              "Why it is not reachable.",
              [("outcome", outcome), ("message", string), ("since", time)],
              required: ["outcome", "message", "since"])
          ),
          (
            "lastLook",
            object(
              "The last look that could read it.", [("commit", string), ("time", time)],
              required: ["commit", "time"])
          ),
          ("destinations", list(of: ["type": "object"])),
        ], required: ["name", "url", "branch", "reachable", "queueDepth", "destinations"]),
      "Look": object(
        "What a look at a state store found.",
        [
          ("stateStore", string), ("commit", string), ("placements", integer),
          ("drifted", list(of: string)), ("message", string),
        ]),
      "Promise": object(
        "A Promise, as far as a Work needs it.",
        [
          ("apiVersion", string), ("kind", ["const": "Promise"]),
          ("metadata", ["type": "object"]), ("spec", ["type": "object"]),
        ], required: ["metadata", "spec"]),
      "Verification": object(
        "What should be there.",
        [
          ("stateStore", text), ("ref", text), ("requests", list(of: ["type": "object"])),
          ("works", list(of: reference("Work"))), ("receipts", list(of: ["type": "object"])),
          ("expectations", list(of: ["type": "object"])), ("rules", list(of: string)),
          ("promise", text), ("destination", text), ("all", ["type": "boolean"]),
          ("brief", ["type": "boolean"]), ("lines", ["type": "boolean"]),
          ("maxAge", duration),
        ]),
      "Reports": ["oneOf": [reference("Report"), list(of: reference("Report"))]],
      "Report": object(
        "What verification says of one commit.",
        [
          ("schemaVersion", integer), ("stateStore", ["type": "object"]),
          ("revision", ["type": ["string", "null"]]), ("commit", ["type": ["object", "null"]]),
          ("resources", list(of: ["type": "object"])), ("summary", ["type": "object"]),
        ], required: ["schemaVersion", "stateStore", "resources", "summary"]),
    ]
  }

  /// A name of an object in Kubernetes.
  static let name: Node = [
    "type": "string", "pattern": "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", "maxLength": 253,
  ]
  /// A span of time.
  static let duration: Node = ["type": "string", "pattern": "^0*[1-9][0-9]{0,6}(ms|s|m|h|d)?$"]

  private static let string: Node = ["type": "string"]
  private static let text: Node = ["type": "string", "minLength": 1]
  private static let integer: Node = ["type": "integer"]
  private static let time: Node = ["type": "string", "format": "date-time"]
  private static var outcome: Node { choice(Outcome.allCases) }

  private static func choice<Value: RawRepresentable<String>>(_ values: [Value]) -> Node {
    ["type": "string", "enum": Node(.sequence(values.map { Node(.string($0.rawValue)) }))]
  }

  private static var labels: Node {
    [
      "type": "object", "maxProperties": Node(.integer(Int64(WorkLimits.labels))),
      "propertyNames": limited([:], "maxLength", WorkLimits.labelKeyBytes),
      "additionalProperties": [
        "maxLength": Node(.integer(Int64(WorkLimits.labelValueBytes)))
      ],
    ]
  }

  /// A schema with a limit more.
  private static func limited(_ schema: Node, _ keyword: String, _ limit: Int) -> Node {
    var fields = schema.mapping ?? [:]
    fields[keyword] = Node(.integer(Int64(limit)))
    return Node(.mapping(fields))
  }

  private static func judgement(_ description: String) -> Node {
    object(
      description,
      [("verdict", choice(Verdict.allCases)), ("message", string), ("commit", string)],
      required: ["verdict", "commit"])
  }

  private static func list(of item: Node) -> Node { ["type": "array", "items": item] }

  private static func reference(_ name: String) -> Node {
    ["$ref": Node(.string("#/components/schemas/\(name)"))]
  }

  private static func object(
    _ description: String, _ properties: [(String, Node)], required: [String] = []
  ) -> Node {
    var schema: Mapping = ["type": "object", "properties": Node(.mapping(Mapping(properties)))]
    if !description.isEmpty { schema["description"] = Node(.string(description)) }
    if !required.isEmpty {
      schema["required"] = Node(.sequence(required.map { Node(.string($0)) }))
    }
    return Node(.mapping(schema))
  }
}
