import Dojot
import Foundation
import HTTP
import PKI
import TestSupport
import Testing

/// The whole of it against a running sandbox: real HTTP, a real authority, faults on the way.
@Suite(.serialized) final class SandboxTests {
    private let sandbox: RunningSandbox
    private let request: CertificateRequest
    private let http = HTTPClient()
    private let gateway: Gateway

    init() throws {
        sandbox = try RunningSandbox.start([
            "--user", "admin:s3cr3t", "--user", "guest:guest:nosign", "--device", "f60c28", "--end-entities",
            "prefixed",
        ])
        request = try SigningFixture.shared.get().request
        gateway = try Gateway(sandbox.ready.gateway + "/")
    }

    deinit { sandbox.stop() }

    private func logIn(_ username: String = "admin", _ password: String = "s3cr3t") throws -> Session {
        try Session.logIn(
            gateway: gateway, username: username, password: Secret(password), http: http,
            deadline: Deadline(seconds: 10))
    }

    private func authorities(_ session: Session? = nil, timeout: Double = 10) throws -> EJBCACertificateAuthority {
        EJBCACertificateAuthority(
            gateway: gateway, session: try session ?? logIn(), http: http, timeout: timeout,
            retry: RetryPolicy(attempts: 4, base: 0.05, limit: 0.1))
    }

    private func fault(_ rule: String) throws {
        _ = try sandbox.request("DELETE", "/_sandbox/faults")
        let answer = try sandbox.request("POST", "/_sandbox/faults", json: #"{"rule": "\#(rule)"}"#)
        guard answer.status == 200 else { throw SupportError("\(rule): \(answer.body)") }
    }

    private func code(_ call: () throws -> Void) -> DojotError.Code? {
        #expect(throws: DojotError.self, performing: call)?.code
    }

    @Test func theStoryOfACertificate() throws {
        let session = try logIn()
        #expect(session.claims.service == "admin")
        #expect(session.claims.username == "admin")
        #expect((session.expiry?.remaining ?? 0) > 400)
        let platform = try authorities(session)
        #expect(try platform.caNames() == ["IOTmidCA"])
        let authority = try platform.caCertificate(named: "IOTmidCA")
        #expect(authority.isCertificateAuthority)
        #expect(try platform.certificates(endEntity: "admin:f60c28").isEmpty)
        let first = try platform.sign(request, endEntity: "admin:f60c28", password: "dojot")
        #expect(first.publicKey == request.publicKey)
        #expect(first.subject.commonName == "admin:f60c28")
        try first.verify(against: [authority], at: HTTPDate.now())
        #expect(try platform.certificates(endEntity: "admin:f60c28") == [first])
        // The end entity is GENERATED now: a second signature must be asked for by setting it to NEW.
        #expect(
            code { _ = try platform.sign(request, endEntity: "admin:f60c28", password: "dojot") } == .wrongState)
        try platform.reset(endEntity: "admin:f60c28", password: "dojot", caName: "IOTmidCA")
        let second = try platform.sign(request, endEntity: "admin:f60c28", password: "dojot")
        #expect(second != first)
        #expect(try Set(platform.certificates(endEntity: "admin:f60c28").map(\.serialNumber)).count == 2)
        #expect(abs(http.serverClockOffset ?? 99) <= 2)
    }

    @Test func whoMayNot() throws {
        #expect(code { _ = try logIn("admin", "wrong") } == .forbidden)
        #expect(code { _ = try logIn("nobody", "s3cr3t") } == .unauthorized)
        // An empty value is not a missing one (dojot/auth v0.8.0-rc.6, AuthenticationController.py).
        #expect(code { _ = try logIn("", "s3cr3t") } == .unauthorized)
        #expect(code { _ = try logIn("admin", "") } == .forbidden)
        let guest = try authorities(logIn("guest", "guest"))
        #expect(code { _ = try guest.sign(request, endEntity: "admin:f60c28", password: "dojot") } == .forbidden)
        let stranger = try authorities(Session(token: Secret(TokenMaker.token(issuedAt: HTTPDate.now()))))
        #expect(code { _ = try stranger.caCertificate(named: "IOTmidCA") } == .unauthorized)
    }

