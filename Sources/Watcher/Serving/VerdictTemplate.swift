internal import Web

/// The templates of the pages of `watch`.
enum VerdictTemplate {
  /// - Throws: What is wrong with the template.
  static func render(_ page: VerdictPage) throws -> String {
    try library.render(page, with: "requests")
  }

  /// - Throws: What is wrong with the template.
  static func render(_ page: ErrorPage) throws -> String {
    try library.render(page, with: "error")
  }

  private static let library = PageLibrary(
    of: "statestore watch", isLive: false, ["requests": requests])

  private static let requests = """
    {{> head}}
    <h1>Did it land?</h1>
    <p class="sum {{sumKind}}">{{sum}}</p>
    <form role="search" action="/" method="get">
    <div class="line">
    {{#fields}}{{> choices}}{{/fields}}
    <label>Promise <input name="promise" value="{{promise}}" autocomplete="off"></label>
    <label>Namespace <input name="namespace" value="{{namespace}}" autocomplete="off"></label>
    <label>Destination <input name="destination" value="{{destination}}" autocomplete="off"></label>
    <button type="submit">Show</button></div>
    </form>
    <section aria-labelledby="requests">
    <h2 id="requests">Requests <small>{{found}}</small></h2>
    <p class="none">{{counts}}</p>
    {{#isFiltered}}<p><a href="/">Show all</a></p>{{/isFiltered}}
    {{#hasRows}}
    <table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Request</th><th scope="col" role="columnheader">Promise</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Cause, since when</th><th scope="col" role="columnheader">Where</th></tr></thead>
    <tbody role="rowgroup">
    {{#rows}}
    <tr role="row">
    <th scope="row" role="rowheader"><a href="{{namespaceLink}}">{{namespace}}</a>/{{name}}</th>
    <td role="cell" data-label="Promise"><a href="{{promiseLink}}">{{promise}}</a></td>
    <td role="cell" data-label="State"><span class="state {{kind}}">{{word}}</span></td>
    <td role="cell" data-label="Cause"><b>{{reason}}</b> for <time datetime="{{since}}" title="{{since}}">{{age}}</time><p class="why">{{message}}</p>\
    {{#excerpts}}<p class="why">{{#address}}<a href="{{address}}" rel="noreferrer">{{finding}}</a>{{/address}}{{^address}}{{finding}}{{/address}}</p>{{#lines}}{{> lines}}{{/lines}}{{/excerpts}}</td>
    <td role="cell" data-label="Where">{{#destinations}}<a href="{{address}}">{{text}}</a> {{/destinations}}\
    {{#places}}<div><code class="path">{{#pathAddress}}<a href="{{pathAddress}}" rel="noreferrer">{{path}}</a>{{/pathAddress}}{{^pathAddress}}{{path}}{{/pathAddress}}</code>\
    {{#commit}} at {{#commitAddress}}<a href="{{commitAddress}}" rel="noreferrer"><code>{{commit}}</code></a>{{/commitAddress}}{{^commitAddress}}<code>{{commit}}</code>{{/commitAddress}}{{/commit}}</div>{{/places}}</td>
    </tr>
    {{/rows}}
    </tbody>
    </table>
    {{/hasRows}}
    {{^hasRows}}<p class="none">{{nothing}}</p>{{/hasRows}}
    {{> pages}}
    </section>
    {{#mayLook}}<form class="act" action="/look" method="post">
    <label>Webhook secret <input name="secret" type="password" required autocomplete="off"></label>
    <button type="submit">Look now</button></form>{{/mayLook}}
    {{> foot}}
    """
}
