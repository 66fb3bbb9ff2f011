internal import Mustache

/// Templates of pages; what they show is escaped.
///
/// They are in the program, so that it is one file. Besides its own templates each library has those
/// of `PageParts`. Tables name their roles: on a phone their rows are laid out as blocks, and a
/// browser would not take them for rows then.
package struct PageLibrary: Sendable {
  private let library: Result<MustacheLibrary, any Error>

  /// - Parameters:
  ///   - name: What the pages are headed with.
  ///   - isLive: Whether the script `/page.js` keeps pages up to date.
  ///   - footLinks: Links in HTML below each page.
  ///   - templates: Texts in Mustache by their names.
  package init(
    of name: String, isLive: Bool, footLinks: [String] = [], _ templates: [String: String]
  ) {
    let parts = PageParts(name: name, isLive: isLive, footLinks: footLinks).templates
    library = Result {
      var library = MustacheLibrary()
      MustacheContentTypes.register(HTMLText(), named: "SCALARS")
      for (name, text) in parts.merging(templates, uniquingKeysWith: { $1 }) {
        // A part that is rendered within another begins with Mustache's own escaping again.
        try library.register("{{% CONTENT_TYPE:SCALARS}}" + text, named: name)
      }
      return library
    }
  }

  /// - Throws: What is wrong with the templates.
  package func render(_ view: Any, with name: String) throws -> String {
    guard let text = try library.get().render(view, withTemplate: name) else {
      throw MissingTemplate(name: name)
    }
    return text
  }
}

package struct MissingTemplate: Error, CustomStringConvertible {
  let name: String
  package var description: String { "there is no template \(name)" }
}

/// The templates that all pages share.
struct PageParts {
  let name: String
  let isLive: Bool
  let footLinks: [String]

  var templates: [String: String] {
    [
      "head": head("<link rel=\"stylesheet\" href=\"/page.css\">" + script),
      "error": head("<style>{{{css}}}</style>") + Self.error + "\n</main></body></html>\n",
      "state": "<span class=\"state {{kind}}\">{{word}}</span>", "commit": Self.commit,
      "pages": Self.pages, "choices": Self.choices, "lines": Self.lines, "foot": foot,
    ]
  }

  private var script: String { isLive ? "\n<script src=\"/page.js\" defer></script>" : "" }

  private func head(_ style: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{{title}} · \(name)</title>
    <link rel="icon" href="data:,">
    \(style)
    </head>
    <body>
    <a class="skip" href="#main">Skip to content</a>
    <header><a class="home" href="/">\(name)</a>\(isLive ? "<p id=\"live\" role=\"status\"></p>" : "")</header>
    <main id="main" tabindex="-1">

    """
  }

  private var foot: String {
    let links = footLinks.map { " · \($0)" }.joined()
    return """
      </main>
      <footer>As of {{time}} · statestore {{version}}\(links)</footer>
      </body>
      </html>
      """
  }

  private static let error = """
    <h1>{{title}}</h1>
    <p class="sum bad">{{detail}}</p>
    {{#advice}}<p>{{advice}}</p>{{/advice}}
    <p><a href="/">To the first page</a></p>
    {{#request}}<p class="none">Request {{request}}</p>{{/request}}
    """

  private static let commit = """
    {{#link}}<a href="{{link}}" rel="noreferrer"><code>{{short}}</code></a>{{/link}}\
    {{^link}}<code>{{short}}</code>{{/link}} <time datetime="{{time}}" title="{{time}}">{{age}} ago</time>
    """

  private static let pages = """
    {{#hasPages}}<nav aria-label="Pages">{{#previous}}<a rel="prev" href="{{previous}}">Previous page</a>{{/previous}} \
    {{#next}}<a rel="next" href="{{next}}">Next page</a>{{/next}}</nav>{{/hasPages}}
    """

  private static let lines = """
    <pre tabindex="0" aria-label="Lines of {{place}}">{{#lines}}<span{{#isMarked}} class="at"{{/isMarked}}>{{text}}</span>{{/lines}}</pre>
    """

  private static let choices = """
    <label>{{label}} <select name="{{name}}">{{#choices}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{text}}</option>{{/choices}}</select></label>
    """
}

/// A field of a form with one choice among several.
package struct ChoiceField {
  package struct Choice {
    package var value: String
    package var text: String
    package var isChosen: Bool
  }

  package var label: String
  package var name: String
  package var choices: [Choice]

  /// - Parameter choices: What each choice sends, and what it is called.
  package init(
    _ label: String, name: String, chosen: String, _ choices: [(value: String, text: String)]
  ) {
    self.label = label
    self.name = name
    self.choices = choices.map {
      Choice(value: $0.value, text: $0.text, isChosen: $0.value == chosen)
    }
  }
}

/// A page that says why what was asked for is not shown.
///
/// It holds its style: who may not see the service gets no other file of it.
package struct ErrorPage {
  package var title: String
  package var detail: String
  package var advice: String?
  package var request: String?
  let css = PageStyle.css

  package init(title: String, detail: String, advice: String? = nil, request: String? = nil) {
    self.title = title
    self.detail = detail
    self.advice = advice
    self.request = request
  }

  /// The policy that allows its own style and nothing else.
  package static var contentSecurityPolicy: String {
    "default-src 'none'; style-src '\(PageStyle.hash)'; img-src data:; base-uri 'none'; "
      + "form-action 'none'; frame-ancestors 'none'"
  }
}
