import PKI

// The days that certificates have left, and this machine's clock.
extension Examination {
    /// By how many seconds two clocks may differ without a word.
    private static let tolerance: Int64 = 60
    /// From how many seconds on a clock is wrong, and not only off.
    private static let wrong: Int64 = 3600

    func lookAtDates() -> StepReport {
        let offset = contact?.clockOffset
        var (facts, findings): ([String], [Finding]) = ([], [])
        let certificate = material.certificate
        let signer = certificate.flatMap { own in material.authorities.first { own.isSigned(by: $0) } }
        let authority = signer ?? material.authorities.first

        let own = [certificate, authority].compactMap { $0 }
        // A clock that makes what holds not hold, or the other way round, is the cause of it, however near it is.
        let doesHarm = own.contains { $0.holds(at: now) != $0.holds(at: trueNow) }
        if let offset, abs(offset) > Self.tolerance {
            let kind: FindingKind = doesHarm || abs(offset) > Self.wrong ? .clockWrong : .clockOff
            findings.append(
                found(
                    kind,
                    [
                        "span": Text.span(offset), "direction": offset > 0 ? "behind" : "ahead of",
                        "time": "\(Timestamp(unixSeconds: trueNow))",
                    ]))
        }
        if let certificate { lookAt(certificate, &facts, &findings) }
        if let authority, !authority.holds(at: trueNow) { findings.append(ofAuthority(authority)) }
        if let offset, abs(offset) <= Self.tolerance { facts.append(Self.spelled(offset)) }
        if facts.isEmpty && findings.isEmpty { return StepReport(skipped: .dates, "nobody tells the time") }
        return StepReport(.dates, facts, findings)
    }

    private func lookAt(_ certificate: Certificate, _ facts: inout [String], _ findings: inout [Finding]) {
        let (start, end) = (certificate.notBefore, certificate.notAfter)
        if end < trueNow {
            findings.append(
                found(.datesExpired, ["date": "\(Timestamp(unixSeconds: end))", "span": Text.span(trueNow - end)]))
        } else if start > trueNow {
            findings.append(found(.datesEarly, ["date": "\(Timestamp(unixSeconds: start))"]))
        } else if end - trueNow < min(30 * 86_400, (end - start) / 10) {
            findings.append(found(.datesSoon, ["span": Text.span(end - trueNow)]))
        } else {
            facts.append("\(Text.span(end - trueNow)) left")
        }
    }

    private func ofAuthority(_ authority: Certificate) -> Finding {
        let isOver = authority.notAfter < trueNow
        let date = Timestamp(unixSeconds: isOver ? authority.notAfter : authority.notBefore)
        return found(.datesAuthority, ["reason": isOver ? "expired on \(date)" : "is not valid before \(date)"])
    }

    /// The gateway tells the time in whole seconds.
    private static func spelled(_ offset: Int64) -> String {
        abs(offset) <= 1
            ? "clock agrees with the gateway's"
            : "clock \(Text.span(offset)) \(offset > 0 ? "behind" : "ahead of") the gateway's"
    }
}

extension Certificate {
    /// Whether its time has come and is not over.
    func holds(at time: Int64) -> Bool { notBefore <= time && time <= notAfter }
}
