import Foundation
import TestSupport

/// What can be wrong on the platform's side, and with what it knows.
enum PlatformFaults {
    static let all = gateway + login + knowledge

    /// A gateway's URL with nothing else to look at.
    private static func at(_ port: UInt16, _ scheme: String = "http") -> [String] { ["\(scheme)://127.0.0.1:\(port)"] }

    private static let gateway = [
        DiagnosisFault("a gateway whose name is wrong", "gateway.resolve", 69) { _ in
            ["http://no-such-host.invalid:8000"]
        },
        DiagnosisFault("a gateway that is down", "gateway.tcp", 69, says: "connection refused") { _ in at(1) },
        DiagnosisFault("a gateway that says nothing", "gateway.silent", 75) { bench in
            at(bench.keep(try FullBacklog()).port) + ["--timeout", "1"]
        },
        DiagnosisFault("a gateway with nothing behind it", "gateway.unavailable", 75, says: "502 Bad Gateway") {
            bench in
            let page = "<html><head><title>502 Bad Gateway</title></head></html>"
            let server = try ScriptedServer([.status(502, page, headers: [("Content-Type", "text/html")])])
            return at(bench.keep(server).port)
        },
        DiagnosisFault("another web server", "gateway.other", 76, says: "200") { bench in
            at(bench.keep(try ScriptedServer([.status(200, "<html>Welcome to nginx!</html>")])).port)
        },
        DiagnosisFault("a broker in the gateway's place", "gateway.lost", 75) { bench in
            at(bench.keep(try RunningBroker()).port)
        },
        DiagnosisFault("a gateway that speaks no HTTP", "gateway.http", 76) { bench in
            at(bench.keep(try AnsweringService("SSH-2.0-OpenSSH_9.2\r\n")).port)
        },
        DiagnosisFault("https where there is http", "gateway.tls.none", 76, says: "http://127.0.0.1:") { bench in
            let sandbox = try bench.platform()
            return at(sandbox.gatewayPort, "https")
        },
        DiagnosisFault("a gateway of an unknown CA", "gateway.tls.ca", 77, says: "--https-ca") { bench in
            let broker = bench.keep(
                try RunningBroker(certificates: DiagnosisBench.certificates.get(), asksForCertificate: false))
            return ["https://localhost:\(broker.port)"]
        },
        DiagnosisFault("a gateway of another name", "gateway.tls.name", 77, says: "mydomain.com") { bench in
            let broker = bench.keep(
                try RunningBroker(
                    certificates: DiagnosisBench.certificates.get(), name: "mydomain", asksForCertificate: false))
            return ["https://localhost:\(broker.port)", "--https-ca", try bench.path("ca.crt")]
        },
        DiagnosisFault("a gateway whose certificate has expired", "gateway.tls.expired", 77) { bench in
            let broker = bench.keep(
                try RunningBroker(
                    certificates: DiagnosisBench.certificates.get(), name: "expiredbroker", asksForCertificate: false))
            return ["https://localhost:\(broker.port)", "--https-ca", try bench.path("ca.crt")]
        },
    ]

    private static let login = [
        DiagnosisFault("an unknown user", "login.user", 77, says: "401") { bench in
            _ = try bench.platform()
            return ["f60c28", "--login-user", "nobody"]
        },
        DiagnosisFault("a wrong password", "login.password", 77, says: "403") { bench in
            _ = try bench.platform()
            bench.environment["DOJOT_PASSWORD"] = "wrong"
            return ["f60c28", "--login"]
        },
        DiagnosisFault("a token that has expired", "login.expired", 77, says: "export DOJOT_TOKEN") { bench in
            let sandbox = try bench.platform(IdentityTemplate.ejbca, ["--fault", "POST /auth token-life=0"])
            bench.environment["DOJOT_TOKEN"] = try sandbox.logIn()
            return ["f60c28"]
        },
        DiagnosisFault("a token of another platform", "login.expired", 77) { bench in
            bench.environment["DOJOT_TOKEN"] = try bench.keep(RunningSandbox.start()).logIn()
            _ = try bench.platform()
            return ["f60c28"]
        },
        DiagnosisFault("a token that is none", "login.token", 65) { bench in
            _ = try bench.platform()
            bench.environment["DOJOT_TOKEN"] = "secret"
            return ["f60c28"]
        },
        DiagnosisFault("a user who may not look", "login.forbidden", 77, says: "403") { bench in
            _ = try bench.platform(IdentityTemplate.ejbca, ["--fault", "GET /device/* status=403"])
            return ["f60c28", "--login"]
        },
        DiagnosisFault("a user of another tenant", "login.tenant", 77, says: "of other") { bench in
            let sandbox = try bench.platform()
            return ["other:f60c28", "--gateway", sandbox.ready.gateway, "--login", "--certs-dir", "none"]
        },
        DiagnosisFault("a login with nothing behind it", "gateway.unavailable", 75, says: "503") { bench in
            _ = try bench.platform(IdentityTemplate.ejbca, ["--fault", "POST /auth status=503 body=html"])
            return ["f60c28", "--login"]
        },
    ]

