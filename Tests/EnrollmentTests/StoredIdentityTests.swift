import Dojot
import Foundation
import PKI
import TestSupport
import Testing

@testable import Enrollment

@Suite("What a folder holds of its devices")
struct StoredIdentityTests {
    let temporary = try! TemporaryFolder()  // a test without a folder cannot go on
    let authority = try! Authority()  // nor one without a CA
    var store: CredentialStore { CredentialStore(directory: temporary.path("certs")) }

    func path(_ name: String) -> String { temporary.path("certs/\(name)") }

    @discardableResult
    func install(
        _ name: String, tenant: String = "admin", validity: ClosedRange<Int64>? = nil
    ) throws -> Certificate {
        let folder = try store.checkOut(DeviceName(name))
        let run = try makeRun(name)
        try folder.keep(run)
        let certificate =
            try validity.map { try authority.sign(run.request, validity: $0) } ?? authority.sign(run.request)
        try folder.install(
            run, certificate, profile: makeProfile(name, tenant: tenant, certificate),
            authority: authority.certificate, overwrite: false)
        return certificate
    }

    /// Lets the key's, or another part's, file in place be something else.
    func replace(_ name: String, by bytes: [UInt8], mode: Int = 0o600) throws {
        let file = path(name)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    func only() throws -> StoredIdentity {
        let found = try store.identities()
        #expect(found.count == 1)
        return try #require(found.first)
    }

    @Test("a complete identity has no flaws")
    func complete() throws {
        let certificate = try install("admin:f60c28")
        let found = try only()
        #expect(found.flaws.isEmpty)
        #expect(found.name == "admin:f60c28")
        #expect(found.certificate == certificate)
        #expect(found.profile?.gateway == "http://localhost:8000")
        #expect(found.authorityName == "IOTmidCA")
        #expect(found.keyAlgorithm == .p256)
        #expect(found.pending == nil)
        #expect(found.device?.description == "admin:f60c28")
    }

    @Test(
        "what is missing or wrong is named",
        arguments: [
            ("f60c28.key", nil, [.keyMissing]), ("f60c28.crt", nil, [.certificateMissing]),
            ("f60c28.json", nil, [.profileMissing]), ("IOTmidCA.crt", nil, [.authorityMissing]),
            ("f60c28.csr", nil, []),
            ("f60c28.key", "", [.keyUnreadable]), ("f60c28.crt", "", [.certificateUnreadable]),
            ("f60c28.json", "{}", [.profileUnreadable]), ("IOTmidCA.crt", "x", [.authorityUnreadable]),
        ] as [(String, String?, [StoredIdentity.Flaw])])
    func flaws(_ file: String, _ text: String?, _ expected: [StoredIdentity.Flaw]) throws {
        try install("f60c28")
        if let text {
            try replace(file, by: Array(text.utf8))
        } else {
            // The file itself, not the link that leads to it.
            let link = URL(fileURLWithPath: path(file)).resolvingSymlinksInPath()
            try FileManager.default.removeItem(at: link)
        }
        let found = try only()
        #expect(found.flaws == expected)
        #expect(found.authorityName == "IOTmidCA")
    }

    @Test("files of others, and of another name, are noticed")
    func foreign() throws {
        try install("f60c28")
        let other = try makeRun("other")
        try replace("f60c28.key", by: other.key.pem(), mode: 0o640)
        #expect(try only().flaws == [.keyMismatch, .keyExposed])
        try replace("f60c28.crt", by: Authority().sign(other.request).pem)
        #expect(try only().flaws == [.nameMismatch, .notSigned, .keyExposed])
        try replace("f60c28.crt", by: authority.certificate.pem)
        #expect(try only().flaws.contains(.isAuthority))
        let locked = try Child.run(
            "/usr/bin/openssl", ["pkey", "-aes256", "-passout", "pass:x"], input: other.key.pem())
        try replace("f60c28.key", by: locked.standardOutput)
        #expect(try only().flaws.contains(.keyEncrypted))
    }

    @Test("a certificate on the CA's list is revoked")
    func revoked() throws {
        let certificate = try install("f60c28")
        let list = try CertificateRevocationList(
            issuer: authority.certificate,
            entries: [
                CertificateRevocationList.Entry(serialNumber: certificate.serialNumber, date: Authority.now)
            ], thisUpdate: Authority.now, nextUpdate: Authority.now + 60, number: SerialNumber(),
            signedBy: authority.key)
        try replace("IOTmidCA.crl", by: list.pem)
        #expect(try only().flaws == [.revoked])
        try replace("IOTmidCA.crl", by: [1, 2, 3])
        #expect(try only().flaws == [])
    }

    @Test("a run that was cut off is pending, alone or beside an identity")
    func pending() throws {
        let folder = try store.checkOut(DeviceName("admin:77aa01"))
        try folder.keep(makeRun("admin:77aa01"))
        // The other process still holds the lock: looking takes none.
        var found = try only()
        #expect(found.pending?.gateway == "http://localhost:8000")
        #expect(found.authorityName == "IOTmidCA")
        #expect(found.flaws.isEmpty)
        #expect(found.keyAlgorithm == .p256)
        #expect(found.device?.tenant == "admin")
        withExtendedLifetime(folder) {}
        try install("f60c28")
        try store.checkOut(DeviceName("f60c28")).keep(makeRun("f60c28"))
        found = try #require(try store.identities(named: [DeviceName("f60c28")]).first)
        #expect(found.pending != nil)
        #expect(found.certificate != nil)
        #expect(found.flaws.isEmpty)
    }

    @Test("the Certificate Retriever's plain files are an identity without a profile")
    func plain() throws {
        let run = try makeRun("f60c28")
        try temporary.write(authority.certificate.pem, to: "certs/IOTmidCA.crt")
        try temporary.write(authority.sign(run.request).pem, to: "certs/f60c28.crt")
        try temporary.write(run.key.pem(), to: "certs/f60c28.key")
        chmod(path("f60c28.key"), 0o644)
        let found = try only()
        #expect(found.flaws == [.profileMissing, .keyExposed])
        #expect(found.authorityName == "IOTmidCA")
        try temporary.write(makeRun("a1b2c3").key.pem(), to: "certs/a1b2c3.key")
        chmod(path("a1b2c3.key"), 0o600)
        #expect(
            try store.identities(named: [DeviceName("a1b2c3")]).first?.flaws == [.certificateMissing, .profileMissing])
    }

