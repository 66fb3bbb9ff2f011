import ArgumentParser
import Foundation
import Git
import Kratix
import Landing
import Service
import Verification

/// `statestore status`: what the state stores hold.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Lists what the state stores hold, with the last commit of each and its age.",
    discussion: """
        statestore status --config ./platform
        statestore status --repo ./state.git --destination worker -o json
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var format: FormatOptions

  @Option(
    help: ArgumentHelp(
      "The commit, branch or reference to read, instead of the branch.", valueName: "revision"))
  var ref: String?

  func run() async throws {
    do {
      try show(try await inventories())
    } catch {
      try Printing.end(with: error, as: format.output)
    }
  }

  private func inventories() async throws -> [Inventory] {
    let platform = try common.loadPlatform()
    let stores = try common.openStateStores(of: platform)
    let deadline = common.deadline
    let used = try platform.usedStateStores()
    // All at the same time: one that is silent takes no time from the others.
    let inventories = try await withThrowingTaskGroup(of: (Int, Inventory).self) { group in
      for (index, description) in used.enumerated() {
        let (store, _) = try stores.store(description.name)
        let destinations = platform.destinations(in: description)
        group.addTask { [ref] in
          let commit = try await store.commit(of: ref, deadline: deadline)
          let inventory = try await store.read(commit, deadline: deadline) { snapshot in
            try Inventory(of: destinations, in: description, store.description, snapshot: snapshot)
          }
          return (index, try await inventory.withHistory(from: store, deadline: deadline))
        }
      }
      var found: [Int: Inventory] = [:]
      for try await (index, inventory) in group { found[index] = inventory }
      return used.indices.compactMap { found[$0] }
    }
    guard !inventories.isEmpty else {
      throw LandingError(
        .invalidConfiguration, "there is no state store; give --repo, or manifests with --config")
    }
    try LandingError.requireTime(until: deadline)
    return inventories
  }

  private func show(_ inventories: [Inventory]) throws {
    switch format.output {
    case .text:
      Printing.text(inventories.map { $0.text(now: Date()) }.joined(separator: "\n"))
    case .json, .yaml:
      if let only = inventories.first, inventories.count == 1 {
        try Printing.result(only, as: format.output)
      } else {
        try Printing.result(inventories, as: format.output)
      }
    }
  }
}

extension Inventory {
  /// A table for a person.
  func text(now: Date) -> String {
    let head = ["DESTINATION", "PROMISE", "RESOURCE", "KINDS", "COMMIT", "AGE"]
    let rows =
      [head]
      + holdings.map { holding in
        [
          holding.destination, holding.promise,
          holding.name.isEmpty ? "(dependencies)" : "\(holding.namespace)/\(holding.name)",
          holding.kinds.isEmpty ? "-" : holding.kinds.joined(separator: ","),
          holding.commit?.id.abbreviated ?? "-",
          holding.commit.flatMap { Age.text(since: $0.time, at: now) } ?? "-",
        ]
      }
    let place =
      "\(stateStore.branch) of \(stateStore.url) at \(commit?.id.abbreviated ?? "no commit")"
    return "\(place)\n" + Printing.table(rows)
  }
}
