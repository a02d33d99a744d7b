import Foundation
import TestSupport

/// A device's folder of identities as retrieve-cert leaves it, with certificates that openssl made, for a broker of a test's own.
///
/// Each release's certificate has a common name of its own, which the broker's log tells: `release-2`.
final class RenewableIdentity {
    let certificates: TestCertificates
    let broker: RunningBroker
    let folder: TemporaryFolder
    /// What the device's connections go through, where that was asked for.
    let relay: Relay?
    private var number = 0

    private let brokerKind: String

    /// Makes the first release.
    ///
    /// - Parameter isRelayed: whether the profile names a relay in front of the broker.
    init(brokerKind: String = "mosca", isRelayed: Bool = false) throws {
        self.brokerKind = brokerKind
        certificates = try TestCertificates()
        folder = try TemporaryFolder()
        broker = try RunningBroker(
            certificates: certificates,
            settings: [
                "use_identity_as_username true", "max_queued_messages 0", "max_inflight_messages 0",
                "listener 0 \(certificates.path("own"))",
            ])
        relay = isRelayed ? try Relay(to: broker.port) : nil
        try FileManager.default.createDirectory(
            atPath: folder.path("certs/.identities/f60c28"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: certificates.path("ca.crt"), toPath: folder.path("certs/IOTmidCA.crt"))
        try renew()
        for part in ["key", "crt", "json"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("certs/f60c28.\(part)"),
                withDestinationPath: ".identities/f60c28/current/f60c28.\(part)")
        }
    }

    /// The socket of the broker where nobody is asked for a certificate.
    var socket: String { certificates.path("own") }

    /// Puts the next release in place, as `renew` does: one rename of the link.
    ///
    /// - Parameters:
    ///   - authority: who signs it; "ca" is the broker's.
    ///   - hasOwnKey: whether its key belongs to its certificate.
    func renew(authority: String = "ca", hasOwnKey: Bool = true) throws {
        number += 1
        let name = "release-\(number)"
        try certificates.make(name, authority: authority)
        let release = folder.path("certs/.identities/f60c28/\(number)")
        try FileManager.default.createDirectory(atPath: release, withIntermediateDirectories: false)
        let key = certificates.path(hasOwnKey ? "\(name).key" : "broker.key")
        try FileManager.default.copyItem(atPath: key, toPath: release + "/f60c28.key")
        try FileManager.default.copyItem(atPath: certificates.path("\(name).crt"), toPath: release + "/f60c28.crt")
        try profile.write(toFile: release + "/f60c28.json", atomically: true, encoding: .utf8)
        let current = folder.path("certs/.identities/f60c28/current")
        guard symlink("\(number)", current + ".new") == 0, rename(current + ".new", current) == 0 else {
            throw SupportError("cannot put release \(number) in place")
        }
    }

    /// Waits until the broker has let the device in with its latest certificate, or with that of release `other`.
    func waitUntilConnected(with other: Int? = nil, timeout: Double = 20) -> Bool {
        let mark = "u'release-\(other ?? number)'"
        let end = Date(timeIntervalSinceNow: timeout)
        while Date() < end {
            if broker.log.contains(mark) { return true }
            usleep(10_000)
        }
        return false
    }

    private var profile: String {
        """
        {"gateway": "http://localhost:8000", "tenant": "admin", "device": "f60c28", "commonName": "f60c28",
         "ca": "IOTmidCA", "platform": "ejbca", "broker": {"host": "localhost", "port": \(relay?.port ?? broker.port), "kind": "\(brokerKind)"},
         "certificate": {"serial": "01", "notBefore": "2026-01-01T00:00:00Z", "notAfter": "2027-01-01T00:00:00Z"}}
        """
    }
}
