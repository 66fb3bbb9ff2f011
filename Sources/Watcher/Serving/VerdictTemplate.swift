internal import Mustache
internal import Web

/// The template of the page; whatever it shows is escaped.
enum VerdictTemplate {
  /// - Throws: What is wrong with the template.
  static func render(_ page: VerdictPage) throws -> String {
    try template.get().render(page)
  }

  private static let template: Result<MustacheTemplate, any Error> = Result {
    MustacheContentTypes.register(HTMLText(), named: "SCALARS")
    return try MustacheTemplate(string: "{{% CONTENT_TYPE:SCALARS}}" + text)
  }

  private static let text = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{{title}}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/page.css">
    </head>
    <body>
    <a class="skip" href="#main">Skip to the requests</a>
    <header><a class="home" href="/">statestore watch</a></header>
    <main id="main" tabindex="-1">
    <h1>Did it land?</h1>
    <p class="sum {{sumKind}}">{{sum}}</p>
    <form role="search" action="/" method="get">
    <div class="line">
    <label>State <select name="verdict">{{#choices}}<option value="{{name}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/choices}}</select></label>
    <label>Promise <input name="promise" value="{{promise}}" autocomplete="off"></label>
    <label>Namespace <input name="namespace" value="{{namespace}}" autocomplete="off"></label>
    <label>Destination <input name="destination" value="{{destination}}" autocomplete="off"></label>
    <button type="submit">Show</button></div>
    </form>
    <section aria-labelledby="requests">
    <h2 id="requests">Requests <small>{{found}}</small></h2>
    <p class="none">{{counts}}</p>
    {{#hasRows}}
    <table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Request</th><th scope="col" role="columnheader">Promise</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Cause, since when</th><th scope="col" role="columnheader">Destination</th></tr></thead>
    <tbody role="rowgroup">
    {{#rows}}
    <tr role="row">
    <th scope="row" role="rowheader"><a href="{{namespaceLink}}">{{namespace}}</a>/{{name}}</th>
    <td role="cell" data-label="Promise"><a href="{{promiseLink}}">{{promise}}</a></td>
    <td role="cell" data-label="State"><span class="state {{kind}}">{{word}}</span></td>
    <td role="cell" data-label="Cause"><b>{{reason}}</b> for <time datetime="{{since}}" title="{{since}}">{{age}}</time><p class="why">{{message}}</p></td>
    <td role="cell" data-label="Destination">{{#destinations}}<a href="{{address}}">{{text}}</a> {{/destinations}}</td>
    </tr>
    {{/rows}}
    </tbody>
    </table>
    {{/hasRows}}
    {{^hasRows}}<p class="none">There is no such request.</p>{{/hasRows}}
    {{#hasPages}}<nav aria-label="Pages">{{#previous}}<a rel="prev" href="{{previous}}">Previous page</a>{{/previous}} {{#next}}<a rel="next" href="{{next}}">Next page</a>{{/next}}</nav>{{/hasPages}}
    </section>
    </main>
    <footer>As of {{time}} · statestore {{version}}</footer>
    </body>
    </html>
    """
}
