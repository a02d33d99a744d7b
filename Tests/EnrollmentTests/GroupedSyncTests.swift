import Dojot
import Foundation
import PKI
import TestSupport
import Testing

@testable import Enrollment

@Suite("Many identities put on disk together")
struct GroupedSyncTests {
    let temporary = try! TemporaryFolder()  // a test without a folder cannot go on

    @Test("identities of many threads are as complete as one that was written alone")
    func manyThreads() throws {
        let directory = temporary.path("certs")
        try CredentialStore(directory: directory).makeFolder()
        let store = CredentialStore(directory: directory).grouping(by: try GroupedSync(for: directory))
        let authority = try Authority()
        let names = (0..<24).map { "ab10\($0 + 10)" }
        let prepared = try names.map { name in
            let run = try makeRun(name)
            return (name, run, try authority.sign(run.request))
        }
        let threads = try prepared.map { name, run, certificate in
            try BackgroundThread {
                Result {
                    let folder = try store.checkOut(DeviceName(name))
                    try folder.keep(run)
                    try folder.install(
                        run, certificate, profile: makeProfile(name, tenant: "admin", certificate),
                        authority: authority.certificate, overwrite: false)
                }.map { true }.mapError { EnrollmentError(.cannotWrite, "\($0)") }
            }
        }
        for thread in threads { #expect(try thread.join().get()) }
        for name in names {
            let identity = try store.load(DeviceName(name))
            #expect(try identity.readKey().belongs(to: identity.readCertificate()))
            #expect(!temporary.has("certs/.identities/\(name)/pending.pem"))
        }
    }

    @Test("each that waits has what it wrote on disk: as many as come while one goes on need one more")
    func groups() throws {
        let group = try GroupedSync(for: temporary.path)
        let threads = try (0..<32).map { number in
            try BackgroundThread {
                Result { try group.run() }.map { number }.mapError { EnrollmentError(.cannotWrite, "\($0)") }
            }
        }
        #expect(try threads.map { try $0.join().get() } == Array(0..<32))
    }

    @Test("a folder that is not there is said so")
    func missing() {
        #expect(throws: EnrollmentError.self) { _ = try GroupedSync(for: temporary.path("none")) }
    }
}
