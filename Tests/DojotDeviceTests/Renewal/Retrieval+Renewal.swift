import Foundation
import TestSupport

/// What the tests of `renew` and `revoke` need besides a retrieval.
extension Retrieval {
    /// A sandbox of one release of the platform, with identities of its devices.
    ///
    /// - Parameters:
    ///   - broker: host and port; nil for the sandbox's own.
    ///   - arguments: more for the sandbox.
    init(on release: String, devices: [String] = ["f60c28"], broker: String? = nil, _ arguments: [String] = [])
        throws
    {
        try self.init(RunningSandbox.options(of: release) + devices.flatMap { ["--device", $0] } + arguments)
        // A curve's key takes no time; EJBCA signs RSA alone.
        let key = release != "0.4" ? ["--key-type", "p256"] : []
        for device in devices {
            let outcome = try run(device, ["--broker", broker ?? sandbox.ready.mqtts] + key)
            guard outcome.status == 0 else { throw SupportError("retrieve-cert \(device): \(outcome.stderr)") }
        }
    }

    /// Runs the program with the sandbox's user, in the folder.
    func program(_ arguments: [String], environment: [String: String]? = nil, timeout: Double = 60) throws -> Outcome {
        try Child.run(
            Programs.path("dojot-device"), arguments, environment: environment ?? sandbox.credentials, in: folder.path,
            timeout: timeout)
    }

    /// Starts the program with the sandbox's user, in the folder.
    func start(_ arguments: [String]) throws -> Child {
        try Child.start(
            Programs.path("dojot-device"), arguments, environment: sandbox.credentials, in: folder.path)
    }

    /// The serial number of the certificate in place, in hexadecimal.
    func serial(of device: String = "f60c28") throws -> String {
        let text = try openssl(["x509", "-in", "certs/\(device).crt", "-noout", "-serial"])
        return String(text.dropFirst("serial=".count).prefix { $0.isHexDigit })
    }

    /// What openssl prints, run in the folder.
    func openssl(_ arguments: [String]) throws -> String {
        guard let program = Programs.installed("openssl") else { throw SupportError("there is no openssl") }
        let outcome = try Child.run(program, arguments, in: folder.path)
        guard outcome.status == 0 else {
            throw SupportError("openssl \(arguments.joined(separator: " ")): \(outcome.stderr)")
        }
        return outcome.stdout
    }

    /// What is in the folder of identities.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path("certs")) }

    /// Whether the revocation list beside the CA holds that number.
    func isListed(_ serial: String) throws -> Bool {
        try openssl(["crl", "-in", "certs/IOTmidCA.crl", "-noout", "-text"]).contains("Serial Number: \(serial)")
    }

    /// Where the route is on which this release signs.
    static func signing(on release: String) -> String {
        release != "0.4" ? "POST /x509/v1/certificates" : "POST /sign/*"
    }
}
