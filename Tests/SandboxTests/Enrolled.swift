import Foundation
import TestSupport

/// A device's key, request and certificate, and the CA's, made and fetched by openssl(1) and curl(1) alone.
struct Enrolled {
    let folder: TemporaryFolder
    let clientIdentifier: String
    var key: String { folder.path("device.key") }
    var request: String { folder.path("device.csr") }
    var certificate: String { folder.path("device.crt") }
    var authority: String { folder.path("ca.crt") }

    /// Has a certificate signed for an end entity such as "f60c28" or "admin:f60c28".
    init(_ sandbox: RunningSandbox, as name: String = "f60c28", token: String, names: [String] = []) throws {
        folder = try TemporaryFolder()
        let device = name.split(separator: ":").last.map(String.init) ?? name
        clientIdentifier = "\(sandbox.ready.tenant):\(device)"
        let text = try Self.makeRequest(in: folder, subject: "/CN=\(name)", names: names)
        let answer = try sandbox.sign(text, as: name, token: token)
        guard answer.status == 200 else { throw SupportError("sign: \(answer.status) \(answer.body)") }
        try folder.write(Self.pem(try Signed(answer.body).status.data), to: "device.crt")
        let ca = try sandbox.request("GET", "/ca/\(sandbox.ready.ca)", token: token)
        try folder.write(Self.pem(try decode([String: String].self, ca.body)["certificate"] ?? ""), to: "ca.crt")
    }

    /// Makes a key and a request with openssl(1), and gives the base64 between the request's PEM lines.
    static func makeRequest(
        in folder: TemporaryFolder, subject: String, key: [String] = ["-newkey", "rsa:2048"], names: [String] = []
    ) throws -> String {
        var words = ["req", "-new"] + key
        words += ["-nodes", "-keyout", folder.path("device.key"), "-subj", subject, "-out", folder.path("device.csr")]
        if !names.isEmpty { words += ["-addext", "subjectAltName=" + names.joined(separator: ",")] }
        let outcome = try Child.run("/usr/bin/openssl", words)
        guard outcome.status == 0 else { throw SupportError("openssl req: \(outcome.stderr)") }
        return try folder.read("device.csr").split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    }

    static func pem(_ base64: String) -> String {
        let lines = base64.split(whereSeparator: \.isNewline).joined(separator: "\n")
        return "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
    }

    /// What openssl(1) says about the certificate.
    func describe(_ words: String...) throws -> String {
        try Child.run("/usr/bin/openssl", ["x509", "-noout", "-in", certificate] + words).stdout
    }

    /// The serial number, in hex.
    func serialNumber() throws -> String {
        try describe("-serial").trimmingCharacters(in: .whitespacesAndNewlines).replacingOccurrences(
            of: "serial=", with: "")
    }

    /// What a mosquitto client needs to say to connect as the device.
    func connection(_ sandbox: RunningSandbox) -> [String] {
        ["-h", "localhost", "-p", "\(sandbox.port)", "--cafile", authority, "--cert", certificate, "--key", key]
            + ["-i", clientIdentifier]
    }
}

extension Enrolled {
    /// Publishes `{"n": number}` at QoS 1 with mosquitto_pub(1), for at most 10 s: it keeps trying where the broker closes the connection.
    func publish(
        _ number: Int, to topic: String, _ sandbox: RunningSandbox, as identifier: String? = nil, _ more: [String] = []
    ) throws -> Outcome {
        let words = ["-i", identifier ?? clientIdentifier, "-t", topic, "-q", "1", "-m", #"{"n": \#(number)}"#]
        let program = ["10", "/usr/bin/mosquitto_pub"] + connection(sandbox).dropLast(2)
        return try Child.run("/usr/bin/timeout", program + words + more, timeout: 20)
    }
}

extension Child {
    /// Waits until mosquitto_sub(1), started with `-d`, connects a second time; false where it does not within 20 s.
    func connectsAgain() -> Bool {
        for _ in 0..<400 {
            if outputSoFar.components(separatedBy: "sending CONNECT").count > 2 { return true }
            usleep(50_000)
        }
        return false
    }
}

extension Outcome {
    /// Whether a mosquitto client was refused with CONNACK 5.
    var isNotAuthorised: Bool { status != 0 && stderr.contains("not authorised") }
}

/// The answer to a signature.
struct Signed: Decodable {
    struct Status: Decodable {
        let data: String
        let responseType: String
    }

    let status: Status

    init(_ body: String) throws { self = try decode(Signed.self, body) }
}

func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
}

extension RunningSandbox {
    /// Asks for a signature.
    func sign(
        _ request: String, as name: String, password: String = "dojot", token: String
    ) throws -> (status: Int, body: String) {
        try self.request(
            "POST", "/sign/\(name)/pkcs10", json: #"{"passwd": "\#(password)", "certificate": "\#(request)"}"#,
            token: token)
    }

    /// Has something go wrong from now on.
    func addFault(_ rule: String) throws {
        let answer = try request("POST", "/_sandbox/faults", json: #"{"rule": "\#(rule)"}"#)
        guard answer.status == 200 else { throw SupportError("fault: \(answer.body)") }
    }

    /// Asks for something until the answer is as wanted, for at most 5 s; gives the last answer.
    func poll(
        _ path: String, token: String, until isWanted: (Int, String) -> Bool
    ) throws -> (status: Int, body: String) {
        var answer = try request("GET", path, token: token)
        for _ in 0..<100 where !isWanted(answer.status, answer.body) {
            usleep(50_000)
            answer = try request("GET", path, token: token)
        }
        return answer
    }
}
