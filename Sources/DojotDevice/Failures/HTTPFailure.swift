import CommandLineKit
import HTTP

extension Failure {
    /// What a request that got no answer means for the program.
    init(_ error: HTTPError) {
        self.init(Failure.exitCode(of: error.code), error.description, hint: Failure.hint(for: error))
    }

    /// sysexits.h's code for it: 69 where nothing answers, 75 where it may later, 76 where the peer breaks a protocol,
    /// 77 where its certificate is refused.
    static func exitCode(of code: HTTPError.Code) -> ExitCode {
        switch code {
        case .invalidRequest, .authorityFileInvalid: .dataError
        case .authorityFileMissing: .noInput
        case .cannotResolve, .cannotConnect, .libraryMissing: .unavailable
        case .timedOut, .connectionLost: .temporaryFailure
        case .tooLarge, .notHTTP: .protocolError
        case .interrupted: .interrupted
        case .other: .failure
        case .tls(let failure):
            switch failure {
            case .hostName, .unknownAuthority, .expired, .notYetValid, .revoked, .refusedByServer: .refused
            case .notTLS, .tooOld, .other: .protocolError
            }
        }
    }

    /// The way out, with a command to run where there is one.
    static func hint(for error: HTTPError) -> String? {
        let url = HTTPURL(error.url)
        switch error.code {
        case .libraryMissing: return "install it: apt-get install libcurl4"
        case .cannotResolve: return url.map { "getent hosts \($0.host.shellWord)" }
        case .cannotConnect:
            // An identity is of a platform that was there before.
            return url?.isLoopback == true && CommandContext.current.brokerKind == nil
                ? "start a sandbox to try with: dojot-sandbox" : url.map { "curl -v \($0.description.shellWord)" }
        case .timedOut: return "wait longer with --timeout"
        case .connectionLost: return "run the same command again: it continues with what is left"
        case .notHTTP: return "see whether the port is the gateway's: an MQTT broker does not speak HTTP"
        case .authorityFileMissing, .authorityFileInvalid:
            return "give the certificate of the CA that signed the gateway's, in PEM form, with --https-ca"
        case .tls(let failure): return hint(for: failure, url)
        case .tooLarge: return url.map { "curl -sS --max-time 5 \($0.description.shellWord) | head -c 300" }
        case .invalidRequest, .interrupted, .other: return nil
        }
    }

    private static func hint(for failure: TLSFailure, _ url: HTTPURL?) -> String? {
        switch failure {
        case .hostName:
            "give the gateway's URL with a name that its certificate is for; --skip-https-check leaves the check out"
        case .unknownAuthority where url?.port == 8883:
            "check the port: 8883 is usually the broker's; the gateway has 8000 in a default installation"
        case .unknownAuthority:
            "give the certificate of its CA with --https-ca; --skip-https-check leaves the check out"
        case .expired, .notYetValid: "see whether this machine's clock is right: date"
        case .notTLS: url.map { "give the gateway as http://\($0.authority)" }
        case .revoked, .refusedByServer, .tooOld, .other: nil
        }
    }
}
