/// Ends the program with a status whose reason has been printed already.
package struct ExitStatus: Error {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }
}
