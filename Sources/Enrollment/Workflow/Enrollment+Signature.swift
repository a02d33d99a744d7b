import Dojot
import PKI

extension Enrollment {
    /// The certificate for the run, from an earlier signature or a new one.
    func obtainCertificate(
        for run: inout PendingRun, from source: Source
    ) throws(EnrollmentError) -> Certificate {
        var lookupFailure: DojotError?
        if run.isResumed {
            do throws(DojotError) {
                if let found = try findCertificate(of: run, from: source) {
                    report(.recovered)
                    return found
                }
            } catch {
                lookupFailure = error
            }
        }
        do throws(DojotError) {
            if !run.isResumed { try reopen(run.commonName, on: source.platform) }
            report(.asking(endEntity: run.commonName))
            let certificate = try sign(run, on: source)
            if let lookupFailure { report(.signedAgain(lookupFailure)) }
            return certificate
        } catch {
            switch error.code {
            case .wrongState:
                return try signOnceMore(run, from: source, lookupFailure)
            case .wrongEndEntityPassword where run.isResumed:
                // EJBCA forgets the password with the signature: so the certificate may well exist.
                return try signOnceMore(run, from: source, lookupFailure)
            case .unknownDevice:
                guard let next = try nextName(after: run.commonName, on: source) else { throw refused(run, error) }
                return try sign(&run, as: next, from: source)
            default:
                throw refused(run, error)
            }
        }
    }

    private func sign(_ run: PendingRun, on source: Source) throws(DojotError) -> Certificate {
        try source.platform.sign(run.request, endEntity: run.commonName, password: order.endEntityPassword)
    }

    /// The certificate that was signed for the run's key, if the platform has a valid one.
    ///
    /// - Throws: `DojotError` where the platform does not list certificates: some releases of EJBCA-REST answer 500 as soon as there is one
    ///   (seen on the real service).
    private func findCertificate(of run: PendingRun, from source: Source) throws(DojotError) -> Certificate? {
        let candidates: [Certificate]
        do throws(DojotError) {
            candidates = try source.platform.certificates(for: run.key.publicKey, endEntity: run.commonName)
        } catch {
            guard error.code == .unknownDevice else { throw error }
            return nil
        }
        // Where only this machine's clock says that it does not hold, another signature would not help.
        let clockIsWrong = abs(clockOffset() ?? 0) > IdentityCheck.tolerance
        return candidates.first { (try? check($0, for: run, from: source)) != nil }
            ?? (clockIsWrong ? candidates.first : nil)
    }

    /// Whether a certificate is the one that the run asks for.
    func check(
        _ certificate: Certificate, for run: PendingRun, from source: Source
    ) throws(EnrollmentError) {
        try IdentityCheck(clockOffset: clockOffset()).check(
            certificate, key: run.key,
            names: source.platform.certificateNames(forRequest: run.commonName, tenant: order.tenant),
            authorities: [source.certificate],
            otherwise: .unexpectedCertificate)
    }

    /// The platform has signed for this device before: perhaps for us, and the answer was lost; else it is told to do so again.
    ///
    /// - Parameter lookupFailure: why the platform did not list the certificates, where it was asked before.
    private func signOnceMore(
        _ run: PendingRun, from source: Source, _ lookupFailure: DojotError? = nil
    ) throws(EnrollmentError) -> Certificate {
        var lookupFailure = lookupFailure
        if lookupFailure == nil {
            do throws(DojotError) {
                if let found = try findCertificate(of: run, from: source) {
                    report(.recovered)
                    return found
                }
            } catch {
                lookupFailure = error
            }
        }
        do {
            try source.platform.reset(
                endEntity: run.commonName, password: order.endEntityPassword, caName: order.authorityName)
            report(.signingReopened(endEntity: run.commonName))
            let certificate = try sign(run, on: source)
            if run.isResumed, let lookupFailure { report(.signedAgain(lookupFailure)) }
            return certificate
        } catch {
            throw EnrollmentError(error)
        }
    }

    /// The name to ask for where the platform does not know the one before: later releases of EJBCA-REST know a device as
    /// `TENANT:DEVICE` alone.
    private func nextName(after name: String, on source: Source) throws(EnrollmentError) -> String? {
        let names = try asking { () throws(DojotError) in
            try source.platform.requestNames(of: order.name, tenant: order.tenant)
        }
        return names.drop { $0 != name }.dropFirst().first
    }

    private func sign(
        _ run: inout PendingRun, as commonName: String, from source: Source
    ) throws(EnrollmentError) -> Certificate {
        run.request = try request(for: commonName, key: run.key)
        try folder.keep(run)
        report(.askingAgain(endEntity: commonName))
        do throws(DojotError) {
            return try sign(run, on: source)
        } catch  where error.code == .wrongState {
            return try signOnceMore(run, from: source)
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
