import Foundation
import TestSupport
import Testing

/// Tokens that somebody made or changed: none is let in, on either generation's routes.
@Suite struct TokenTests {
    private static let claims =
        #"{"service":"admin","username":"admin","userid":1,"profile":"admin","iat":1,"exp":99999999999,"jti":"","iss":""}"#

    private static func encoded(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    private static func encoded(_ text: String) -> String { encoded(Data(text.utf8)) }

    /// Signed by openssl(1) with a key of ours.
    private static func signed(_ header: String, _ claims: String, key: String, by digest: String = "-sha256") throws
        -> String
    {
        let content = encoded(header) + "." + encoded(claims)
        let words = ["dgst", digest, "-mac", "HMAC", "-macopt", "key:\(key)", "-binary"]
        let outcome = try Child.run("/usr/bin/openssl", words, input: content)
        guard outcome.status == 0 else { throw SupportError("openssl dgst: \(outcome.stderr)") }
        return content + "." + encoded(Data(outcome.standardOutput))
    }

    private static func forged(from own: String) throws -> [String] {
        let parts = own.split(separator: ".").map(String.init)
        let header = #"{"alg":"HS256","typ":"JWT"}"#
        var tokens = [
            "", ".", "..", "...", "x", "a.b.c", parts[0], parts[0] + "." + parts[1], own + ".", "." + own, own + "x",
            own + "=",
        ]
        for algorithm in ["none", "None", "NONE", "nOnE", "", "HS512", "RS256", "ES256", "hs256"] {
            let other = encoded(#"{"alg":"\#(algorithm)","typ":"JWT"}"#)
            for claims in [parts[1], encoded(claims)] {
                tokens += ["\(other).\(claims).", "\(other).\(claims).\(parts[2])", "\(other).\(claims)"]
            }
        }
        tokens += [encoded("{}"), encoded("[]"), encoded("null"), encoded(#"{"alg":["HS256"]}"#)].map {
            "\($0).\(parts[1]).\(parts[2])"
        }
        for key in ["secret", "admin", "dojot", "key", String(repeating: "0", count: 32)] {
            tokens.append(try signed(header, claims, key: key))
        }
        tokens.append(try signed(#"{"alg":"HS512"}"#, claims, key: "secret", by: "-sha512"))
        // Another tenant, another user, a longer life, with the signature of what was before.
        let text = String(decoding: Data(base64Encoded: padded(parts[1])) ?? Data(), as: UTF8.self)
        for (from, to) in [
            (#""service":"admin""#, #""service":"other""#), ("viewer", "admin"), (#""exp":"#, #""exp":9"#), ("}", " }"),
        ] {
            let changed = text.replacingOccurrences(of: from, with: to)
            if changed != text { tokens.append("\(parts[0]).\(encoded(changed)).\(parts[2])") }
        }
        tokens.append("\(parts[0]).\(parts[1]).\(parts[2].dropLast())")
        tokens.append("\(parts[0]).\(parts[1]).\(String(repeating: "A", count: parts[2].count))")
        tokens += ["\(own) \(own)", String(repeating: "A", count: 20_000), String(repeating: ".", count: 20_000)]
        return tokens
    }

    private static func padded(_ text: String) -> String {
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return standard + String(repeating: "=", count: (4 - standard.count % 4) % 4)
    }

    @Test(arguments: [("0.4", ["/ca", "/device"]), ("0.8", ["/x509/v1/ca", "/device"])])
    func noneThatIsForgedIsLetIn(release: String, paths: [String]) throws {
        let sandbox = try RunningSandbox.start([
            "--release", release, "--user", "admin:admin", "--user", "bo:pw:nosign",
        ])
        let own = try sandbox.logIn("bo", "pw")
        for path in paths {
            #expect(try sandbox.request("GET", path, token: own).status == 200)
        }
        for token in try Self.forged(from: own) {
            for path in paths {
                let answer = try sandbox.request("GET", path, token: token)
                #expect([401, 403, 431].contains(answer.status), "\(path) \(token.prefix(300)): \(answer)")
            }
        }
        if Sanitizer.isAbsent { #expect(try sandbox.peakMemory() < 200) }
        #expect(try sandbox.request("GET", "/device", token: own).status == 200)
    }

    @Test(arguments: [("0.4", ["/ca", "/device"]), ("0.8", ["/x509/v1/ca", "/device"])])
    func oneThatHasExpiredIsNotLetIn(release: String, paths: [String]) throws {
        let sandbox = try RunningSandbox.start(["--release", release])
        let rule = #"{"rule": "POST /auth token-life=0 count=1"}"#
        #expect(try sandbox.request("POST", "/_sandbox/faults", json: rule).status == 200)
        let expired = try sandbox.logIn()
        for path in paths {
            #expect(try sandbox.request("GET", path, token: expired).status == 401, "\(path)")
        }
        #expect(try sandbox.request("GET", paths[0], token: sandbox.logIn()).status == 200)
    }
}
