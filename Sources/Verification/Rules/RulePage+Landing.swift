// Rules about what is there and where: requests, files, Destinations, commits.

extension RulePage {
  static let invalidRequest = RulePage(
    meaning: "The Promise's own schema refuses the request. The API server does not take it, so no "
      + "pipeline ever runs for it; or it drops a field that the schema does not know, and the "
      + "pipeline runs without it.",
    origins: [
      "A value that is not in the schema's enum, too long, too small, of another type, or not of "
        + "its pattern.",
      "A required field was left out.",
      "A misspelled field, as spec.sise: the API server drops it without a word, and the default "
        + "holds. This is a warning.",
      "The Promise's API was changed after the request was made.",
    ],
    remedies: [
      "Change the request at the line that the finding names; expected says what the schema takes.",
      "kubectl apply --dry-run=server -f REQUEST shows what the API server itself says.",
      "Where the schema is wrong, change spec.api of the Promise.",
    ])

  static let notLanded = RulePage(
    meaning: "Nothing of this resource is in the state store. No file of it stands where Kratix "
      + "would put it at any Destination that its selectors choose.",
    origins: [
      "The pipeline wrote nothing to /kratix/output: the Work has no groups, and every status is "
        + "green all the same.",
      "The pipeline suspended itself, or failed.",
      "The WorkPlacement was never written: the state store is not ready, or the push is refused.",
      "A path with .git or .. in it: Kratix passes over it and reports success.",
      "It landed, and somebody removed it: the finding then names both commits.",
    ],
    remedies: [
      "statestore diagnose --request REQUEST --kubectl names the first broken link of the chain.",
      "Where the finding says that it was removed: git revert the commit that it names, or let the "
        + "pipeline run again (label the request kratix.io/manual-reconciliation=true).",
      "statestore write lands a rendered output by hand.",
    ])

  static let missingFile = RulePage(
    meaning:
      "An expected file is not there. It was rendered, or is in the Work or the receipt, and "
      + "other files of the same placement are there.",
    origins: [
      "Somebody removed it with git: the finding names the commit.",
      "Another placement claims the same directory, and each write erases the other's files.",
      "Kratix staged the path and git did not: .git in a path, or a .gitignore of the repository.",
      "The output changed after it was landed.",
    ],
    remedies: [
      "Land the output again with statestore write, or let the pipeline run again.",
      "Look at the commit that removed it: git show COMMIT.",
    ])

  static let modifiedFile = RulePage(
    meaning: "A file is there and has other bytes than expected. Where both can be read as "
      + "manifests, the finding names the first field that differs. With --all nothing is given to "
      + "compare with, and the placement's last commit says what it landed: its trailers name "
      + "Promise, resource, Pipeline and Destination (Kratix-*) and a digest of all paths and blobs "
      + "(Statestore-Content). Placements that Kratix itself wrote since have no such commit, and "
      + "are not held against one.",
    origins: [
      "Somebody edited it in the repository; Kratix overwrites the edit with its next write.",
      "The output changed after it was landed, and has not been landed again.",
      "A .gitattributes of the repository changed the bytes when Kratix committed them.",
      "Two placements write the same path.",
      "A commit with the trailers of a landing was reverted, or cherry-picked from another branch.",
    ],
    remedies: [
      "See what changed since the commit that the finding names: git diff COMMIT HEAD -- PATH.",
      "Land the output again with statestore write.",
      "An edit that is meant to stay belongs into the pipeline.",
    ])

  static let orphanFile = RulePage(
    meaning: "A file is in a placement's directory and is not expected there. Below a Destination "
      + "it can also be a file that belongs to no placement at all; that is a warning.",
    origins: [
      "Somebody added it with git.",
      "An earlier version of the output had it, and the write that should have replaced the "
        + "directory did not happen.",
      "Mode none: the state file was lost, so Kratix no longer knows that it wrote the file.",
    ],
    remedies: [
      "Land the output again: a write replaces the whole directory.",
      "Move what is not Kratix's out of the Destination's directory.",
    ])

  static let misplaced = RulePage(
    meaning: "It landed at a Destination that the selectors do not choose. Kratix schedules a "
      + "request once and never moves it; it goes on writing to the old Destination.",
    origins: [
      "The labels of the Destination, or the Promise's destinationSelectors, changed after the "
        + "request was made.",
      "A compound Promise's pipeline puts out a request of another Promise, and no entry of "
        + "destination-selectors.yaml sends it to the platform's own Destination: it lands on a "
        + "worker, which does not know that API.",
      "A commit by hand put it there.",
    ],
    remedies: [
      "Delete the request and make it again; Kratix then schedules it anew.",
      "Or give the Destination the labels that the selectors ask for.",
      "For a child request: render it into a directory of its own, and schedule that directory in "
        + "/kratix/metadata/destination-selectors.yaml.",
    ])

  static let noDestination = RulePage(
    meaning: "No Destination matches the selectors. The Work waits, pending, and nothing is "
      + "written; the request itself may look fine.",
    origins: [
      "A label is missing or misspelled, on the Destination or in the selectors.",
      "Promise and pipeline ask for the same label with different values: the Promise wins.",
      "Only Destinations with strictMatchLabels are left, and the selectors ask for nothing.",
      "The Destination is being deleted.",
    ],
    remedies: [
      "The finding lists every Destination with the label that differs: kubectl label destination "
        + "NAME KEY=VALUE, or change the selectors."
    ])

  static let foreignCommit = RulePage(
    meaning: "The path was last changed by another author than the state store's. Whatever it "
      + "holds, neither Kratix nor statestore put it there.",
    origins: [
      "Somebody repaired something by hand, at night.",
      "A bot rewrites images or formats files in the same repository.",
      "spec.gitAuthor of the GitStateStore was changed.",
    ],
    remedies: [
      "Read the commit: git show COMMIT. Kratix overwrites it with its next write.",
      "What is to stay belongs into the pipeline.",
      "Protect the branch so that only the state store's account may push.",
    ])

  static let stale = RulePage(
    meaning: "The last commit is older than --max-age. Nobody has written this resource for that "
      + "long, though Kratix rewrites what it holds from time to time.",
    origins: [
      "Nothing changed; then a longer --max-age is right.",
      "Kratix stopped writing: the state store is not ready, or the controller is down.",
      "The request was deleted, and its files were left.",
    ],
    remedies: [
      "kubectl get gitstatestore,destination shows whether Kratix can write.",
      "statestore diagnose --request REQUEST --kubectl walks the chain.",
    ])
}
