import Testing
import Verification

/// A text with the notation of placeholders at some place of a manifest, and what it is held to be.
private struct PlaceholderCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let manifest: String
  /// Where a placeholder is left; `nil` where none is.
  var pointer: String?
  var severity = Severity.error

  init(
    _ description: String, _ manifest: String, at pointer: String? = nil,
    severity: Severity = .error
  ) {
    testDescription = description
    self.manifest = manifest
    self.pointer = pointer
    self.severity = severity
  }

  private static func definition(_ schema: String) -> String {
    """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: things.example.com}
    spec:
      group: example.com
      versions:
        - name: v1
          schema:
            openAPIV3Schema: \(schema)
    """
  }

  private static func map(_ data: String) -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\ndata:\n  \(data)"
  }

  private static func pod(_ container: String, annotations: String = "{}") -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: a, namespace: default}
    spec:
      template:
        metadata: {annotations: \(annotations)}
        spec: {containers: [{name: a, image: a, \(container)}]}
    """
  }

  private static let container = "/spec/template/spec/containers/0"

  static let all = [
    // Documentation
    PlaceholderCase(
      "a schema's description",
      definition("{description: 'references $(VAR_NAME) are expanded, ${x} and {{ y }} are not'}")),
    PlaceholderCase(
      "a schema's default and pattern",
      definition("{properties: {a: {default: '${x}', pattern: 'placeholder-a'}}}")),
    PlaceholderCase(
      "a description in an annotation",
      pod("command: [a]", annotations: "{kubernetes.io/description: 'set ${NAME} yourself'}")),
    PlaceholderCase(
      "a description of another kind",
      "apiVersion: x.y/v1\nkind: Z\nmetadata: {name: a}\nspec: {description: placeholder-name}"),
    PlaceholderCase(
      "a description of an entity",
      "apiVersion: x.y/v1\nkind: Z\nmetadata: {name: a, description: 'docs of ${NAME}'}"),
    PlaceholderCase(
      "a variable of Flux with a default",
      "apiVersion: x.y/v1\nkind: Z\nmetadata: {name: a, annotations: {b: '${ssa:=Merge}'}}"),
    PlaceholderCase(
      "a variable of a shell with a default",
      "apiVersion: x.y/v1\nkind: Z\nmetadata: {name: a, annotations: {b: '${ssa:-Merge}'}}",
      at: "/metadata/annotations/b"),
    PlaceholderCase(
      "a name beside a description",
      "apiVersion: x.y/v1\nkind: Z\nmetadata: {name: a}\nspec: {title: placeholder-name}",
      at: "/spec/title"),
    PlaceholderCase(
      "a definition's group",
      definition("{type: object}").replacing("example.com\n", with: "${G}\n"),
      at: "/spec/group"),
    // Files and scripts
    PlaceholderCase("a value in a ConfigMap", map("url: ${URL}"), at: "/data/url"),
    PlaceholderCase(
      "a key that is called description", map("description: ${D}"), at: "/data/description"),
    PlaceholderCase("a script of one line", map("run.sh: echo $(hostname) ${HOME}")),
    PlaceholderCase("a script of several lines", map("run: |\n    #!/bin/sh\n    echo $(date)")),
    PlaceholderCase("a template of one line", map("page.tmpl: 'Hello {{ .Name }}'")),
    PlaceholderCase("a configuration file", map("nginx.conf: listen ${port};")),
    PlaceholderCase(
      "a word in a configuration file", map("a.conf: user placeholder-name"), at: "/data/a.conf"),
    PlaceholderCase(
      "a word in a script", map("run.sh: sed s/placeholder-host/$HOST/ a"), at: "/data/run.sh",
      severity: .warning),
    PlaceholderCase(
      "a word in a script by its first line",
      map("run: |\n    #!/bin/sh\n    sed s/placeholder-a/b/"),
      at: "/data/run", severity: .warning),
    // Annotations
    PlaceholderCase(
      "a template for an agent",
      pod(
        "command: [a]",
        annotations: "{vault.hashicorp.com/agent-inject-template-a: '{{ .Data.x }}'}")),
    PlaceholderCase(
      "an annotation of several lines",
      pod("command: [a]", annotations: #"{a.b/c: "x\n{{ y }}\n"}"#)),
    PlaceholderCase(
      "an annotation", pod("command: [a]", annotations: "{a.b/c: '{{ y }}'}"),
      at: "/spec/template/metadata/annotations/a.b~1c"),
    // What Kubernetes expands
    PlaceholderCase(
      "a variable of the container", pod("args: [$(A)], env: [{name: A, value: b}]")),
    PlaceholderCase(
      "a variable in another variable",
      pod("env: [{name: A, value: b}, {name: B, value: 'x-$(A)'}]")),
    PlaceholderCase(
      "a variable in a path",
      pod("volumeMounts: [{name: v, subPathExpr: $(A)}], env: [{name: A, value: b}]")),
    PlaceholderCase(
      "a variable in a probe",
      pod("livenessProbe: {exec: {command: [x, $(A)]}}, env: [{name: A, value: b}]")),
    PlaceholderCase(
      "a variable of a Service", pod("args: [$(KUBERNETES_SERVICE_HOST), $(DB_SERVICE_PORT_SQL)]")),
    PlaceholderCase(
      "a variable that may come from a Secret",
      pod("args: [$(A)], envFrom: [{secretRef: {name: s, optional: true}}]")),
    PlaceholderCase(
      "a variable that nothing sets", pod("args: [a, $(B)], env: [{name: A, value: b}]"),
      at: container + "/args/1"),
    PlaceholderCase(
      "a path that nothing sets", pod("volumeMounts: [{name: v, subPathExpr: $(A)}]"),
      at: container + "/volumeMounts/0/subPathExpr"),
    PlaceholderCase(
      "an image", pod("env: []").replacing("image: a", with: "image: $(A)"),
      at: container + "/image"),
    PlaceholderCase(
      "a name", pod("env: []").replacing("{name: a, image", with: "{name: '${A}', image"),
      at: container + "/name"),
    // What a program in the container expands
    PlaceholderCase(
      "an index of a Job, and a port of a Service",
      pod("args: [$(JOB_COMPLETION_INDEX), $(DB_PORT_80_TCP_ADDR)]")),
    PlaceholderCase(
      "a shell's variable beside others",
      pod(
        "args: ['${A}'], env: [{name: A, value: b}], envFrom: [{secretRef: {name: s, optional: true}}]"
      )),
    PlaceholderCase(
      "a parameter of a driver",
      "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\n"
        + "provisioner: x\nparameters: {csi.storage.k8s.io/node-stage-secret-name: '${pvc.name}'}"),
    PlaceholderCase(
      "a script after the end of flags", pod("command: [/bin/sh, -c, --], args: ['echo $(date)']")),
    PlaceholderCase("a script after several flags", pod("command: [sh, -cx, 'echo $(date)']")),
    PlaceholderCase("a script of Perl", pod("command: [perl, -e, 'print ${A}']")),
    PlaceholderCase("a script of PowerShell", pod("command: [pwsh, -Command, 'echo $(date)']")),
    PlaceholderCase(
      "what follows a flag that only looks like it", pod("command: [app, -conf, '${A}']"),
      at: container + "/command/2"),
    PlaceholderCase("a script after its flag", pod("command: [sh, -ec, 'echo ${HOME} $(date)']")),
    PlaceholderCase("a script in args", pod("command: [bash, -c], args: ['echo $(date)']")),
    PlaceholderCase(
      "an argument after the script", pod("command: [bash, -c], args: ['echo $0', '${A}']"),
      at: container + "/args/1"),
    PlaceholderCase("an expression", pod("command: [mongosh, --eval, 'print(`${db}`)']")),
    PlaceholderCase(
      "a script of several lines as argument", pod(#"args: ["set -e\necho ${HOME}\n"]"#)),
    PlaceholderCase(
      "a shell's variable that the container has", pod("args: ['${A}'], env: [{name: A, value: b}]")
    ),
    PlaceholderCase(
      "a shell's variable that nothing sets", pod("env: [{name: A, value: 'x${B:-c}'}]"),
      at: container + "/env/0/value"),
    PlaceholderCase(
      "a template in an argument", pod("args: ['--name={{ .name }}']"), at: container + "/args/0"),
  ]
}

@Test(arguments: PlaceholderCase.all)
private func placeholderIsJudgedByWhereItIs(_ row: PlaceholderCase) throws {
  var store = try StateStoreSample()
  store.land(["a.yaml": row.manifest + "\n"])
  let report = try store.check(request())
  let findings = report.findings(.placeholderLeft)
  #expect(findings.map(\.pointer) == [row.pointer].compactMap(\.self), "\(report.findings)")
  #expect(findings.allSatisfy { $0.severity == row.severity })
}
