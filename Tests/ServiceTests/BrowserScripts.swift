/// What the tests have a browser find out of a page.
extension BrowserTests {
  /// Texts that stand out less than 4.5 to 1 from what is behind them (WCAG 2.2, 1.4.3), as drawn.
  static let faintTexts = """
    (() => {
      const colour = text => {
        const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
        return [r, g, b, a];
      };
      const over = (top, under) =>
        [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
      const behind = element => {
        const own = colour(getComputedStyle(element).backgroundColor);
        if (own[3] === 1) return own;
        return over(own, element.parentElement ? behind(element.parentElement) : [255, 255, 255, 1]);
      };
      const light = ([r, g, b]) => [r, g, b].map(value => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      }).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const faint = [];
      let seen = 0;
      while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        const text = texts.currentNode.textContent.trim();
        if (!text || !element.checkVisibility()) continue;
        seen += 1;
        const back = behind(element);
        const [one, other] = [light(over(colour(getComputedStyle(element).color), back)), light(back)];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (ratio < 4.5) faint.push(`${text}: ${ratio.toFixed(2)}`);
      }
      return { seen, faint };
    })()
    """

  private static let operable =
    #"[...document.querySelectorAll("a[href], button, input:not([type=hidden]), summary, select, pre[tabindex]")]"#

  /// How much there is that can be operated.
  static let stops = "\(operable).length"

  /// A promise that is kept when the page has been drawn, has the keyboard, and its script runs.
  static let ready = """
    new Promise(done => {
      const look = () => {
        const isLive = document.getElementById("live").textContent === "live";
        if (isLive && document.hasFocus()) requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
        else setTimeout(look, 20);
      };
      look();
    })
    """

  /// Which of them has the keyboard, and what hides that.
  ///
  /// They are counted each time, because the page
  /// replaces them when something has changed.
  static let stop = """
    (() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const isSeen = box.width > 0 && box.left >= 0 && box.top >= 0
        && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
      const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      return {
        number: \(operable).indexOf(element),
        what: element.outerHTML.slice(0, 200),
        fault: (isSeen ? "" : "out of sight ") + (isMarked ? "" : "not marked"),
      };
    })()
    """

  /// A promise that is kept as soon as something is so.
  static func until(_ condition: String) -> String {
    """
    new Promise(done => {
      const look = () => { if (\(condition)) done(true); else setTimeout(look, 20); };
      look();
    })
    """
  }
}
