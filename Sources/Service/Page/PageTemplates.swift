internal import Web

/// The templates of the pages of the service.
enum PageTemplates {
  /// A page.
  ///
  /// - Throws: What is wrong with the templates.
  static func render(_ view: Any, with name: String) throws -> String {
    try library.render(view, with: name)
  }

  private static let library = PageLibrary(
    of: "statestore", isLive: true, footLinks: ["<a href=\"/openapi.json\">API</a>"],
    ["overview": overview, "work": work])

  private static let overview = """
    {{> head}}
    <h1>Did it land?</h1>
    <p class="sum {{sumKind}}">{{sum}}{{#failing}} <a href="{{failing}}">Show what has not landed</a>{{/failing}}</p>
    {{#notice}}<p class="sum wait">{{notice}}</p>{{/notice}}
    {{#problem}}<p class="sum bad">The service cannot store anything: {{problem}}. No Work is taken until it can.</p>{{/problem}}
    <form role="search" action="/" method="get">
    <label for="q">Search by name, namespace or Promise</label>
    <div class="line"><input id="q" name="q" type="search" value="{{query}}" autocomplete="off">
    <button type="submit">Search</button></div>
    <div class="line">{{#fields}}{{> choices}}{{/fields}}
    <label>Promise <input name="promise" list="promises" value="{{promise}}" autocomplete="off"></label>
    <label>Namespace <input name="namespace" value="{{namespace}}" autocomplete="off"></label>
    <label>Destination <input name="destination" list="destinations" value="{{destination}}" autocomplete="off"></label></div>
    <datalist id="promises">{{#promises}}<option value="{{.}}"></option>{{/promises}}</datalist>
    <datalist id="destinations">{{#destinations}}<option value="{{.}}"></option>{{/destinations}}</datalist>
    </form>
    <section aria-labelledby="works">
    <h2 id="works">Works <small>{{count}}</small></h2>
    {{#isFiltered}}<p><a href="/">Show all</a></p>{{/isFiltered}}
    {{#hasWorks}}
    <table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Resource</th><th scope="col" role="columnheader">Promise</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Where, since when</th></tr></thead>
    <tbody role="rowgroup">
    {{#works}}
    <tr role="row">
    <th scope="row" role="rowheader"><a href="/works/{{namespace}}/{{name}}">{{resource}}</a></th>
    <td role="cell" data-label="Promise"><a href="{{ofPromise}}">{{promise}}</a></td>
    <td role="cell" data-label="State">{{#state}}{{> state}}{{/state}}</td>
    <td role="cell" data-label="Where">{{#places}}<div><b>{{destination}}</b> {{#commit}}{{> commit}}{{/commit}}<br><code class="path">{{#link}}<a href="{{link}}" rel="noreferrer">{{path}}</a>{{/link}}{{^link}}{{path}}{{/link}}</code></div>{{/places}}{{#message}}<p class="why">{{message}}</p>{{/message}}</td>
    </tr>
    {{/works}}
    </tbody>
    </table>
    {{/hasWorks}}
    {{^hasWorks}}<p class="none">{{nothing}}</p>{{/hasWorks}}
    {{> pages}}
    </section>
    <section aria-labelledby="stores">
    <h2 id="stores">State stores</h2>
    {{#stores}}
    <article>
    <h3>{{name}} {{#state}}{{> state}}{{/state}}</h3>
    <p><code>{{branch}}</code> of <code class="path">{{url}}</code></p>
    <dl>
    <dt>Last look</dt><dd>{{#lastLook}}{{> commit}}{{/lastLook}}{{^lastLook}}none yet{{/lastLook}}</dd>
    <dt>Last push</dt><dd>{{#lastPush}}{{> commit}}{{/lastPush}}{{^lastPush}}none yet{{/lastPush}}</dd>
    <dt>Queue</dt><dd>{{waiting}} waiting</dd>
    <dt>Drift</dt><dd>{{drift}}</dd>
    </dl>
    {{#look}}<form class="act" action="{{address}}" method="post"><input type="hidden" name="proof" value="{{proof}}"><button type="submit" aria-label="Look at {{name}} now">Look now</button></form>{{/look}}
    {{#problem}}<p class="why">For {{problem}}</p>{{/problem}}
    <table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Destination</th><th scope="col" role="columnheader">State</th><th scope="col" role="columnheader">Last commit</th><th scope="col" role="columnheader">Path</th></tr></thead>
    <tbody role="rowgroup">
    {{#destinations}}
    <tr role="row"><th scope="row" role="rowheader"><a href="{{works}}">{{name}}</a></th><td role="cell" data-label="State">{{#state}}{{> state}}{{/state}} {{counts}}</td><td role="cell" data-label="Last commit">{{#commit}}{{> commit}}{{/commit}}{{^commit}}nothing has landed{{/commit}}</td><td role="cell" data-label="Path"><code>{{path}}</code></td></tr>
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
    {{#notice}}<p class="sum wait">{{notice}}</p>{{/notice}}
    {{#landAgain}}<form class="act" action="{{address}}" method="post"><input type="hidden" name="proof" value="{{proof}}"><button type="submit">Land again</button></form>{{/landAgain}}
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
    {{#file}}<p><code class="path">{{#link}}<a href="{{link}}" rel="noreferrer">{{file}}</a>{{/link}}{{^link}}{{file}}{{/link}}</code></p>{{/file}}
    {{#excerpt}}{{> lines}}{{/excerpt}}
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
    <h2 id="places">Files</h2>
    {{#places}}
    <article>
    <h3>{{destination}}</h3>
    <p>{{#commit}}{{> commit}}{{/commit}}</p>
    <ul class="files">{{#files}}<li><code class="path">{{#link}}<a href="{{link}}" rel="noreferrer">{{path}}</a>{{/link}}{{^link}}{{path}}{{/link}}</code> <code>{{blob}}</code> {{size}} bytes</li>{{/files}}</ul>
    </article>
    {{/places}}
    {{^hasPlaces}}<p class="none">None yet.</p>{{/hasPlaces}}
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