    @Test("nothing else in the folder is taken for a device, and nothing is made in it")
    func others() throws {
        try install("f60c28")
        try temporary.write(Authority("Other").certificate.pem, to: "certs/Other.crt")
        try temporary.write("{\"a\": 1}", to: "certs/settings.json")
        try temporary.write("x", to: "certs/README")
        try temporary.write("x", to: "certs/no device.key")
        try temporary.write("x", to: "certs/.hidden.key")
        try temporary.write("x", to: "certs/f60c28.key.new.17")
        try temporary.write("x", to: "certs/revoked/a1b2c3.key")
        try temporary.write("", to: "certs/.identities/b0b0b0/lock")
        func tree() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: temporary.path).sorted() }
        let before = try tree()
        #expect(try only().name == "f60c28")
        #expect(try tree() == before)
    }

    @Test("devices are found by either of their names, and what is not there is an error")
    func names() throws {
        try install("f60c28")
        try install("admin:a1b2c3")
        try install("other:a1b2c3", tenant: "other")
        func found(_ names: String...) throws -> [String] {
            try store.identities(named: names.map { try DeviceName($0) }).map(\.name)
        }
        #expect(try found() == ["admin:a1b2c3", "f60c28", "other:a1b2c3"])
        #expect(try found("admin:f60c28") == ["f60c28"])
        #expect(try found("a1b2c3") == ["admin:a1b2c3", "other:a1b2c3"])
        #expect(try found("other:a1b2c3", "f60c28") == ["f60c28", "other:a1b2c3"])
        for (name, code) in [("77aa01", EnrollmentError.Code.notFound), ("other:f60c28", .notFound)] {
            let error = #expect(throws: EnrollmentError.self) { try found("f60c28", name) }
            #expect(error?.code == code)
            #expect(error?.device == name)
        }
        let error = #expect(throws: EnrollmentError.self) {
            try CredentialStore(directory: temporary.path("nowhere")).identities()
        }
        #expect(error?.code == .fileMissing)
    }

    @Test("an identity that changes meanwhile is seen as it was or as it is, never as a mix")
    func changing() async throws {
        try install("f60c28")
        let folder = try store.checkOut(DeviceName("f60c28"))
        let run = try makeRun("f60c28")
        try folder.keep(run)
        let certificate = try authority.sign(run.request)
        try folder.install(
            run, certificate, profile: makeProfile("f60c28", certificate), authority: authority.certificate,
            overwrite: true)
        let current = path(".identities/f60c28/current")
        let flips = Task.detached {
            var number = 1
            while !Task.isCancelled {
                number = 3 - number
                try FileSystem.link(current, to: "\(number)")
            }
        }
        for _ in 0..<100 { #expect(try only().flaws.isEmpty) }
        flips.cancel()
        _ = await flips.result
    }
}
