import Fleet

extension Failure {
    /// The failure behind an error of a whole fleet.
    init(_ error: FleetError) {
        let exitCode: ExitCode =
            switch error.code {
            case .invalidList, .invalidDeclaration, .invalidSummary: .dataError
            case .fileMissing: .noInput
            case .cannotWrite: .cannotCreate
            case .tooFewFiles, .tooFewSources, .cannotRead, .cannotListen: .failure
            }
        self.init(exitCode, error.message, hint: error.hint)
    }
}
