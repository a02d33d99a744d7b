import PKI

@testable import Sandbox

extension FuzzTarget {
    /// The sandbox's fault rules, and the paths that they are about: the first line is the rule, the second a path.
    static let faults = FuzzTarget("faults", longest: 512) { bytes in
        let lines = bytes.words
        guard let rule = try? FaultRule(lines[0]) else { return }
        try require(try FaultRule(rule.text) == rule, "a rule is another when it is written")
        _ = rule.matches(Request(method: "GET", path: lines.count > 1 ? lines[1] : "/"))
    }

    /// What the sandbox takes out of a request: the first byte chooses which part.
    static let requests = FuzzTarget("requests", longest: 8192) { bytes in
        let (number, rest) = bytes.choice
        switch number % 6 {
        case 0: try require((try? issuer.check(rest.text)) == nil, "a token is accepted that was not issued")
        case 1: order(Request(method: "POST", path: "/", headers: ["content-type": "application/json"], body: rest))
        case 2: signing(rest)
        case 3: route(rest)
        case 4:
            guard JSON.decode(JSONValue.self, from: rest) != nil, let value = JSONMember.value(of: "attrs", in: rest)
            else { return }
            try require(JSON.decode(JSONValue.self, from: value) != nil, "a member of an object is no JSON")
        default:
            _ = (Time.parse(rest.text), User(rest.text), Fingerprint.canonical(rest.text))
            var entity = EndEntity("f60c28", caName: "IOTmidCA")
            entity.subjectDN = rest.text
            _ = try? CertificateProfile.subject(of: entity)
        }
    }

    private static let issuer = TokenIssuer(life: 420)

    private static func call(_ request: Request) -> Call {
        Call(request: request, parameters: [:], user: nil, effects: FaultEffects())
    }

    private static func order(_ request: Request) {
        for release in [SandboxOptions.Release.v06, .v08] {
            var options = SandboxOptions()
            options.release = release
            let rules = X509Rules(options)
            _ = try? CertificateOrder.ownership(call(request), rules)
            guard let order = try? CertificateOrder.request(call(request), rules) else { continue }
            guard let csr = try? CertificateRequest(pem: Array(order.csr.utf8)) else { continue }
            let subject = DeviceCertificateProfile.subject(of: csr, organizationFirst: rules.organizationComesFirst)
            _ = try? DeviceCertificateProfile.verify(subject)
        }
    }

    private static func signing(_ text: [UInt8]) {
        guard let der = try? Base64.decode(text.text), let csr = try? CertificateRequest(der: der) else { return }
        _ = try? CertificateProfile.check(csr)
        _ = CertificateProfile.contents(of: csr, subject: DistinguishedName(commonName: "f60c28"), life: 60)
    }

    /// The first line is the path, the others are names and values of the query.
    private static func route(_ bytes: [UInt8]) {
        var router = Router()
        router.on("GET", "/ca/:name/certificate/:serial") { _ throws(Refusal) in Response() }
        let lines = bytes.words
        var request = Request(method: "GET", path: lines[0])
        for line in lines.dropFirst() {
            let pair = line.split(separator: "=", maxSplits: 1).map(String.init)
            request.query.append((pair.first ?? "", pair.count > 1 ? pair[1] : ""))
        }
        _ = router.find(request)?.parameters
        if let page = try? Pagination(of: 30, request) { _ = Array(0..<30)[page.range] }
        _ = (request.bearerToken, request.basicCredentials, try? Form(of: request))
        _ = try? TimeSeriesQuery(
            Call(request: request, parameters: ["id": lines[0]], user: nil, effects: FaultEffects()))
        for release in [SandboxOptions.Release.v06, .v08] {
            var options = SandboxOptions()
            options.release = release
            _ = try? CertificatePage(request, X509Rules(options))
        }
    }
}
