import Dojot
import Foundation
import PKI
import TestSupport
import Testing

@testable import Enrollment

@Suite("Finding an identity")
struct CredentialStoreTests {
    let temporary = try! TemporaryFolder()  // a test without a folder cannot go on

    func store(with names: [(name: String, tenant: String)]) throws -> CredentialStore {
        let store = CredentialStore(directory: temporary.path("certs"))
        let authority = try Authority()
        for (name, tenant) in names {
            let folder = try store.checkOut(DeviceName(name))
            let run = try makeRun(name)
            try folder.keep(run)
            let certificate = try authority.sign(run.request)
            try folder.install(
                run, certificate, profile: makeProfile(name, tenant: tenant, certificate),
                authority: authority.certificate, overwrite: false)
        }
        return store
    }

    @Test(
        "a device is found by either of its names",
        arguments: [
            ([("f60c28", "admin")], "f60c28", "f60c28"),
            ([("f60c28", "admin")], "admin:f60c28", "f60c28"),
            ([("admin:f60c28", "admin")], "f60c28", "admin:f60c28"),
            ([("admin:f60c28", "admin")], "admin:f60c28", "admin:f60c28"),
            ([("admin:f60c28", "admin"), ("f60c28", "admin")], "f60c28", "f60c28"),
        ])
    func finds(_ names: [(String, String)], _ asked: String, _ expected: String) throws {
        let store = try store(with: names.map { (name: $0.0, tenant: $0.1) })
        #expect(try store.load(DeviceName(asked)).name == expected)
        #expect(try store.listingOnce().load(DeviceName(asked)).name == expected)
    }

    @Test("a folder that is listed once is not listed again: later devices of its tenants are found, others are not")
    func listingOnce() throws {
        let late = try store(
            with: [
                ("admin:f60c28", "admin"), ("admin:a1b2c3", "admin"), ("other:77aa01", "other"), ("d0d0d0", "other"),
            ])
        let profiles = ["admin:a1b2c3", "other:77aa01", "d0d0d0"].map { temporary.path("certs/\($0).json") }
        for profile in profiles { try FileManager.default.moveItem(atPath: profile, toPath: profile + ".later") }
        let before = late.listingOnce()
        for profile in profiles { try FileManager.default.moveItem(atPath: profile + ".later", toPath: profile) }
        #expect(try before.load(DeviceName("a1b2c3")).name == "admin:a1b2c3")
        #expect(try before.load(DeviceName("d0d0d0")).name == "d0d0d0")
        #expect(try before.load(DeviceName("other:77aa01")).name == "other:77aa01")
        #expect(try late.load(DeviceName("77aa01")).name == "other:77aa01")
        let error = #expect(throws: EnrollmentError.self) { try before.load(DeviceName("77aa01")) }
        #expect(error?.code == .notFound)
    }

    @Test(
        "what cannot be found says why",
        arguments: [
            ([("f60c28", "admin")], "77aa01", EnrollmentError.Code.notFound),
            ([("f60c28", "admin")], "other:f60c28", .notFound),
            ([("a:f60c28", "a"), ("b:f60c28", "b")], "f60c28", .ambiguous),
        ])
    func fails(_ names: [(String, String)], _ asked: String, _ code: EnrollmentError.Code) throws {
        let store = try store(with: names.map { (name: $0.0, tenant: $0.1) })
        for store in [store, store.listingOnce()] {
            let error = #expect(throws: EnrollmentError.self) { _ = try store.load(DeviceName(asked)) }
            #expect(error?.code == code)
            #expect(error?.device == asked)
        }
    }

    @Test("a file that went missing is named")
    func incomplete() throws {
        let store = try store(with: [("f60c28", "admin")])
        try FileManager.default.removeItem(atPath: temporary.path("certs/IOTmidCA.crt"))
        let error = #expect(throws: EnrollmentError.self) { _ = try store.load(DeviceName("f60c28")) }
        #expect(error?.code == .incomplete)
        #expect(error?.message.hasSuffix("certs/IOTmidCA.crt is missing") == true)
    }

    @Test("another CA certificate of the same name is not replaced unasked, and stays while it is needed")
    func authorities() throws {
        _ = try store(with: [("f60c28", "admin")])
        let file = AuthorityFile(directory: temporary.path("certs"), name: "IOTmidCA")
        let old = try #require(try file.read().first)
        let new = try Authority().certificate
        let error = #expect(throws: EnrollmentError.self) { try file.put(new, overwrite: false) }
        #expect(error?.code == .authorityDiffers)
        #expect(try file.read() == [old])
        try file.put(new, overwrite: true)
        #expect(try file.read() == [new, old])
        // Once no identity here was signed by it, the older one goes.
        try FileManager.default.removeItem(atPath: temporary.path("certs/f60c28.crt"))
        let third = try Authority().certificate
        try file.put(third, overwrite: true)
        #expect(try file.read() == [third])
    }

    @Test("a lock that the last holder removed does not count", .timeLimit(.minutes(1)))
    func lockFile() throws {
        let path = temporary.path("lock")
        var first: FileLock? = try FileLock(path, wait: false, holding: "it")
        #expect(throws: EnrollmentError.self) { _ = try FileLock(path, wait: false, holding: "it") }
        withExtendedLifetime(first) {}
        first = nil
        let second = try FileLock(path, wait: false, holding: "it")
        withExtendedLifetime(second) {}
    }
}
