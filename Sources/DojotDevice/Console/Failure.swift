/// Why a command could not do what it was asked to: what its user reads, and how the program ends.
///
/// Commands throw it; each library's errors are turned into it in `Failures/`.
struct Failure: Error {
    let exitCode: ExitCode
    /// What was tried, on what, why it failed: lower case, no full stop.
    let message: String
    /// The way out, with a command to run where there is one.
    let hint: String?

    init(_ exitCode: ExitCode, _ message: String, hint: String? = nil) {
        self.exitCode = exitCode
        self.message = message
        self.hint = hint
    }
}
