import Dojot
import HTTP

// The platform's gateway, and the login.
extension Examination {
    /// What became of the login.
    enum Login {
        case notAskedFor
        case notReached
        case failed(Finding)
        case open(Session)
    }

    func lookAtGateway() -> StepReport {
        guard let contact, let platform = subject.platform else { return StepReport(skipped: .gateway, "none") }
        switch contact.outcome {
        case .failure(let error): return StepReport(.gateway, [], [ofTransport(error)])
        case .success(let response):
            if let finding = ofAnswer(response) { return StepReport(.gateway, [], [finding]) }
            return StepReport(.gateway, ["\(platform.gateway) answers"] + releaseFacts(platform, contact.http))
        }
    }

    /// The platform's release and what it was concluded from; nothing for a device whose profile says which API it has.
    private func releaseFacts(_ platform: Subject.Platform, _ http: HTTPClient) -> [String] {
        guard platform.generation == nil else { return [] }
        let detection = ReleaseDetection.run(
            at: platform.gateway, tenant: platform.tenant ?? PlatformLogin.defaultTenant, over: http,
            timeout: subject.timeout)
        guard let detection else { return ["its routes are those of no known release of dojot"] }
        return ["dojot \(detection.shownReleases): the gateway has \(detection.evidence)"]
    }

    /// Whether what answers is dojot's gateway and has something behind it.
    private func ofAnswer(_ response: HTTPResponse) -> Finding? {
        let status = "\(response.status) \(HTTPStatus.phrase(response.status).drop { !$0.isLetter })"
        if RetryPolicy.statuses.contains(response.status) { return found(.gatewayUnavailable, ["status": status]) }
        // dojot answers in JSON: that nobody is logged in, or the devices where nobody has to be.
        let isJSON = response.body.first.map { [UInt8(ascii: "{"), UInt8(ascii: "[")].contains($0) } ?? false
        guard isJSON, response.status < 300 || [401, 403].contains(response.status) else {
            return found(.gatewayOther, ["status": status])
        }
        return nil
    }

    /// Logs in once, where it was asked for and the gateway answers.
    func logIn() -> Login {
        guard let platform = subject.platform, let logIn = platform.logIn, let contact else { return .notAskedFor }
        guard case .success(let response) = contact.outcome, ofAnswer(response) == nil else { return .notReached }
        do throws(DojotError) {
            let session = try logIn(platform.gateway, contact.http, subject.timeout)
            // By the platform's clock, which the token goes by.
            if let end = session.claims.expiresAt, end < trueNow { return .failed(found(.loginExpired)) }
            if let wanted = subject.tenant, wanted != session.claims.service {
                return .failed(found(.loginTenant, ["tenant": session.claims.service, "wanted": wanted]))
            }
            return .open(session)
        } catch {
            return .failed(ofLogin(error))
        }
    }

    func lookAtLogin() -> StepReport {
        switch login {
        case .notAskedFor: return StepReport(skipped: .login, "not asked for (give --login)")
        case .notReached: return StepReport(skipped: .login, "not reached")
        case .failed(let finding): return StepReport(.login, [], [finding])
        case .open(let session):
            let user = session.claims.username.map { "as \($0), " } ?? ""
            return StepReport(.login, ["\(user)tenant \(session.claims.service)"])
        }
    }

    private func ofLogin(_ error: DojotError) -> Finding {
        switch error.code {
        case .unauthorized: found(.loginUser, ["reason": said(error)])
        case .forbidden: found(.loginPassword, ["reason": said(error)])
        case .accountNotReady:
            found(.loginAccount, ["reason": said(error), "page": error.page ?? "the dojot web page"])
        case .clientRefused, .noServiceAccount, .wrongClientSecret:
            found(.loginClient, ["reason": said(error), "page": error.page ?? "Keycloak's console"])
        case .unknownTenant: found(.loginNoTenant, ["reason": error.message])
        case .invalidToken, .invalidName: found(.loginToken, ["reason": error.message])
        default: ofRequest(error, otherwise: .loginFailed)
        }
    }

    /// Why something that was asked for with a login was not answered.
    ///
    /// - Parameter otherwise: what it is where nothing better is known; its reason is filled in.
    func ofRequest(_ error: DojotError, otherwise kind: FindingKind) -> Finding {
        switch error.code {
        case .unauthorized: found(.loginExpired)
        case .issuerNotAllowed: found(.loginIssuer, ["reason": said(error)])
        case .forbidden: found(.loginForbidden, ["reason": error.message])
        case .unavailable, .rateLimited: found(.gatewayUnavailable, ["status": said(error)])
        case .transport:
            error.transport.map(ofTransport) ?? found(kind, ["reason": error.message])
        default: found(kind, ["reason": error.message])
        }
    }

    private func said(_ error: DojotError) -> String {
        let parts = [error.status.map(HTTPStatus.phrase), error.serverWords].compactMap { $0 }
        return parts.isEmpty ? error.message : parts.joined(separator: ": ")
    }

    private func ofTransport(_ error: HTTPError) -> Finding {
        guard let gateway = subject.platform?.gateway else { return found(.gatewayOther) }
        let plain = "http://" + "\(gateway)".drop { $0 != "/" }.drop { $0 == "/" }
        if error.code == .tls(.other),
            contact?.speaksPlainHTTP(plain, timeout: min(subject.timeout, 3)) == true
        {
            return found(.gatewayTLSNone, ["plain": plain])
        }
        let kind: FindingKind =
            switch error.code {
            case .cannotResolve: .gatewayResolve
            case .cannotConnect: .gatewayTCP
            case .timedOut: .gatewaySilent
            case .connectionLost: .gatewayLost
            case .libraryMissing: .gatewayLibrary
            case .notHTTP, .tooLarge, .other, .invalidRequest, .interrupted: .gatewayHTTP
            case .authorityFileMissing, .authorityFileInvalid: .gatewayTLS
            case .tls(let failure):
                switch failure {
                case .hostName: .gatewayTLSName
                case .unknownAuthority: .gatewayTLSAuthority
                case .expired: .gatewayTLSExpired
                case .notYetValid: .gatewayTLSEarly
                case .notTLS: .gatewayTLSNone
                case .revoked, .tooOld, .refusedByServer, .other: .gatewayTLS
                }
            }
        return found(kind, ["host": gateway.host, "reason": error.reason, "plain": plain])
    }
}
