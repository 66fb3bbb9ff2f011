/// What the pages load: from here and from nowhere else.
enum PageAssets {
  /// Nothing but what this service serves itself.
  static let contentSecurityPolicy = """
    default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'
    """

  /// Takes the page anew when something has changed; without it the page is as good, and still.
  static let script = """
    "use strict";
    (() => {
      const live = document.getElementById("live");
      const main = document.getElementById("main");
      const pause = 2000;
      let isStale = false;
      let isBusy = false;
      const isTyping = () => document.activeElement && document.activeElement.matches("input, select");
      // Links of one address, or controls of one name: the page may have several.
      const name = element => ["href", "name", "type"].map(key => element.getAttribute(key)).join(" ");
      const alike = element =>
        [...main.querySelectorAll("a[href], button, input, select, pre[tabindex]")].filter(other => name(other) === name(element));
      const refresh = async () => {
        isStale = true;
        if (isBusy || document.hidden || isTyping()) return;
        isBusy = true;
        isStale = false;
        try { await load(); } catch { isStale = true; }
        // However much lands, nobody reads faster than that.
        setTimeout(() => { isBusy = false; if (isStale) refresh(); }, pause);
      };
      const load = async () => {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const focused = document.activeElement || document.body;
        const place = alike(focused).indexOf(focused);
        main.replaceChildren(...page.getElementById("main").childNodes);
        document.querySelector("footer").replaceWith(page.querySelector("footer"));
        const again = alike(focused)[place];
        if (again) again.focus({ preventScroll: true });
      };
      const events = new EventSource("/events");
      events.onopen = () => { live.textContent = "live"; };
      events.onerror = () => { live.textContent = "not live: trying again"; };
      events.addEventListener("change", refresh);
      for (const event of ["visibilitychange", "focusout"]) {
        document.addEventListener(event, () => { if (isStale) setTimeout(refresh); });
      }
    })();

    """
}
