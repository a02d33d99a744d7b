import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// `--broker-tls silent`: a certificate that the broker refuses gets no TLS alert, only the end of the connection.
@Suite struct SilentRefusalTests {
    private enum Client: CaseIterable {
        case valid, without, ofAnotherAuthority, expired, revoked
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func aRefusalIsTheEndOfTheConnectionAlone(version: String) throws {
        let arguments = ["--broker-tls", "silent"]
        let sandbox = try RunningSandbox.start(arguments)
        let token = try sandbox.logIn()
        try sandbox.addFault("POST /sign/* certificate=expired count=1")
        let expired = try Enrolled(sandbox, token: token)
        func enroll() throws -> Enrolled {
            _ = try sandbox.request("POST", "/user", json: #"{"username": "f60c28"}"#, token: token)
            return try Enrolled(sandbox, token: token)
        }
        let (valid, revoked) = (try enroll(), try enroll())
        let path = try "/ca/CN=IOTmidCA/certificate/\(revoked.serialNumber())"
        #expect(try sandbox.request("DELETE", path, token: token).status == 200)
        let foreign = try RunningSandbox.start()
        let stranger = try Enrolled(foreign, token: foreign.logIn())
        for client in Client.allCases {
            let identity: Enrolled? =
                switch client {
                case .valid: valid
                case .without: nil
                case .ofAnotherAuthority: stranger
                case .expired: expired
                case .revoked: revoked
                }
            let shown = try connect(identity, trusting: valid.authority, sandbox, version)
            #expect(
                !shown.contains("<<< TLS 1.2, Alert") && !shown.contains("<<< TLS 1.3, Alert"), "\(client): \(shown)")
            #expect(shown.contains("unexpected eof") == (client != .valid), "\(client): \(shown)")
            #expect(shown.contains(">>> \(version == "-tls1_2" ? "TLS 1.2" : "TLS 1.3"), Handshake"))
        }
        #expect(try valid.publish(1, to: "/admin/f60c28/attrs", sandbox).status == 0)
        let loud = try RunningSandbox.start()
        let shown = try connect(nil, trusting: valid.authority, loud, version)
        #expect(shown.contains("Alert [length 0002], fatal"), "\(shown)")
    }

    /// What openssl s_client(1) shows of the records of a connection.
    private func connect(
        _ identity: Enrolled?, trusting authority: String, _ sandbox: RunningSandbox, _ version: String
    ) throws -> String {
        let own = identity.map { ["-cert", $0.certificate, "-key", $0.key] } ?? []
        let words = ["s_client", "-connect", "localhost:\(sandbox.port)", version, "-CAfile", authority, "-msg"]
        let script = "sleep 1 | timeout 10 openssl \((words + own).joined(separator: " ")) 2>&1"
        return try Child.run("/bin/sh", ["-c", script], timeout: 20).stdout
    }

    @Test(
        arguments: [
            ([[23]], [22, 20, 23, 23], nil, "an alert of 19 bytes after the client's flight"),
            ([[23]], [21], 0, "an alert in the open"), ([[22]], [22, 21], 1, "one after a record that passes"),
        ] as [([[UInt8]], [UInt8], Int?, String)])
    func recordsInTheOpenAreToldByTheirTypes(client: [[UInt8]], server: [UInt8], cut: Int?, what: String) {
        var filter = RefusalFilter()
        let records = server.map { [$0, 3, 3, 0, 30] + [UInt8](repeating: 0, count: 30) }
        let found = filter.readServer(records.joined().map { $0 }[...])
        #expect(found == cut.map { $0 * 35 }, "\(what)")
    }

    @Test func anEncryptedAlertIsToldByItsLengthAndItsPlace() {
        func record(_ type: UInt8, _ length: Int) -> [UInt8] {
            [type, 3, 3, UInt8(length >> 8), UInt8(length & 255)] + [UInt8](repeating: 0, count: length)
        }
        let flight = record(22, 90) + record(20, 1) + record(23, 19) + record(23, 900)
        for (first, isRefusal) in [(19, true), (250, false), (21, false)] {
            for piece in [1, 4, 100_000] {
                var filter = RefusalFilter()
                filter.readClient((record(22, 300))[...])
                #expect(filter.readServer(flight[...]) == nil)
                filter.readClient((record(20, 1) + record(23, 700))[...])
                var found: Int?
                let answer = record(23, first) + record(23, 19)
                for start in stride(from: 0, to: answer.count, by: piece) where found == nil {
                    found = filter.readServer(answer[start..<min(start + piece, answer.count)])
                }
                #expect((found != nil) == isRefusal, "\(first) in pieces of \(piece)")
            }
        }
    }
}