    @Test func whatIsNotThere() throws {
        let platform = try authorities()
        let error = #expect(throws: DojotError.self) { try platform.caCertificate(named: "NOCA") }
        #expect(error?.code == .unknownCA)
        #expect(error?.knownNames == ["IOTmidCA"])
        #expect(code { _ = try platform.sign(request, endEntity: "abcdef", password: "dojot") } == .unknownDevice)
        // With prefixed names the device is not known by its bare one.
        #expect(code { _ = try platform.sign(request, endEntity: "f60c28", password: "dojot") } == .unknownDevice)
        #expect(
            code { _ = try platform.sign(request, endEntity: "admin:f60c28", password: "wrong") }
                == .wrongEndEntityPassword)
        #expect(
            code { try platform.reset(endEntity: "admin:f60c28", password: "dojot", caName: "NOCA") } == .unknownCA)
    }

    @Test func aRequestThatTheProfileDoesNotAllow() throws {
        let curve = try CertificateRequest(
            subject: DistinguishedName(commonName: "f60c28"), signedBy: PrivateKey(generating: .p256))
        let error = #expect(throws: DojotError.self) {
            try authorities().sign(curve, endEntity: "admin:f60c28", password: "dojot")
        }
        #expect(error?.code == .requestRefused)
        #expect(error?.message.contains("not allowed by certificate profile CFREE") == true)
    }

    @Test func answersOfEachReleaseAreUnderstood() throws {
        let platform = try authorities()
        for effect in ["pkcs7", "base64=crlf", "base64=none", "pkcs7 base64=crlf"] {
            try fault("POST /sign/* \(effect)")
            let certificate = try platform.sign(request, endEntity: "admin:f60c28", password: "dojot")
            #expect(certificate.publicKey == request.publicKey, "\(effect)")
            try platform.reset(endEntity: "admin:f60c28", password: "dojot", caName: "IOTmidCA")
        }
    }

    @Test func aGatewayThatIsBusyOnceIsAskedAgain() throws {
        let platform = try authorities()
        for status in [429, 502, 503, 504] {
            try fault("GET /ca/* status=\(status) retry-after=1 count=1")
            let clock = Deadline(seconds: 100)
            #expect(try platform.caCertificate(named: "IOTmidCA").isCertificateAuthority, "\(status)")
            #expect(100 - clock.remaining >= 1, "\(status)")
        }
    }

    @Test func whatGoesWrongOnTheWayIsToldApart() throws {
        let platform = try authorities(timeout: 2)
        let expectations: [(String, DojotError.Code)] = [
            ("status=503 retry-after=3600", .unavailable), ("status=503 retry-after-date=3600", .unavailable),
            ("status=429", .rateLimited), ("status=502 body=html", .unavailable), ("body=html", .protocolViolation),
            ("body=not-json", .protocolViolation), ("body=empty", .protocolViolation), ("status=500", .serverFailure),
            ("reset", .transport(.connectionLost)), ("drop", .transport(.connectionLost)),
            ("cut=20", .transport(.connectionLost)), ("stall", .transport(.timedOut)),
        ]
        for (effects, expected) in expectations {
            try fault("GET /ca/* \(effects)")
            let clock = Deadline(seconds: 100)
            #expect(code { _ = try platform.caCertificate(named: "IOTmidCA") } == expected, "\(effects)")
            #expect(100 - clock.remaining < 4, "\(effects)")
        }
    }

    @Test func aSignatureWhoseAnswerWasLostIsFoundAfterwards() throws {
        let platform = try authorities()
        try fault("POST /sign/* drop count=1")
        #expect(
            code { _ = try platform.sign(request, endEntity: "admin:f60c28", password: "dojot") }
                == .transport(.connectionLost))
        let found = try platform.certificates(endEntity: "admin:f60c28")
        #expect(found.map(\.publicKey) == [request.publicKey])
    }

    @Test func aTokenThatHasExpiredIsKnownToHave() throws {
        try fault("POST /auth token-life=1")
        let session = try logIn()
        #expect(!session.isExpired)
        Thread.sleep(forTimeInterval: 2.1)
        #expect(session.isExpired)
        let error = #expect(throws: DojotError.self) { try authorities(session).caCertificate(named: "IOTmidCA") }
        #expect(error?.code == .unauthorized)
        #expect(error?.message.contains("the token is wrong or has expired") == true)
    }
}
