import Foundation
package import Kratix
package import KubernetesAPI
import Landing
import Manifests

/// The requests of a cluster that can be judged now, with their Works.
struct ClusterRequests: Sendable {
  private(set) var requests: [ResourceRequest] = []
  private(set) var works: [Work] = []
  /// Requests that are on their way, and so neither landed nor missing, as `NAMESPACE/NAME`.
  private(set) var inFlight: [String] = []
  /// Requests and Works that could not be read.
  private(set) var failures: [LandingError] = []
  /// The texts of all objects, without status.
  private(set) var texts: [[UInt8]] = []
  private var judged: Set<Owner> = []

  /// The request that a Work is of.
  private struct Owner: Hashable {
    let promise: String
    let namespace: String
    let name: String
  }

  /// How long pipelines may run before their request is judged as it is.
  private static let longestRun: TimeInterval = 600
  /// How long a commit may take after the pipelines have completed.
  private static let grace: TimeInterval = 60

  /// Takes the requests of one Promise.
  mutating func add(_ objects: [Node], of promise: Promise, from server: String, now: Date) {
    for object in objects {
      let file = ManifestFile(object: object, from: server)
      guard let found = file.objects.first else { continue }
      do throws(ManifestError) {
        let request = try ResourceRequest(PlatformObject(found, file: file.name))
        switch RequestProgress(object) {
        // Its files go with it.
        case .deleting: continue
        case let progress where Self.isOnItsWay(progress, now):
          inFlight.append("\(request.namespace)/\(request.name)")
        default:
          requests.append(request)
          judged.insert(
            Owner(promise: promise.name, namespace: request.namespace, name: request.name))
          texts.append(object.bytesWithoutStatus)
        }
      } catch {
        failures.append(LandingError(error))
      }
    }
  }

  /// Takes the Works of the requests that are judged.
  mutating func add(works objects: [Node], from server: String) {
    for object in objects {
      let file = ManifestFile(object: object, from: server)
      do throws(ManifestError) {
        for work in try Work.works(in: file) where !work.isDependency {
          let owner = Owner(
            promise: work.promiseName, namespace: work.resourceNamespace ?? work.namespace,
            name: work.resourceName)
          guard judged.contains(owner) else { continue }
          works.append(work)
          texts.append(object.bytesWithoutStatus)
        }
      } catch {
        failures.append(LandingError(error))
      }
    }
  }

  mutating func add(_ failure: LandingError) { failures.append(failure) }

  private static func isOnItsWay(_ progress: RequestProgress, _ now: Date) -> Bool {
    switch progress {
    case .changed: true
    case .running(let since): isRecent(since, now, longestRun)
    case .completed(let since): isRecent(since, now, grace)
    case .deleting, .suspended, .failed: false
    }
  }

  private static func isRecent(_ time: String?, _ now: Date, _ limit: TimeInterval) -> Bool {
    guard let date = time.flatMap(KubernetesTime.date) else { return false }
    return now.timeIntervalSince(date) < limit
  }
}

extension ClusterReader {
  /// The requests of every Promise with an API, or of one.
  ///
  /// What cannot be read of one Promise is a failure among the results, and no reason to be silent about
  /// the others.
  ///
  /// - Parameters:
  ///   - promise: The only Promise; `nil` for all.
  ///   - namespace: The only namespace; `nil` for all.
  /// - Throws: `KubernetesError`.
  func requests(
    of platform: Platform, promise: String?, namespace: String?, now: Date
  ) async throws(KubernetesError) -> ClusterRequests {
    var found = ClusterRequests()
    let promises = platform.promises.values.filter {
      $0.kind != nil && (promise == nil || $0.name == promise)
    }.sorted { $0.name < $1.name }
    for promise in promises {
      do throws(KubernetesError) {
        let resource = try await resource(of: promise)
        let list = try await client.list(
          ObjectQuery(resource, namespace: namespace), deadline: deadline)
        found.add(list.items, of: promise, from: client.server, now: now)
      } catch {
        found.add(error.landingError)
      }
    }
    guard !found.requests.isEmpty, let works = try await kratixResources()["Work"] else {
      return found
    }
    for place in Self.workNamespaces(promises, namespace) {
      do throws(KubernetesError) {
        let list = try await client.list(
          ObjectQuery(works, namespace: place, pageSize: Self.pageOfWorks), deadline: deadline)
        found.add(works: list.items, from: client.server)
      } catch {
        found.add(error.landingError)
      }
    }
    return found
  }

  /// Works carry the content of files, up to 1.5 MiB each.
  package static let pageOfWorks = 50

  /// The resource of a Promise's requests.
  ///
  /// - Throws: `KubernetesError`, with `not-installed` if the Promise's API is not there.
  package func resource(of promise: Promise) async throws(KubernetesError) -> APIResource {
    let (group, kind) = (promise.group ?? "", promise.kind ?? "")
    let found = try await client.resource(kind: kind, group: group, deadline: deadline)
    guard let found else {
      throw KubernetesError(
        .notInstalled,
        "\(client.server): the API \(kind) of \(group), which the Promise \(promise.name) offers, is not"
          + " installed; see the status of the Promise")
    }
    return found
  }

  /// Where the Works are: beside the requests, or where a Promise lets its pipelines run.
  private static func workNamespaces(_ promises: [Promise], _ namespace: String?) -> [String?] {
    guard let namespace else { return [nil] }
    return [namespace]
      + Set(promises.compactMap(\.pipelineNamespace)).subtracting([namespace]).sorted()
  }
}
