import Dojot
import Foundation
import PKI
import TestSupport
import Testing

@testable import Enrollment

@Suite("A device's place in a folder of identities")
struct IdentityFolderTests {
    let temporary = try! TemporaryFolder()  // a test without a folder cannot go on
    var store: CredentialStore { CredentialStore(directory: temporary.path("certs")) }

    /// Puts an identity in place as a retrieval does, and gives its key.
    @discardableResult
    func install(
        _ name: String, by authority: Authority, tenant: String = "admin", overwrite: Bool = false
    ) throws -> PrivateKey {
        let folder = try store.checkOut(DeviceName(name))
        let run = try makeRun(name)
        try folder.keep(run)
        let certificate = try authority.sign(run.request)
        try folder.install(
            run, certificate, profile: makeProfile(name, tenant: tenant, certificate),
            authority: authority.certificate, overwrite: overwrite)
        return run.key
    }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: temporary.path(name))
        return try #require(attributes[.posixPermissions] as? Int)
    }

    func generations(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: temporary.path("certs/.identities/\(name)"))
            .filter { Int($0) != nil }.sorted()
    }

    @Test("an identity has the Certificate Retriever's files, which openssl finds in order")
    func files() throws {
        try install("f60c28", by: try Authority())
        #expect(try mode("certs/.identities/f60c28/1/f60c28.key") == 0o600)
        #expect(try mode("certs/f60c28.crt") != 0)
        let openssl = try #require(Programs.installed("openssl"))
        let verified = try Child.run(
            openssl, ["verify", "-CAfile", temporary.path("certs/IOTmidCA.crt"), temporary.path("certs/f60c28.crt")])
        #expect(verified.status == 0, "\(verified.stderr)")
        let request = try Child.run(openssl, ["req", "-verify", "-noout", "-in", temporary.path("certs/f60c28.csr")])
        #expect(request.status == 0, "\(request.stderr)")
        let identity = try store.load(DeviceName("f60c28"))
        #expect(identity.keyFile == temporary.path("certs/.identities/f60c28/1/f60c28.key"))
        #expect(identity.profile.device == "f60c28")
        #expect(!FileManager.default.fileExists(atPath: temporary.path("certs/.identities/f60c28/pending.pem")))
    }

    @Test("a run that was cut off when its identity was in place is not done again: the one before stays within reach")
    func cutOffWhenDone() throws {
        let authority = try Authority()
        let first = try install("f60c28", by: authority)
        let second = try install("f60c28", by: authority)
        let place = temporary.path("certs/.identities/f60c28")
        func leftovers() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: place).filter { $0.hasSuffix(".pem") }
        }
        #expect(try leftovers() == [])
        try makeRun("f60c28").write(to: "\(place)/pending.pem", in: [])
        try FileManager.default.linkItem(atPath: "\(place)/pending.pem", toPath: "\(place)/2/run.pem")
        do {
            let folder = try store.checkOut(DeviceName("f60c28"))
            #expect(!folder.hasPendingRun)
            #expect(try leftovers() == [])
            #expect(try folder.previous()?.certificate.publicKey == first.publicKey)
            #expect(try store.load(DeviceName("f60c28")).readKey().publicKey == second.publicKey)
        }
        // One that was begun since then is not thrown away with it.
        try makeRun("f60c28").write(to: "\(place)/pending.pem", in: [])
        try makeRun("f60c28").write(to: "\(place)/2/run.pem", in: [])
        #expect(try store.checkOut(DeviceName("f60c28")).hasPendingRun)
        #expect(try leftovers() == ["pending.pem"])
    }

    @Test("what a run that was cut off was about to put in place does not lie about, a key least of all")
    func leftovers() throws {
        let authority = try Authority()
        for _ in 0..<2 { try install("f60c28", by: authority) }
        let place = temporary.path("certs/.identities/f60c28")
        let before = try FileManager.default.subpathsOfDirectory(atPath: temporary.path("certs")).sorted()
        try makeRun("f60c28").write(to: "\(place)/pending.pem.new", in: [])
        try FileManager.default.createSymbolicLink(atPath: "\(place)/current.new", withDestinationPath: "3")
        for number in ["0", "3"] {
            try FileManager.default.copyItem(atPath: "\(place)/1", toPath: "\(place)/\(number)")
        }
        _ = try store.checkOut(DeviceName("f60c28"))
        #expect(try FileManager.default.subpathsOfDirectory(atPath: temporary.path("certs")).sorted() == before)
    }

    @Test("where it cannot be told which generation is in place, none is taken for unused")
    func unreadableLink() throws {
        try install("f60c28", by: try Authority())
        let current = temporary.path("certs/.identities/f60c28/current")
        try FileManager.default.removeItem(atPath: current)
        // As a copy looks in which links were followed.
        try FileManager.default.copyItem(atPath: temporary.path("certs/.identities/f60c28/1"), toPath: current)
        let error = #expect(throws: EnrollmentError.self) { _ = try store.checkOut(DeviceName("f60c28")) }
        #expect(error?.code == .cannotRead)
        #expect(try generations("f60c28") == ["1"])
        #expect(throws: Never.self) { try store.load(DeviceName("f60c28")) }
    }

    @Test("a new identity replaces the old one whole; one generation is kept, older ones go")
    func replaces() throws {
        let authority = try Authority()
        try install("f60c28", by: authority)
        let before = try store.load(DeviceName("f60c28"))
        try install("f60c28", by: authority)
        #expect(try generations("f60c28") == ["1", "2"])
        // Who resolved the first generation still reads that.
        let key = try KeyFile.read(before.keyFile)
        let certificate = try Certificate(pem: FileSystem.read(before.certificateFile))
        #expect(key.belongs(to: certificate))

        let last = try install("f60c28", by: authority)
        #expect(try generations("f60c28") == ["2", "3"])
        let now = try store.load(DeviceName("f60c28"))
        #expect(try KeyFile.read(now.keyFile).publicKey == last.publicKey)
    }

    @Test("files of the Certificate Retriever are an identity; they get a profile and keep their names and content")
    func takesOver() throws {
        let authority = try Authority()
        let run = try makeRun("f60c28")
        let certificate = try authority.sign(run.request)
        try temporary.write(run.key.pem(), to: "certs/f60c28.key")
        try temporary.write(run.request.pem, to: "certs/f60c28.csr")
        try temporary.write(certificate.pem, to: "certs/f60c28.crt")
        try temporary.write(authority.certificate.pem, to: "certs/IOTmidCA.crt")
        #expect(throws: EnrollmentError.self) { try store.load(DeviceName("f60c28")) }

        let folder = try store.checkOut(DeviceName("f60c28"))
        guard case .complete(let found, profile: nil) = try folder.state(authorityName: "IOTmidCA") else {
            Issue.record("the files are complete and have no profile")
            return
        }
        #expect(found == certificate)
        try folder.adopt(makeProfile("f60c28", found))
        let identity = try store.load(DeviceName("f60c28"))
        #expect(try KeyFile.read(identity.keyFile).publicKey == run.key.publicKey)
        #expect(try temporary.read("certs/f60c28.crt") == String(decoding: certificate.pem, as: UTF8.self))
        #expect(try mode("certs/.identities/f60c28/2/f60c28.key") == 0o600)
    }

    @Test("plain files are kept as a generation when a new identity replaces them")
    func keepsPlainFiles() throws {
        let authority = try Authority()
        let old = try makeRun("f60c28")
        try temporary.write(old.key.pem(), to: "certs/f60c28.key")
        try temporary.write(authority.sign(old.request).pem, to: "certs/f60c28.crt")
        try install("f60c28", by: authority)
        let kept = try KeyFile.read(temporary.path("certs/.identities/f60c28/1/f60c28.key"))
        #expect(kept.publicKey == old.key.publicKey)
        #expect(try store.load(DeviceName("f60c28")).keyFile.hasSuffix("/2/f60c28.key"))
    }

    @Test("an unfinished run is read back with its key and request, and can be set aside")
    func pending() throws {
        let folder = try store.checkOut(DeviceName("f60c28"))
        let run = try makeRun("f60c28")
        try folder.keep(run)
        #expect(folder.hasPendingRun)
        #expect(try mode("certs/.identities/f60c28/pending.pem") == 0o600)
        let resumed = try #require(try folder.pendingRun())
        #expect(resumed.isResumed)
        #expect(resumed.key.publicKey == run.key.publicKey)
        #expect(resumed.request.der == run.request.der)
        #expect(resumed.order == run.order)
        try folder.setPendingRunAside()
        #expect(!folder.hasPendingRun)
        let kept = try KeyFile.read(temporary.path("certs/.identities/f60c28/set-aside-1.pem"))
        #expect(kept.publicKey == run.key.publicKey)
    }

    @Test("one process at a time is at work on a device, and on other devices at the same time")
    func locks() throws {
        let held = try store.checkOut(DeviceName("f60c28"))
        let error = #expect(throws: EnrollmentError.self) { _ = try store.checkOut(DeviceName("f60c28")) }
        #expect(error?.code == .busy)
        #expect(error?.message == "another process is at work on f60c28")
        _ = try store.checkOut(DeviceName("77aa01"))
        withExtendedLifetime(held) {}
    }

    @Test("a device that nothing came of leaves nothing behind")
    func leavesNothing() throws {
        _ = try store.checkOut(DeviceName("f60c28"))
        #expect(!FileManager.default.fileExists(atPath: temporary.path("certs/.identities/f60c28")))
        // And its place can be taken again.
        _ = try store.checkOut(DeviceName("f60c28"))
    }

    @Test("what a process that was cut off had not finished writing is gone at the next opening")
    func cleansUp() throws {
        try install("f60c28", by: try Authority())
        try temporary.write("half", to: "certs/.identities/f60c28/2/f60c28.key")
        _ = try store.checkOut(DeviceName("f60c28"))
        #expect(!FileManager.default.fileExists(atPath: temporary.path("certs/.identities/f60c28/2")))
        #expect(try store.load(DeviceName("f60c28")).name == "f60c28")
    }

    enum Damage: String, CaseIterable {
        case otherKey, otherCertificate, noKey, expired, notYetValid, unreadable
    }

    enum AuthorityDamage: String, CaseIterable { case missing, empty, broken, other }

    @Test(
        "a CA's file that is missing, broken or another CA's can be fetched again", arguments: AuthorityDamage.allCases)
    func authority(_ damage: AuthorityDamage) throws {
        let run = try makeRun("f60c28")
        try temporary.write(run.key.pem(), to: "certs/f60c28.key")
        try temporary.write(Authority().sign(run.request).pem, to: "certs/f60c28.crt")
        let content: [UInt8]? =
            switch damage {
            case .missing: nil
            case .empty: []
            case .broken: Array("no PEM".utf8)
            case .other: try Authority("IOTmidCA").certificate.pem
            }
        if let content { try temporary.write(content, to: "certs/IOTmidCA.crt") }
        guard case .withoutAuthority = try store.checkOut(DeviceName("f60c28")).state(authorityName: "IOTmidCA") else {
            Issue.record("\(damage) is taken for another state")
            return
        }
    }

    @Test("files that do not make an identity are told apart", arguments: Damage.allCases)
    func state(_ damage: Damage) throws {
        let authority = try Authority()
        let run = try makeRun("f60c28")
        let now = Authority.now
        let validity =
            switch damage {
            case .expired: now - 2000...now - 1000
            case .notYetValid: now + 1000...now + 2000
            default: now - 60...now + 2000
            }
        let certificate = try authority.sign(run.request, validity: validity)
        let stranger = try makeRun("f60c28")
        if damage != .noKey {
            try temporary.write((damage == .otherKey ? stranger : run).key.pem(), to: "certs/f60c28.key")
        }
        let shown = damage == .otherCertificate ? try authority.sign(stranger.request) : certificate
        try temporary.write(damage == .unreadable ? Array("no PEM".utf8) : shown.pem, to: "certs/f60c28.crt")
        try temporary.write(authority.certificate.pem, to: "certs/IOTmidCA.crt")
        let expected: (code: EnrollmentError.Code, part: String) =
            switch damage {
            case .otherKey, .otherCertificate: (.mismatch, "is for another key")
            case .noKey: (.incomplete, "its key \(temporary.path("certs/f60c28.key")) is missing")
            case .expired: (.expired, "this machine's clock says")
            case .notYetValid: (.notYetValid, "is not valid before")
            case .unreadable: (.cryptography, "f60c28.crt")
            }
        let folder = try store.checkOut(DeviceName("f60c28"))
        guard case .broken(let error) = try folder.state(authorityName: "IOTmidCA") else {
            Issue.record("\(damage) went unnoticed")
            return
        }
        #expect(error.code == expected.code)
        #expect(error.message.contains(expected.part), "\(error.message)")
    }
}
