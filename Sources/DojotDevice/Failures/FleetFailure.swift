import Fleet

extension Failure {
    /// What cannot be done for a whole fleet.
    init(_ error: FleetError) {
        let (exitCode, hint): (ExitCode, String?) =
            switch error.code {
            case .invalidList, .invalidTemplate, .invalidDeclaration, .invalidSummary, .invalidOrder: (.dataError, nil)
            case .invalidMaster, .tooManyWorkers: (.usage, nil)
            case .libraryMissing, .masterSilent: (.unavailable, nil)
            case .invalidMessage: (.protocolError, nil)
            case .otherJournal: (.cannotCreate, "give another folder with --certs-dir, or move the journal away")
            case .busy: (.temporaryFailure, "wait until it has ended, then run the same command again")
            case .fileMissing, .cannotRead: (.noInput, nil)
            case .cannotWrite: (.inputOutput, nil)
            case .tooFewFiles, .tooFewSources, .cannotListen: (.failure, nil)
            }
        self.init(exitCode, error.message, hint: error.hint ?? hint)
    }
}
