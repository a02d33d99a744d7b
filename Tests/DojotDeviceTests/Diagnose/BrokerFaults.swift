import Foundation
import TestSupport

/// What can be wrong on the way to a broker, and with it.
enum BrokerFaults {
    static let all = network + tls + server + client + session

    private static let network = [
        DiagnosisFault("a name that does not resolve", "dns.unknown", 69, says: "getent hosts") { bench in
            try bench.port(8883, host: "no-such-host.invalid")
        },
        DiagnosisFault("nothing on the port", "tcp.refused", 69) { bench in try bench.port(1) },
        DiagnosisFault("a port that does not answer", "tcp.silent", 75, says: "firewall") { bench in
            try bench.port(bench.keep(FullBacklog()).port) + ["--timeout", "1"]
        },
    ]

    private static let tls = [
        DiagnosisFault("plain MQTT on the port", "tls.none", 76, says: "without TLS") { bench in
            try bench.port(bench.keep(RunningBroker()).port, host: "localhost")
        },
        DiagnosisFault("HTTP on the port", "tls.http", 76) { bench in try bench.port(bench.platform().gatewayPort) },
        DiagnosisFault("SSH on the port", "tls.other", 76, says: "\"SSH-2.0-OpenSSH_9.2\"") { bench in
            try bench.port(bench.keep(AnsweringService("SSH-2.0-OpenSSH_9.2\r\n")).port)
        },
        DiagnosisFault("a port that takes the connection and stays silent", "tls.silent", 75) { bench in
            let broker = bench.keep(try RunningBroker())
            broker.signal(SIGSTOP)
            return try bench.port(broker.port, host: "localhost") + ["--timeout", "1"]
        },
        DiagnosisFault("a way to the broker that is silent", "tls.silent", 75) { bench in
            _ = try bench.platform(IdentityTemplate.ejbca, ["--fault", "broker silence=to-device"])
            return [IdentityTemplate.name, "--timeout", "1"]
        },
        DiagnosisFault("a broker that hangs up in the handshake", "tls.closed", 75) { bench in
            _ = try bench.platform(IdentityTemplate.ejbca, ["--fault", "broker handshake-cut"])
            return [IdentityTemplate.name]
        },
        DiagnosisFault("a port that closes each connection at once", "tls.closed", 75) { bench in
            try bench.port(bench.keep(AnsweringService("", ending: .unheard)).port)
        },
        DiagnosisFault("a broker that resets each connection", "tls.closed", 75) { bench in
            _ = try bench.platform(IdentityTemplate.ejbca, ["--fault", "broker reset"])
            return [IdentityTemplate.name]
        },
        DiagnosisFault("TLS on a port that is spoken to without", "tls.expected", 76, says: "--cafile") { bench in
            Array(try bench.mosquitto(client: nil).prefix(4))
        },
        DiagnosisFault("an old version of TLS", "tls.version", 76) { bench in
            let openssl = Programs.installed("openssl") ?? "openssl"
            let port = try FreePort.next()
            let server = bench.keep(
                try Child.start(
                    openssl,
                    [
                        "s_server", "-accept", "127.0.0.1:\(port)", "-cert", bench.path("broker.crt"), "-key",
                        bench.path("broker.key"), "-tls1_1", "-cipher", "ALL:@SECLEVEL=0",
                    ]))
            guard server.waitFor(output: "ACCEPT") else { throw SupportError("s_server: \(server.errorSoFar)") }
            return try bench.port(port)
        },
    ]

    private static let server = [
        DiagnosisFault(
            "a broker of another name", "tls.name", 77, says: "is localhost", "-h mydomain.com, or add localhost"
        ) {
            bench in try bench.mosquitto("mydomain")
        },
        DiagnosisFault("a broker of another CA", "tls.ca", 77, says: "CN = ca", "otherca.crt") { bench in
            try bench.mosquitto(authority: "otherca")
        },
        DiagnosisFault("a broker that signed itself", "tls.self-signed", 77) { bench in
            try bench.mosquitto("selfsignedbroker")
        },
        DiagnosisFault("a broker whose certificate has expired", "tls.expired", 77) { bench in
            try bench.mosquitto("expiredbroker")
        },
        DiagnosisFault("a broker whose certificate is not valid yet", "tls.early", 77) { bench in
            try bench.mosquitto("earlybroker")
        },
    ]

