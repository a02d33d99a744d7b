import Foundation
import TestSupport

/// A folder and a sandbox, and `retrieve-cert` in the one from the other.
struct Retrieval {
    let folder: TemporaryFolder
    let sandbox: RunningSandbox

    init(_ arguments: [String] = []) throws {
        folder = try TemporaryFolder()
        sandbox = try RunningSandbox.start(arguments)
    }

    /// Runs `retrieve-cert GATEWAY DEVICE …` with the sandbox's user.
    func run(
        _ device: String = "f60c28", _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> Outcome {
        try Child.run(
            Programs.path("dojot-device"), ["retrieve-cert", sandbox.ready.gateway, device] + arguments,
            environment: sandbox.credentials.merging(environment) { $1 }, in: folder.path)
    }

    /// Makes a key with openssl, for runs that need none of their own.
    func makeKey() throws -> String {
        guard let openssl = Programs.installed("openssl") else { throw SupportError("there is no openssl") }
        let outcome = try Child.run(openssl, ["genrsa", "-out", folder.path("given.key"), "2048"])
        guard outcome.status == 0 else { throw SupportError("openssl genrsa: \(outcome.stderr)") }
        return folder.path("given.key")
    }

    /// Has something go wrong from now on.
    func inject(_ fault: String) throws {
        let answer = try sandbox.request("POST", "/_sandbox/faults", json: #"{"rule": "\#(fault)"}"#)
        guard (200...299).contains(answer.status) else { throw SupportError("\(fault): \(answer)") }
    }

    /// Has nothing go wrong any more.
    func mend() throws { _ = try sandbox.request("DELETE", "/_sandbox/faults") }

    /// How many certificates the platform has signed for an end entity.
    func certificates(of endEntity: String) throws -> Int {
        struct Answer: Decodable {
            struct Entry: Decodable { let certificateData: String }
            let certs: [Entry]
        }
        let answer = try sandbox.request("GET", "/user/\(endEntity)/find?valid=true", token: sandbox.logIn())
        guard answer.status == 200 else { return 0 }
        return try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8)).certs.count
    }

    /// How many certificates x509-identity-mgmt has signed and not taken back, for all devices.
    func signedByX509() throws -> Int {
        struct Answer: Decodable {
            struct Paging: Decodable { let totalItems: Int }
            let paging: Paging
        }
        let answer = try sandbox.request("GET", "/x509/v1/certificates", token: sandbox.logIn())
        return try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8)).paging.totalItems
    }

    /// What the folder of identities shows: its files' names and contents, without our own folder of generations.
    func shown() throws -> [String: String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path("certs"))) ?? []
        var files: [String: String] = [:]
        for name in names where !name.hasPrefix(".") { files[name] = try folder.read("certs/\(name)") }
        return files
    }

    /// Whether openssl finds that key, certificate and CA's certificate of the device belong together.
    func holdsTogether(_ device: String = "f60c28") throws -> Bool {
        guard let openssl = Programs.installed("openssl") else { throw SupportError("there is no openssl") }
        let (key, certificate) = (folder.path("certs/\(device).key"), folder.path("certs/\(device).crt"))
        let verified = try Child.run(openssl, ["verify", "-CAfile", folder.path("certs/IOTmidCA.crt"), certificate])
        let ofKey = try Child.run(openssl, ["pkey", "-in", key, "-pubout"])
        let ofCertificate = try Child.run(openssl, ["x509", "-in", certificate, "-noout", "-pubkey"])
        return verified.status == 0 && ofKey.status == 0 && ofKey.stdout == ofCertificate.stdout
    }
}
