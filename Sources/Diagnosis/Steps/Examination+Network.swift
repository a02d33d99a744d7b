import MQTT

// The broker's name and its port.
extension Examination {
    /// What is known of the broker's connection so far.
    var probe: BrokerProbe? {
        guard var options = subject.broker else { return nil }
        options.timeout = subject.timeout
        if options.tls != nil {
            // Files that do not hold were told of already: what is left of them can still show something.
            if !material.isUsable {
                options.tls?.certificateFile = nil
                options.tls?.keyFile = nil
            }
            if material.authorities.isEmpty { options.tls?.authorityFile = nil }
        }
        return BrokerProbe(options)
    }

    func resolve() -> StepReport {
        guard let probe else { return StepReport(skipped: .dns, "no broker") }
        do throws(MQTTError) {
            targets = try probe.resolve()
        } catch {
            guard error.code != .timeout else { return StepReport(.dns, [], [found(.dnsSilent)]) }
            return StepReport(.dns, [], [found(.dnsUnknown, ["reason": Self.tail(error.message)])])
        }
        let addresses = targets.map { "\($0)".dropLast(":\(probe.options.port)".count) }
        guard !addresses.isEmpty else {
            return StepReport(.dns, [], [found(.dnsUnknown, ["reason": "there is none for it"])])
        }
        return StepReport(.dns, [addresses.joined(separator: ", ")])
    }

    func reach() -> StepReport {
        guard let probe, !targets.isEmpty else { return StepReport(skipped: .tcp, "not reached") }
        let attempts = probe.reach(targets)
        target = attempts.first { $0.failure == nil }?.target
        if let target {
            let deaf = attempts.compactMap { attempt in
                attempt.failure.map { "not \(attempt.target): \(Self.tail($0.message))" }
            }
            return StepReport(.tcp, ["\(target)"] + deaf)
        }
        // One that says no tells more than one that says nothing.
        let failures = attempts.compactMap(\.failure)
        let failure = failures.first { $0.code == .refused } ?? failures.first { $0.code != .timeout } ?? failures[0]
        let kind: FindingKind =
            switch failure.code {
            case .refused: .tcpRefused
            case .timeout: .tcpSilent
            default: .tcpUnreachable
            }
        let address = "\(targets[0])".dropLast(":\(probe.options.port)".count).filter { $0 != "[" && $0 != "]" }
        return StepReport(.tcp, [], [found(kind, ["reason": Self.tail(failure.message), "address": address])])
    }

    /// What follows the last colon of a message, its reason; all of one that has none. Ports have no space behind theirs.
    static func tail(_ message: String) -> String {
        let colon = message.indices.last { message[$0...].hasPrefix(": ") }
        return colon.map { String(message[$0...].dropFirst(2)) } ?? message
    }
}
