import Foundation
import Testing
import Verification

@Test(arguments: Rule.allCases)
func everyRuleHasAPage(rule: Rule) {
  #expect(rule.page.meaning.contains(". ") || rule.page.meaning.hasSuffix("."))
  #expect(!rule.page.origins.isEmpty)
  #expect(!rule.page.remedies.isEmpty)
  #expect(!rule.page.silence.isEmpty)
  #expect(RuleBook.text(of: rule).hasPrefix(rule.rawValue))
}

@Test func pageOfRulesIsTheBook() throws {
  let page = try Fixture.text("../docs/rules.md")
  #expect(page == RuleBook.markdown, "make it anew: statestore rule --markdown > docs/rules.md")
}

@Test func pageOfFindingsNamesEveryRule() throws {
  let page = try Fixture.text("../docs/reference/findings.md")
  for rule in Rule.allCases { #expect(page.contains("`\(rule.rawValue)`"), "\(rule.rawValue)") }
}
