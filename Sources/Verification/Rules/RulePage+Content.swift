// Rules about what files hold.

extension RulePage {
  static let missingResource = RulePage(
    meaning:
      "An expected object is in no landed document. The Expectation of the Promise names it, "
      + "and none of the resource's files holds it.",
    origins: [
      "Only the first of several documents was rendered: the template was split, or a tool reads "
        + "one document only.",
      "The object's name was rendered differently.",
      "A condition in the template left it out for this request.",
    ],
    remedies: [
      "Let the pipeline render every document of its template.",
      "Where the object is no longer wanted, take it out of the Expectation.",
    ])

  static let wrongNamespace = RulePage(
    meaning: "An object is in another namespace than the request's. A manifest without a namespace "
      + "counts as being in default, where kubectl and Flux put it.",
    origins: [
      "The placeholder for the name was replaced inside the placeholder for the namespace: "
        + "placeholder-namespace became postgres-examplespace.",
      "The template carries a fixed namespace.",
      "metadata.namespace was left out.",
    ],
    remedies: [
      "Replace the longer placeholder first, or render with a YAML tool.",
      "Let the pipeline set metadata.namespace to the request's.",
      "Where another namespace is meant, say so in the Expectation.",
    ])

  static let fieldMismatch = RulePage(
    meaning: "A field differs from the expectation. Quantities are compared as quantities, and "
      + "lists of named things by name. Or it is a Secret's value that the API server refuses: "
      + "stringData takes strings, and data takes base64.",
    origins: [
      "The request's size was never applied: the value is the one of the default.",
      "The pipeline reads a field that the request does not have.",
      "Somebody edited the file.",
      "The Expectation is out of date.",
      "A password of digits was rendered without quotes, or put into data as it is.",
    ],
    remedies: [
      "Let the pipeline read the value from the request.",
      "Quote what stringData holds; encode what data holds.",
      "statestore expectation show NAME shows what is expected.",
    ])

  static let unknownField = RulePage(
    meaning: "A field that its kind does not have. The API server drops it, or refuses the object.",
    origins: [
      "A YAML tool was told to set a field without naming a kind, and set it in all documents.",
      "A field at the wrong indentation.",
      "A field of another kind: spec.replicas of a Service, spec of a Secret.",
    ],
    remedies: [
      "Let the tool change only objects of the kind that the field belongs to.",
      "kubectl apply --dry-run=server --validate=strict -f FILE says what the API server thinks.",
    ])

  static let danglingReference = RulePage(
    meaning: "A Secret, ConfigMap or PersistentVolumeClaim is referred to and not there. The pods "
      + "do not start without it.",
    origins: [
      "Only some of the documents were rendered.",
      "The names of the object and of the reference are built differently.",
      "The object is in another namespace.",
    ],
    remedies: [
      "Let the pipeline render it into the same namespace.",
      "Where something else makes it, mark the reference optional, or turn the rule off.",
    ])

  static let placeholderLeft = RulePage(
    meaning: "A placeholder that nothing replaced: placeholder-…, $(…), ${…} or {{ … }}. Where "
      + "Kubernetes, a shell or an operator gives such a text a meaning, it is left alone.",
    origins: [
      "Only the first document's placeholders were replaced: most YAML tools edit one document.",
      "A variable was not set when the template was rendered.",
      "The placeholder is misspelled in the template.",
    ],
    remedies: [
      "Let the pipeline replace its placeholders in every document.",
      "Let it fail when a variable is not set (envsubst does not; set -u does).",
    ])

  static let invalidYAML = RulePage(
    meaning: "A file does not parse, has a key twice, or aliases that multiply. Flux and Argo CD "
      + "then apply nothing of the whole directory.",
    origins: [
      "A tab as indentation.",
      "A value with a colon or a brace that is not in quotes.",
      "Two documents without --- between them, so that keys repeat.",
      "A template that was not rendered.",
    ],
    remedies: [
      "Look at the line and column of the finding.",
      "Render with a YAML tool instead of text replacement.",
    ])

  static let duplicateResource = RulePage(
    meaning: "One object is in two documents. The one that is applied last wins, and nobody "
      + "promises which one that is.",
    origins: [
      "Two files of the output hold the same object.",
      "Two requests render an object of the same name: the name does not contain the request's.",
      "A dependency was rendered by the request's pipeline too.",
    ],
    remedies: [
      "Let the pipeline put it out once.",
      "Build names from the request's name, or render shared objects as dependencies.",
    ])

  static let notAManifest = RulePage(
    meaning: "A file that Kubernetes cannot apply: a README.md, an empty file, a document without "
      + "apiVersion and kind. It is an error where no manifest is left beside it: then a commit "
      + "is there and nothing will ever run.",
    origins: [
      "The whole directory of the pipeline's image was copied to /kratix/output.",
      "The template was not found, and only the README beside it was copied.",
      "A script wrote an empty file because its input was empty.",
      "A README landed as a dependency of the Promise.",
    ],
    remedies: [
      "Let the pipeline write its manifests, and nothing else, to /kratix/output.",
      "Copy *.yaml, not directories.",
    ])

  static let unexpectedResource = RulePage(
    meaning: "An object of the placement that no expectation names. It will be applied.",
    origins: [
      "The pipeline renders more than the Expectation knows.",
      "Its name was rendered differently; then the expected one is missing too.",
      "Somebody added it by hand.",
    ],
    remedies: [
      "Add it to the Expectation, or let the pipeline not render it."
    ])

  static let plaintextSecret = RulePage(
    meaning: "A Secret with its values in clear. Everybody who can read the repository can read "
      + "them; base64 hides nothing.",
    origins: ["The pipeline renders a Secret with data or stringData."],
    remedies: [
      "Let the pipeline put out a SealedSecret, an ExternalSecret, or a Secret encrypted with SOPS.",
      "Change the password: it is in the history of the repository.",
      "Where that is accepted: --rule plaintext-secret=off.",
    ])
}
