/// A connection to somebody's `receive-pack`, with the references as they were when it was opened.
///
/// Good for one push. Build on ``advertisement``, then ``push(_:pack:deadline:)`` or ``close()``.
public final class PushConnection: Sendable {
  /// The references as `receive-pack` sees them: what to build on and what to expect.
  public let advertisement: ReferenceAdvertisement

  init(advertisement: ReferenceAdvertisement) {
    self.advertisement = advertisement
  }

  /// Sends one update with the pack that holds its objects, and reads the report in full.
  ///
  /// - Throws: ``TransportError/Code/outcomeUnknown`` when the connection was lost, the deadline came or the task
  ///   was cancelled after the pack began to be sent and before the report was read: the branch may have moved.
  public func push(
    _ update: ReferenceUpdate, pack: [UInt8], deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> PushReport {
    throw TransportError(code: .unsupported, message: "not there yet", remote: "")
  }

  /// Leaves without pushing; does nothing after a push.
  public func close() async {}
}
