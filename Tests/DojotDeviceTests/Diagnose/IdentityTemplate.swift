import Foundation
import TestSupport
import Testing

/// A sandbox's state and a device's identity from it, made once and copied for each test: neither makes keys again.
struct IdentityTemplate: Sendable {
    /// The device's name as its files have it.
    static let name = "admin:f60c28"

    static let ejbca = Result { try IdentityTemplate("0.4") }
    static let x509 = Result { try IdentityTemplate("0.8") }

    /// Holds `state` and `certs`.
    let folder: TemporaryFolder
    private let release: String
    private let gateway: String
    private let port: UInt16

    private init(_ release: String) throws {
        self.release = release
        folder = try TemporaryFolder()
        let sandbox = try RunningSandbox.start(RunningSandbox.options(of: release) + ["--dir", folder.path("state")])
        (gateway, port) = (sandbox.ready.gateway, sandbox.port)
        let outcome = try Child.run(
            Programs.path("dojot-device"),
            ["retrieve-cert", gateway, Self.name, "--broker", "localhost:\(port)"], environment: sandbox.credentials,
            in: folder.path)
        guard outcome.status == 0 else { throw SupportError("retrieve-cert: \(outcome.stderr)") }
        sandbox.stop()
    }

    /// Copies the identity into `folder`; its gateway and its broker are `sandbox`, or where nobody is.
    func copyIdentity(to folder: TemporaryFolder, of sandbox: RunningSandbox? = nil) throws {
        try FileManager.default.copyItem(atPath: self.folder.path("certs"), toPath: folder.path("certs"))
        let profile = "certs/\(Self.name).json"
        let text = try folder.read(profile)
            .replacingOccurrences(of: gateway, with: sandbox?.ready.gateway ?? "http://127.0.0.1:1")
            .replacingOccurrences(of: "\"port\" : \(port)", with: "\"port\" : \(sandbox?.port ?? 1)")
        try folder.overwrite(profile, text)
    }

    /// Starts a sandbox that knows the identity.
    func startSandbox(in folder: TemporaryFolder, _ arguments: [String] = []) throws -> RunningSandbox {
        try FileManager.default.copyItem(atPath: self.folder.path("state"), toPath: folder.path("state"))
        return try RunningSandbox.start(
            RunningSandbox.options(of: release) + ["--dir", folder.path("state")] + arguments)
    }
}

extension TemporaryFolder {
    /// Puts other content into a file that is there, through links as any program would; its mode stays.
    func overwrite(_ name: String, _ text: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path(name)))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }
}
