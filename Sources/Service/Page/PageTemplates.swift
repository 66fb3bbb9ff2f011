internal import HTTPTypes
internal import Mustache
internal import Web

/// The templates of the pages.
///
/// They stand in the program, so that it is one file; whatever they show is escaped. Tables say by
/// their roles what they are: on a phone their rows are laid out as blocks, and a browser would take
/// them for nothing more.
enum PageTemplates {
  static let library: Result<MustacheLibrary, any Error> = Result {
    var library = MustacheLibrary()
    MustacheContentTypes.register(HTMLText(), named: "SCALARS")
    for (name, text) in [
      ("head", head), ("foot", foot), ("state", state), ("commit", commit),
      ("overview", overview), ("work", work),
    ] {
      // A part that is rendered within another begins with Mustache's own way again.
      try library.register("{{% CONTENT_TYPE:SCALARS}}" + text, named: name)
    }
    return library
  }

  /// A page.
  ///
  /// - Throws: What is wrong with the templates.
  static func render(_ view: Any, with name: String) throws -> String {
    let library = try library.get()
    guard let text = library.render(view, withTemplate: name) else {
      throw Problem(.internalServerError, "internal", "there is no template \(name)")
    }
    return text
  }

  private static let head = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{{title}}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/page.css">
    <script src="/page.js" defer></script>
    </head>
    <body>
    <a class="skip" href="#main">Skip to what landed</a>
    <header><a class="home" href="/">statestore</a><p id="live" role="status"></p></header>
    <main id="main" tabindex="-1">
    """

  private static let foot = """
    </main>
    <footer>As of {{time}} · statestore {{version}} · <a href="/openapi.json">API</a></footer>
    </body>
    </html>
    """

  private static let state = """
    <span class="state {{kind}}">{{word}}</span>
    """

  private static let commit = """
    {{#link}}<a href="{{link}}" rel="noreferrer"><code>{{short}}</code></a>{{/link}}\
    {{^link}}<code>{{short}}</code>{{/link}} <time datetime="{{time}}" title="{{time}}">{{age}} ago</time>
    """

  private static let overview = """
    {{> head}}
    <h1>Did it land?</h1>
    <p class="sum {{sumKind}}">{{sum}}</p>
    {{#problem}}<p class="sum bad">The service cannot store anything: {{problem}}. No Work is taken until it can.</p>{{/problem}}
    <form role="search" action="/" method="get">
    <label for="q">Search by name, namespace or Promise</label>
    <div class="line"><input id="q" name="q" type="search" value="{{query}}" autocomplete="off">
    <label class="check"><input type="checkbox" name="not" value="landed"{{#onlyFailing}} checked{{/onlyFailing}}> not ready only</label>
    <button type="submit">Search</button></div>
    </form>
    <section aria-labelledby="works">
    <h2 id="works">Works <small>{{count}}</small></h2>
    {{#hasWorks}}
    <table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Resource</th><th scope="col" role="columnheader">Promise</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Where, since when</th></tr></thead>
    <tbody role="rowgroup">
    {{#works}}
    <tr role="row">
    <th scope="row" role="rowheader"><a href="/works/{{namespace}}/{{name}}">{{resource}}</a></th>
    <td role="cell" data-label="Promise">{{promise}}</td>
    <td role="cell" data-label="State">{{#state}}{{> state}}{{/state}}</td>
    <td role="cell" data-label="Where">{{#places}}<div><b>{{destination}}</b> {{#commit}}{{> commit}}{{/commit}}<br><code class="path">{{path}}</code></div>{{/places}}{{#message}}<p class="why">{{message}}</p>{{/message}}</td>
    </tr>
    {{/works}}
    </tbody>
    </table>
    {{/hasWorks}}
    {{^hasWorks}}<p class="none">There is no such Work.</p>{{/hasWorks}}
    {{#hasPages}}<nav aria-label="Pages">{{#previous}}<a rel="prev" href="{{previous}}">Previous page</a>{{/previous}} {{#next}}<a rel="next" href="{{next}}">Next page</a>{{/next}}</nav>{{/hasPages}}
    </section>
    <section aria-labelledby="stores">
    <h2 id="stores">State stores</h2>
    {{#stores}}
    <article>
    <h3>{{name}} {{#state}}{{> state}}{{/state}}</h3>
    <p><code>{{branch}}</code> of <code>{{url}}</code>{{#waiting}} · {{waiting}} waiting{{/waiting}}{{#lastLook}} · last read at {{> commit}}{{/lastLook}}</p>
    {{#problem}}<p class="why">For {{problem}}</p>{{/problem}}
    <table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Destination</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Last commit</th><th scope="col" role="columnheader">Path</th></tr></thead>
    <tbody role="rowgroup">
    {{#destinations}}
    <tr role="row"><th scope="row" role="rowheader">{{name}}</th><td role="cell" data-label="State">{{#state}}{{> state}}{{/state}} {{counts}}</td><td role="cell" data-label="Last commit">{{#commit}}{{> commit}}{{/commit}}{{^commit}}nothing has landed{{/commit}}</td><td role="cell" data-label="Path"><code>{{path}}</code></td></tr>
    {{/destinations}}
    </tbody>
    </table>
    </article>
    {{/stores}}
    </section>
    {{> foot}}
    """

  private static let work = """
    {{> head}}
    <p><a href="/">All Works</a></p>
    <h1>{{resource}} {{#state}}{{> state}}{{/state}} {{#verdict}}{{> state}}{{/verdict}}</h1>
    <p>Promise <b>{{promise}}</b>, Work <code>{{namespace}}/{{name}}</code>, generation {{generation}}</p>
    <section aria-labelledby="conditions">
    <h2 id="conditions">Conditions</h2>
    <table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Condition</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Why</th><th scope="col" role="columnheader">Since</th></tr></thead>
    <tbody role="rowgroup">
    {{#conditions}}
    <tr role="row"><th scope="row" role="rowheader">{{type}}</th><td role="cell" data-label="State">{{#state}}{{> state}}{{/state}}</td><td role="cell" data-label="Why">{{reason}}<p class="why">{{message}}</p></td><td role="cell" data-label="Since"><time datetime="{{since}}" title="{{since}}">{{age}} ago</time></td></tr>
    {{/conditions}}
    </tbody>
    </table>
    </section>
    <section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    {{#unchecked}}<p class="why">Could not be checked now: {{unchecked}}</p>{{/unchecked}}
    {{#findings}}
    <article class="finding {{kind}}">
    <h3>{{rule}} <small>{{severity}}</small></h3>
    {{#file}}<p><code class="path">{{file}}</code></p>{{/file}}
    <dl>
    {{#expected}}<dt>Expected</dt><dd>{{expected}}</dd>{{/expected}}
    {{#actual}}<dt>Found</dt><dd>{{actual}}</dd>{{/actual}}
    {{#cause}}<dt>Cause</dt><dd>{{cause}}</dd>{{/cause}}
    {{#remedy}}<dt>Remedy</dt><dd>{{remedy}}</dd>{{/remedy}}
    {{#introduced}}<dt>Since</dt><dd>{{introduced}}</dd>{{/introduced}}
    </dl>
    </article>
    {{/findings}}
    {{^hasFindings}}{{^unchecked}}<p class="none">{{nothingFound}}</p>{{/unchecked}}{{/hasFindings}}
    </section>
    <section aria-labelledby="places">
    <h2 id="places">Where it stands</h2>
    {{#places}}
    <article>
    <h3>{{destination}}</h3>
    <p>{{#commit}}{{> commit}}{{/commit}}</p>
    <ul class="files">{{#files}}<li><code class="path">{{path}}</code> <code>{{blob}}</code> {{size}} bytes</li>{{/files}}</ul>
    </article>
    {{/places}}
    {{^hasPlaces}}<p class="none">Nowhere yet.</p>{{/hasPlaces}}
    </section>
    <section aria-labelledby="history">
    <h2 id="history">History</h2>
    <ol class="history" reversed>
    {{#history}}<li>{{#commit}}{{> commit}}{{/commit}} {{subject}}{{#author}} <small>by {{author}}</small>{{/author}}</li>{{/history}}
    </ol>
    {{#historyNote}}<p class="why">{{historyNote}}</p>{{/historyNote}}
    {{^hasHistory}}<p class="none">Nothing has landed yet.</p>{{/hasHistory}}
    </section>
    {{> foot}}
    """
}
