/// Ends the program with an exit code and no message: all there is to say has been said.
struct Ending: Error {
    let exitCode: ExitCode
}
