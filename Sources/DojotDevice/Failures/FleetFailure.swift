import Fleet

extension Failure {
    /// The failure behind an error of a whole fleet.
    init(_ error: FleetError) {
        let exitCode: ExitCode =
            switch error.code {
            case .invalidList: .dataError
            case .tooFewFiles, .tooFewSources: .failure
            }
        self.init(exitCode, error.message, hint: error.hint)
    }
}
