import CommandLineKit
import Dojot
import Enrollment
import Fleet
import PKI

/// What a provisioning ends with.
struct ProvisionReport {
    let counts: ProvisioningCounts
    /// How long it took.
    let seconds: Double
    let order: Enrollment.Order
    let platform: PlatformGeneration
    /// The folder of identities.
    let directory: String
    /// The list of those that failed, where there is one.
    let failures: String?

    /// New identities a second.
    private var rate: Double { seconds > 0 ? Double(counts.provisioned) / seconds : 0 }

    func print(asJSON: Bool) throws {
        guard !asJSON else { return try Console.result(json: Object(self)) }
        let parts = [
            (counts.provisioned, "provisioned"), (counts.kept, "already there"),
            (counts.doneBefore, "done before"), (counts.failed, "failed"), (counts.left, "left"),
        ]
        let said = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        Console.result("\(counts.total.deviceText) of \(order.tenant): \(said.joined(separator: ", "))")
        if counts.provisioned > 0 {
            let (speed, time) = (ProvisionProgress.spelled(rate: rate), ProvisionProgress.spelled(rate: seconds))
            Console.result("  speed   \(speed) devices/s for \(time) s, \(order.keyAlgorithm) keys")
        }
        if counts.recovered > 0 {
            Console.result("  found   \(counts.recovered) certificates that an earlier run had had signed")
        }
        if counts.brokerChanged > 0 {
            Console.result(
                "  broker  \(order.broker.host):\(order.broker.port) in \(counts.brokerChanged) profiles that were there"
            )
        }
        Console.result("  folder  \(directory)")
        guard let failures else { return }
        Console.result("  failed  \(failures)")
        for cause in counts.causes {
            Console.result("    \(cause.count)  \(cause.code): \(cause.example)")
        }
    }

    /// Ends the program as it went.
    ///
    /// - Parameters:
    ///   - signal: the one that ended it before all was done.
    ///   - halt: why it ended by itself before that.
    func end(_ signal: Int32?, _ halt: (any Error)?) throws {
        let goOn = "run the same command again: it does what is left"
        if let halt {
            let failure = Failure(halt)
            throw Failure(failure.exitCode, failure.message, hint: failure.hint ?? goOn)
        }
        if let signal, counts.left > 0 {
            throw Failure(StopRequest.exitCode(signal), "ended with \(counts.left.deviceText) left", hint: goOn)
        }
        guard counts.failed > 0 else { return }
        let mayWorkLater = counts.causes.allSatisfy(\.mayWorkLater)
        throw Failure(
            mayWorkLater ? .temporaryFailure : .failure, "\(counts.failed) of \(counts.total.deviceText) failed",
            hint: mayWorkLater ? goOn : "what is wrong with each is in \(failures ?? "failed.csv")")
    }

    /// The summary as a script reads it.
    private struct Object: Encodable {
        struct Cause: Encodable {
            let code, example: String
            let count: Int
            let mayWorkLater: Bool
        }

        let gateway, tenant, platform, ca, keyType, folder: String
        let devices, provisioned, kept, doneBefore, failed, left, resumed, recovered, brokerChanged: Int
        let seconds, rate: Double
        let failures: [Cause]
        let failedList: String?

        init(_ report: ProvisionReport) {
            let counts = report.counts
            (gateway, tenant) = (report.order.gateway, report.order.tenant)
            (platform, ca) = (report.platform.rawValue, report.order.authorityName)
            (keyType, folder) = ("\(report.order.keyAlgorithm)", report.directory)
            (devices, provisioned, kept) = (counts.total, counts.provisioned, counts.kept)
            (doneBefore, failed, left) = (counts.doneBefore, counts.failed, counts.left)
            (resumed, recovered, brokerChanged) = (counts.resumed, counts.recovered, counts.brokerChanged)
            seconds = (report.seconds * 1000).rounded() / 1000
            rate = (report.rate * 100).rounded() / 100
            failures = counts.causes.map {
                Cause(code: $0.code, example: $0.example, count: $0.count, mayWorkLater: $0.mayWorkLater)
            }
            failedList = report.failures
        }
    }
}
