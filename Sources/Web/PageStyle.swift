internal import Digests
internal import Foundation

/// How pages look: in light and dark, from 320 to 2560 pixels, and on paper.
package enum PageStyle {
  /// The source expression that allows this style in a page (CSP Level 3, "hash-source").
  static let hash = "sha256-" + Data(Digest.sha256(of: css.utf8).bytes).base64EncodedString()

  package static let css = """
    :root {
      color-scheme: light dark;
      --back: #fbfbf9; --text: #1c1d1f; --soft: #5c6068; --line: #dcdcd6; --card: #ffffff;
      --link: #0b57a4; --good: #14663a; --good-back: #dff3e6; --bad: #9c1c1c; --bad-back: #fbe3e1;
      --wait: #6b4e00; --wait-back: #fbf0cd;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --back: #15171a; --text: #e8e8e4; --soft: #a3a8b0; --line: #33373d; --card: #1d2024;
        --link: #8ec1ff; --good: #8fdcae; --good-back: #17382a; --bad: #ffb0a8; --bad-back: #45201e;
        --wait: #f2d37a; --wait-back: #3b3113;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
    header, main, footer { max-width: 100rem; margin: 0 auto; padding: 0 1rem; }
    header { display: flex; justify-content: space-between; align-items: baseline; padding-top: 1rem; }
    .home { font-weight: 700; text-decoration: none; color: var(--text); }
    #live, footer, small, .why, .none, .count { color: var(--soft); font-size: .875rem; }
    #live { margin: 0; }
    footer { padding: 2rem 1rem; }
    a { color: var(--link); }
    a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    main:focus { outline: none; }
    .skip { position: absolute; left: -100vw; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .25rem .5rem; }
    h1 { font-size: 1.75rem; line-height: 1.2; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; }
    h3 { font-size: 1rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
    .sum a { color: inherit; }
    .sum { font-size: 1.125rem; margin: 0 0 1rem; padding: .75rem 1rem; border-radius: .5rem; }
    .good { color: var(--good); background: var(--good-back); }
    .bad { color: var(--bad); background: var(--bad-back); }
    .wait { color: var(--wait); background: var(--wait-back); }
    .state { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .875rem; font-weight: 600; white-space: nowrap; }
    .line { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
    .line { margin: 0 0 .5rem; }
    input[type=search] { flex: 1 1 16rem; }
    input[list], input:not([type]) { width: 10rem; }
    input, select { min-width: 0; max-width: 100%; }
    input[type=search], input[type=password], input[list], input:not([type]), select, button { font: inherit; padding: .5rem .75rem; border: 1px solid var(--soft); border-radius: .375rem; background: var(--card); color: var(--text); }
    label { display: inline-flex; flex-wrap: wrap; gap: .25rem .5rem; align-items: center; }
    form.act { display: inline-block; }
    button { cursor: pointer; }
    table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
    th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
    thead th { font-size: .8125rem; color: var(--soft); }
    code { font: .875em ui-monospace, monospace; }
    .path { color: var(--soft); overflow-wrap: anywhere; }
    .why { margin: .25rem 0 0; overflow-wrap: anywhere; white-space: pre-line; }
    article { margin: 0 0 1rem; }
    .finding { padding: .75rem 1rem; border-radius: .5rem; background: var(--card); color: var(--text); border-left: .375rem solid var(--bad); }
    .finding.wait { border-color: var(--wait); }
    dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; gap: .125rem 1rem; }
    dt { color: var(--soft); }
    dd { margin: 0; overflow-wrap: anywhere; }
    pre { margin: .5rem 0; padding: .5rem 0; overflow-x: auto; background: var(--back); border: 1px solid var(--line); font: .875em/1.5 ui-monospace, monospace; }
    td pre { width: 0; min-width: 100%; }
    pre span { display: block; padding: 0 .75rem; min-width: max-content; }
    pre .at { background: var(--bad-back); color: var(--bad); font-weight: 600; }
    nav { margin: 1rem 0; display: flex; gap: 1rem; }
    .files { padding-left: 1.25rem; }
    @media (min-width: 60rem) {
      tbody th { min-width: 15rem; }
    }
    @media print {
      html:root{
            --back: #ffffff; --text: #000000; --soft: #333333; --line: #999999; --card: #ffffff;
            --link: #000000; --good: #14663a; --good-back: #ffffff; --bad: #9c1c1c; --bad-back: #ffffff;
            --wait: #6b4e00; --wait-back: #ffffff;
          }
      form, form.act, nav, .skip, #live { display: none; }
      header, main, footer { max-width: none; padding: 0; }
      .state, .sum, .finding { border: 1px solid currentColor; }
      tr, article { break-inside: avoid; }
      pre { overflow: visible; }
      pre span { min-width: 0; white-space: pre-wrap; }
    }
    @media (max-width: 40rem) {
      thead { position: absolute; left: -100vw; }
      tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
      th, td { display: block; border: 0; padding: .125rem .75rem; }
      td[data-label]::before { content: attr(data-label) " "; color: var(--soft); font-size: .8125rem; }
      dl { grid-template-columns: 1fr; }
    }

    """
}
