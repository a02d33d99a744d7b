import Dojot
import Enrollment
import PKI

/// One pass over the devices: each is done, whatever became of the one before, and a summary ends it.
struct RenewalRound {
    /// A device, and what went wrong with it.
    struct FailedDevice {
        let name: String
        let failure: Failure
    }

    /// What came of all of them.
    struct Outcome {
        var results: [RenewalResult] = []
        var failed: [FailedDevice] = []

        /// Those of which something went wrong, whether the identity changed or not.
        var failures: [FailedDevice] {
            failed + results.flatMap { result in result.problems.map { FailedDevice(name: result.name, failure: $0) } }
        }
    }

    private let names: [DeviceName]
    private let printsJSON: Bool

    init(_ names: [DeviceName], printsJSON: Bool) {
        self.names = names
        self.printsJSON = printsJSON
    }

    /// Does all of them, and ends as they did.
    ///
    /// - Throws: for one device its own failure; for several that some failed, with their exit code where it is the same for all.
    func run(_ work: (DeviceName) throws -> RenewalResult) throws {
        let failures = try pass(isTold: names.count > 1, work).failures
        guard let first = failures.first?.failure else { return }
        if names.count == 1 { throw first }
        let code = failures.allSatisfy { $0.failure.exitCode == first.exitCode } ? first.exitCode : .failure
        throw Failure(code, "\(Set(failures.map(\.name)).count) of \(names.count) devices failed")
    }

    /// Does all of them, and prints what came of it.
    ///
    /// - Parameter isTold: whether what goes wrong is printed at once.
    func pass(isTold: Bool, _ work: (DeviceName) throws -> RenewalResult) throws -> Outcome {
        var outcome = Outcome()
        for name in names {
            do {
                let result = try work(name)
                outcome.results.append(result)
                if !printsJSON { Console.result(result.line) }
                if isTold { for problem in result.problems { tell(result.name, problem) } }
            } catch {
                let failure = Failure(error)
                outcome.failed.append(FailedDevice(name: "\(name)", failure: failure))
                if isTold { tell("\(name)", failure) }
            }
        }
        if printsJSON {
            try Console.result(json: Summary(outcome))
        } else if names.count > 1 {
            Console.result(summary(outcome))
        }
        return outcome
    }

    private func tell(_ name: String, _ failure: Failure) {
        Console.error(Failure(failure.exitCode, "\(name): \(failure.message)", hint: failure.hint))
    }

    private func summary(_ outcome: Outcome) -> String {
        var counts = [(0, "renewed"), (0, "rolled back"), (0, "not due"), (outcome.failed.count, "failed")]
        for result in outcome.results {
            switch result {
            case .renewed: counts[0].0 += 1
            case .rolledBack: counts[1].0 += 1
            case .kept: counts[2].0 += 1
            }
        }
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(names.count) devices: \(parts.joined(separator: ", "))"
    }
}

extension RenewalRound {
    /// The summary as a script reads it.
    private struct Summary: Encodable {
        struct Changed: Encodable {
            let device, tenant, serial, notAfter, previousSerial: String
            let problems: [String]

            init(_ identity: Identity, _ certificate: Certificate, _ old: Certificate, _ problems: [Failure]) {
                device = identity.profile.device
                tenant = identity.profile.tenant
                serial = "\(certificate.serialNumber)"
                notAfter = "\(Timestamp(unixSeconds: certificate.notAfter))"
                previousSerial = "\(old.serialNumber)"
                self.problems = problems.map(\.message)
            }
        }

        struct Kept: Encodable {
            let device, tenant, serial, notAfter: String
        }

        struct Failed: Encodable {
            let device, reason: String
            let exitCode: Int32
        }

        var renewed: [Changed] = []
        var rolledBack: [Changed] = []
        var kept: [Kept] = []
        let failed: [Failed]

        init(_ outcome: Outcome) {
            failed = outcome.failed.map {
                Failed(device: $0.name, reason: $0.failure.message, exitCode: $0.failure.exitCode.rawValue)
            }
            for result in outcome.results {
                switch result {
                case .kept(let identity, let certificate):
                    kept.append(
                        Kept(
                            device: identity.profile.device, tenant: identity.profile.tenant,
                            serial: "\(certificate.serialNumber)",
                            notAfter: "\(Timestamp(unixSeconds: certificate.notAfter))"))
                case .renewed(let identity, let certificate, let old, let problems):
                    renewed.append(Changed(identity, certificate, old, problems))
                case .rolledBack(let identity, let certificate, let old, let problems):
                    rolledBack.append(Changed(identity, certificate, old, problems))
                }
            }
        }
    }
}
