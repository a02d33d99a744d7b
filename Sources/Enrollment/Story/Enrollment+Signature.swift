import Dojot
import PKI

extension Enrollment {
    /// The certificate for the run, from an earlier signature or a new one.
    func obtainCertificate(
        for run: inout PendingRun, from authority: Certificate
    ) throws(EnrollmentError) -> Certificate {
        if run.isResumed, let found = findCertificate(of: run, from: authority) {
            report(.recovered)
            return found
        }
        report(.asking(endEntity: run.commonName))
        do throws(DojotError) {
            return try sign(run)
        } catch {
            switch error.code {
            case .wrongState:
                return try signOnceMore(run, from: authority)
            case .wrongEndEntityPassword where run.isResumed:
                // EJBCA forgets the password with the signature: so the certificate may well exist.
                return try signOnceMore(run, from: authority)
            case .unknownDevice where order.name.tenant == nil && run.commonName == order.name.device:
                return try signByQualifiedName(&run, from: authority)
            default:
                throw refused(run, error)
            }
        }
    }

    private func sign(_ run: PendingRun) throws(DojotError) -> Certificate {
        try platform.sign(run.request, endEntity: run.commonName, password: order.endEntityPassword)
    }

    /// The certificate that was signed for the run's key, if the platform has one that holds and says so.
    private func findCertificate(of run: PendingRun, from authority: Certificate) -> Certificate? {
        let all = (try? platform.certificates(endEntity: run.commonName)) ?? []
        let candidates = all.filter { $0.publicKey == run.key.publicKey }
        // Where only this machine's clock says that it does not hold, another signature would not help.
        let clockIsWrong = abs(clockOffset() ?? 0) > IdentityCheck.tolerance
        return candidates.first { (try? check($0, for: run, from: authority)) != nil }
            ?? (clockIsWrong ? candidates.first : nil)
    }

    /// Whether a certificate is the one that the run asks for.
    func check(
        _ certificate: Certificate, for run: PendingRun, from authority: Certificate
    ) throws(EnrollmentError) {
        try IdentityCheck(clockOffset: clockOffset()).check(
            certificate, key: run.key, names: [run.commonName], authorities: [authority],
            otherwise: .unexpectedCertificate)
    }

    /// The platform has signed for this device before: perhaps for us, and the answer was lost; else it is told to do so again.
    private func signOnceMore(
        _ run: PendingRun, from authority: Certificate
    ) throws(EnrollmentError) -> Certificate {
        if let found = findCertificate(of: run, from: authority) {
            report(.recovered)
            return found
        }
        do {
            try platform.reset(
                endEntity: run.commonName, password: order.endEntityPassword, caName: order.authorityName)
            report(.signingReopened(endEntity: run.commonName))
            return try sign(run)
        } catch {
            throw EnrollmentError(error)
        }
    }

    /// Later releases know a device as `TENANT:DEVICE` alone.
    private func signByQualifiedName(
        _ run: inout PendingRun, from authority: Certificate
    ) throws(EnrollmentError) -> Certificate {
        let qualified = try asking { () throws(DojotError) in try order.name.qualified(by: order.tenant) }
        let commonName = "\(qualified)"
        run.request = try request(for: commonName, key: run.key)
        try folder.keep(run)
        report(.askingAgain(endEntity: commonName))
        do throws(DojotError) {
            return try sign(run)
        } catch  where error.code == .wrongState {
            return try signOnceMore(run, from: authority)
        } catch {
            throw refused(run, error)
        }
    }

    /// Forgets a run of which it is certain that no certificate came, and gives the error to throw.
    private func refused(_ run: PendingRun, _ error: DojotError) -> EnrollmentError {
        if !run.isResumed && error.isCertainlyWithoutEffect { folder.discardPendingRun() }
        return EnrollmentError(error)
    }
}

extension DojotError {
    /// Whether it is sure that the platform did not do what it was asked: it refused, the first time it was asked.
    fileprivate var isCertainlyWithoutEffect: Bool {
        switch code {
        case .unauthorized, .forbidden, .unknownCA, .unknownDevice, .wrongEndEntityPassword, .requestRefused:
            attempts == 1
        default: false
        }
    }
}
