import FoundationEssentials

@testable import Dojot
@testable import HTTP
@testable import PKI

extension FuzzTarget {
    /// Tokens.
    static let tokens = FuzzTarget("tokens", longest: 2048) { bytes in
        guard let session = try? Session(token: Secret(copying: bytes.text.utf8)) else { return }
        try requireHarmless(session.token.secret.text, "a token")
        try requirePlainName(session.claims.service)
        try require(try JSONWebToken(session.token.secret) == session.token, "a token is another when it is read again")
        _ = session.isExpired
    }

    /// What the platform's services answer: the first byte chooses whose answer it is.
    static let answers = FuzzTarget("answers", longest: 8192) { bytes in
        let (number, body) = bytes.choice
        let readers: [([UInt8]) throws -> Void] = [
            authorities, authority, certificates, endEntities, signature, list, status, x509Authority, x509List,
            x509Page,
            device, page, made, history, words,
        ]
        try readers[number % readers.count](body)
    }

    private static func decode<Answer: Decodable>(_ type: Answer.Type, _ body: [UInt8]) -> Answer? {
        try? JSONDecoder().decode(type, from: Data(body))
    }

    /// An exchange that is never sent: the readers put its purpose into their errors.
    private static var exchange: GatewayExchange {
        GatewayExchange(
            purpose: "read an answer", request: HTTPRequest(.get, "http://localhost/"), http: HTTPClient(),
            deadline: Deadline(seconds: 1), retry: .never, onRetry: { _ in })
    }

    /// The error of a reader is fit to be shown; what it reads is returned.
    private static func reading<Result>(_ body: () throws(DojotError) -> Result) throws -> Result? {
        do throws(DojotError) { return try body() } catch {
            try requireHarmless(error.message, "an error")
            return nil
        }
    }

    private static func authorities(_ body: [UInt8]) { _ = decode(EJBCAAnswer.Authorities.self, body)?.authorities }

    private static func authority(_ body: [UInt8]) throws {
        guard let answer = decode(EJBCAAnswer.Authority.self, body) else { return }
        _ = try reading { () throws(DojotError) in try EJBCAAnswer.certificate(answer.certificate, in: exchange) }
    }

    private static func certificates(_ body: [UInt8]) throws {
        for entry in decode(EJBCAAnswer.Certificates.self, body)?.certs ?? [] {
            _ = try reading { () throws(DojotError) in try EJBCAAnswer.certificate(entry.certificateData, in: exchange)
            }
        }
    }

    private static func endEntities(_ body: [UInt8]) {
        _ = decode(EJBCAAnswer.EndEntities.self, body)?.user.first?.status
    }

    private static let key = try? PrivateKey(generating: .p256).publicKey

    private static func signature(_ body: [UInt8]) throws {
        guard let answer = decode(EJBCAAnswer.Signature.self, body), let key else { return }
        _ = try reading { () throws(DojotError) in try answer.certificate(for: key, in: exchange) }
    }

    private static func list(_ body: [UInt8]) throws {
        guard let answer = decode(EJBCAAnswer.RevocationList.self, body) else { return }
        _ = try reading { () throws(DojotError) in try answer.list(in: exchange) }?.entries
    }

    private static func status(_ body: [UInt8]) { _ = decode(EJBCAAnswer.Status.self, body)?.state }

    private static func x509Authority(_ body: [UInt8]) throws {
        let pem = decode(X509Answer.Authority.self, body)?.caPem
        guard let pem = pem ?? decode(X509Answer.Signature.self, body)?.certificatePem else { return }
        _ = try reading { () throws(DojotError) in try X509Answer.certificate(pem, in: exchange) }
    }

    private static func x509List(_ body: [UInt8]) throws {
        guard let answer = decode(X509Answer.RevocationList.self, body) else { return }
        _ = try reading { () throws(DojotError) in try answer.list(in: exchange) }?.entries
    }

    private static func x509Page(_ body: [UInt8]) throws {
        for item in decode(X509Answer.Page.self, body)?.certificates ?? [] {
            guard let pem = item.pem else { continue }
            _ = try reading { () throws(DojotError) in try X509Answer.certificate(pem, in: exchange) }
        }
    }

    private static func device(_ body: [UInt8]) throws {
        if let device = decode(DeviceAnswer.Item.self, body)?.device { try check(device) }
    }

    private static func page(_ body: [UInt8]) throws {
        for item in decode(DeviceAnswer.Page.self, body)?.devices ?? [] { try check(item.device) }
    }

    private static func made(_ body: [UInt8]) {
        _ = decode(DeviceAnswer.MadeTemplate.self, body)?.template.id.value
        _ = decode(DeviceAnswer.MadeDevices.self, body)?.devices
    }

    private static func history(_ body: [UInt8]) throws {
        for sample in (decode(DeviceAnswer.History.self, body)?.samples ?? [:]).values.joined() {
            try requireHarmless(sample.time + sample.shownAttribute + sample.value.shown, "a sample")
        }
    }

    private static func words(_ body: [UInt8]) throws {
        let words = ServerMessage.words(in: body) ?? ""
        try requireHarmless(words, "a server's words")
        try require(words.count < 300, "a server's words go on and on")
        try requireHarmless(ServerMessage.kind(of: body), "the kind of an answer")
        try requireHarmless(ServerText.quoted(body.text), "a quotation")
        _ = EJBCAMeaning.ofEndEntities(400, words)?.reason
        _ = (X509Meaning.ofRequests(400, words)?.reason, DeviceMeaning.ofDevices(404, words)?.reason)
    }

    private static func check(_ device: Device) throws {
        try requireHarmless(device.id + device.label + (device.created ?? ""), "a device")
        for attribute in device.attributes {
            try requireHarmless(attribute.label + attribute.kind + attribute.valueType, "an attribute")
            try requireHarmless(attribute.staticValue?.shown ?? "", "a static value")
        }
    }
}

/// Checks that a name can neither leave a folder nor change a URL or a topic.
func requirePlainName(_ name: String) throws(Broken) {
    let isPlain = name.utf8.allSatisfy { byte in
        byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A
            || "_-.".utf8.contains(byte)
    }
    try require(isPlain && !name.isEmpty && name != "." && !name.contains(".."), "a name has more in it than it may")
}