    private static let knowledge = [
        DiagnosisFault("a device that the platform does not have", "device.unknown", 65, says: "device list") { bench in
            let sandbox = try bench.platform()
            return ["77aa01", "--gateway", sandbox.ready.gateway, "--login"]
        },
        DiagnosisFault("an end entity that was signed for elsewhere", "entity.generated", 65, says: "-w") { bench in
            let sandbox = try bench.platform()
            return [
                IdentityTemplate.name, "--gateway", sandbox.ready.gateway, "--login", "--certs-dir", "none",
            ]
        },
        DiagnosisFault(
            "a certificate that is associated with nothing", "entity.unassociated", 77,
            says: "dojot-device retrieve-cert http"
        ) { bench in
            let sandbox = try bench.platform(IdentityTemplate.x509)
            let fingerprint = try bench.fingerprint()
            let answer = try sandbox.request(
                "DELETE", "/x509/v1/certificates/\(fingerprint)/belongsto", token: sandbox.logIn())
            guard answer.status == 204 else { throw SupportError("belongsto: \(answer)") }
            return ["f60c28", "--login"]
        },
        DiagnosisFault("a certificate of another platform", "entity.other-ca", 65, says: "retrieve-cert") { bench in
            let other = bench.keep(try RunningSandbox.start())
            try bench.identity()
            bench.environment.merge(other.credentials) { $1 }
            return ["f60c28", "--gateway", other.ready.gateway, "--login"]
        },
        DiagnosisFault("a revoked certificate, as the platform says", "crl.revoked", 77, says: "KEYCOMPROMISE") {
            bench in
            let sandbox = try bench.platform()
            try bench.revoke(at: sandbox)
            return ["f60c28", "--login"]
        },
        DiagnosisFault("a revoked certificate of the later release", "crl.revoked", 77) { bench in
            let sandbox = try bench.platform(IdentityTemplate.x509)
            let path = "/x509/v1/certificates/\(try bench.fingerprint())"
            let answer = try sandbox.request("DELETE", path, token: sandbox.logIn())
            guard answer.status == 204 else { throw SupportError("revoke: \(answer)") }
            return ["f60c28", "--login"]
        },
        DiagnosisFault("a revoked certificate, as the broker says", "tls.client.revoked", 77) { bench in
            let sandbox = try bench.platform()
            try bench.revoke(at: sandbox)
            return ["f60c28"]
        },
        DiagnosisFault("a revoked certificate, by a list in a file", "crl.revoked", 77) { bench in
            try bench.mosquitto(client: "revoked") + ["--crlfile", bench.path("crl.pem")]
        },
    ]
}

extension DiagnosisBench {
    /// Takes the identity's certificate back at an EJBCA.
    fileprivate func revoke(at sandbox: RunningSandbox) throws {
        let serial = try openssl(["x509", "-in", file("crt"), "-noout", "-serial"]).split(separator: "=").last ?? ""
        let path = "/ca/CN=IOTmidCA/certificate/\(serial)?reason=KEYCOMPROMISE"
        let answer = try sandbox.request("DELETE", path, token: sandbox.logIn())
        guard answer.status == 200 else { throw SupportError("revoke: \(answer)") }
    }

    /// The identity's certificate as x509-identity-mgmt calls it.
    fileprivate func fingerprint() throws -> String {
        let text = try openssl(["x509", "-in", file("crt"), "-noout", "-fingerprint", "-sha256"])
        return String(text.split(separator: "=").last ?? "")
    }

    private func openssl(_ arguments: [String]) throws -> String {
        let outcome = try Child.run(Programs.installed("openssl") ?? "openssl", arguments)
        return outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