    private static let client = [
        DiagnosisFault("a certificate of a CA that the broker does not know", "chain.unknown", 65, says: "CN = otherca")
        {
            bench in try bench.mosquitto(client: "foreign")
        },
        DiagnosisFault(
            "a certificate that the broker alone finds fault with", "tls.client.unknown-ca", 77, says: "CN = otherca"
        ) {
            bench in
            // The file of authorities has both; the broker has one.
            let both = try ["ca.crt", "otherca.crt"].map { try String(contentsOfFile: bench.path($0), encoding: .utf8) }
            let file = try bench.folder.write(both.joined(), to: "both.crt")
            return try bench.mosquitto(client: "foreign") + ["--cafile", file]
        },
        DiagnosisFault("a certificate of another CA, at which the broker closes", "chain.unknown", 65, says: "otherca")
        {
            bench in try bench.closingServer(client: "foreign")
        },
        DiagnosisFault("a server's certificate, at which the broker closes", "chain.usage", 65, says: "clientAuth") {
            bench in try bench.closingServer(client: "serveronly")
        },
        DiagnosisFault("no certificate, at which the broker closes", "tls.client.missing", 77) { bench in
            try bench.closingServer(client: nil)
        },
        DiagnosisFault("no certificate where one is asked for", "tls.client.missing", 77) { bench in
            try bench.mosquitto(client: nil)
        },
        DiagnosisFault("a certificate that the broker has revoked", "tls.client.revoked", 77) { bench in
            try bench.mosquitto(client: "revoked", settings: ["crlfile \(bench.path("crl.pem"))"])
        },
    ]

    private static let session = [
        DiagnosisFault("a broker that wants a user", "connack.5", 77, says: "not authori") { bench in
            try bench.mosquitto(settings: ["allow_anonymous false"]) + ["-i", "admin:f60c28"]
        },
        DiagnosisFault("the same, by MQTT 3.1.1", "connack.5", 77, says: "not authori") { bench in
            try bench.mosquitto(settings: ["allow_anonymous false"]) + ["-i", "admin:f60c28", "-V", "311"]
        },
        DiagnosisFault("an identifier of another tenant", "connack.5", 77) { bench in
            let sandbox = try bench.platform()
            return [
                "-h", "localhost", "-p", "\(sandbox.port)", "--cafile", bench.folder.path("certs/IOTmidCA.crt"),
                "--cert", bench.file("crt"), "--key", bench.file("key"), "-i", "other:f60c28",
            ]
        },
        DiagnosisFault("a web server that is spoken to as a broker", "connack.protocol", 76, says: "HTTP") { bench in
            let sandbox = try bench.platform()
            return ["-h", "127.0.0.1", "-p", "\(sandbox.gatewayPort)", "--timeout", "2"]
        },
        DiagnosisFault("a broker that does not answer", "connack.silent", 75) { bench in
            let broker = bench.keep(try RunningBroker())
            broker.signal(SIGSTOP)
            return ["-h", "localhost", "-p", "\(broker.port)", "--timeout", "1"]
        },
        DiagnosisFault("an access list that forbids publishing", "acl.publish", 77, says: "/admin/f60c28/attrs") {
            bench in
            let list = try bench.folder.write("topic read #\n", to: "acl")
            return try bench.mosquitto(settings: ["acl_file \(list)"]) + [
                "-t", "/admin/f60c28/attrs", "-i", "admin:f60c28",
            ]
        },
        DiagnosisFault("the topic of another device", "acl.subscribe", 77, says: "/admin/f60c28/config") { bench in
            _ = try bench.platform()
            return ["f60c28", "-t", "/admin/77aa01/attrs"]
        },
    ]
}
