public import CommandLineKit
public import Dojot
import HTTP

/// Which generation of the platform is behind the gateway, as `--platform` says it.
enum PlatformArgument: String, CaseIterable, ExpressibleByArgument {
    /// The gateway is asked.
    case auto
    case ejbca
    case x509

    /// The generation that was named.
    var generation: PlatformGeneration? {
        switch self {
        case .auto: nil
        case .ejbca: .ejbca
        case .x509: .x509
        }
    }

    /// The certificate authorities that may be behind the gateway, the first to be asked first.
    ///
    /// - Parameter known: the generation of an earlier retrieval, where none was named.
    func authorities(
        at gateway: Gateway, session: Session, http: HTTPClient, timeout: Double, known: PlatformGeneration? = nil
    ) -> [any CertificateAuthority] {
        let generations = (generation ?? known).map { [$0] } ?? PlatformGeneration.allCases
        return generations.map { generation -> any CertificateAuthority in
            switch generation {
            case .ejbca:
                EJBCACertificateAuthority(
                    gateway: gateway, session: session, http: http, timeout: timeout, onRetry: Console.noteRetry)
            case .x509:
                X509CertificateAuthority(
                    gateway: gateway, session: session, http: http, timeout: timeout, onRetry: Console.noteRetry)
            }
        }
    }
}

extension BrokerKind: ExpressibleByArgument {}
