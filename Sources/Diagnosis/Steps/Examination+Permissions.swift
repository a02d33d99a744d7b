import Dojot
import MQTT

// What the broker lets the device do.
extension Examination {
    /// Stores nothing: the platform takes each member of a message for an attribute, and here is none.
    private static let emptyMessage = Array("{}".utf8)

    func subscribe() -> StepReport {
        guard case .open(let session) = opening, let topic = subject.configTopic else {
            return StepReport(skipped: .config, "not reached")
        }
        let answer: ProbeSession.Answer
        do throws(MQTTError) {
            answer = try session.subscribe(to: topic)
        } catch {
            return StepReport(.config, [], [ofEnd(error)])
        }
        switch answer {
        case .accepted: return StepReport(.config, ["may subscribe to \(topic)"])
        case .refused(let reason):
            let words = reason == 128 ? "" : " (\(ReasonCode.text(reason)))"
            return StepReport(
                .config, [], [found(.subscribeRefused, ["topic": topic, "reason": words, "wanted": wanted("config")])])
        case .closed(let error):
            // The session is of no use any more; publishing opens another.
            reopen()
            return StepReport(.config, [], [ofEnd(error)])
        case .silent:
            return StepReport(.config, [], [found(.sessionSilent, ["request": "the subscription to \(topic)"])])
        }
    }

    func publish() -> StepReport {
        guard case .open(let session) = opening, let topic = subject.attrsTopic else {
            return StepReport(skipped: .attrs, "not reached")
        }
        guard subject.publishes else { return StepReport(skipped: .attrs, "not tried (--no-publish)") }
        var answer = publish(on: session, topic)
        if case .closed = answer {
            // By chance, by another client of the same name, or in answer: the second time tells.
            reopen()
            guard case .open(let second) = opening else { return StepReport(skipped: .attrs, "not reached") }
            answer = publish(on: second, topic)
        }
        switch answer {
        case .accepted:
            if session.version != .v5 { session.leave() }
            return ofAcknowledgement(session.version, topic)
        case .refused(let reason): return refused(topic, " (\(ReasonCode.text(reason)))")
        case .closed(let error) where error.code == .takenOver: return StepReport(.attrs, [], [ofEnd(error)])
        case .closed: return refused(topic, ": it ends the connection")
        case .silent:
            return StepReport(.attrs, [], [found(.sessionSilent, ["request": "a message to \(topic)"])])
        }
    }

    /// Before MQTT 5 an acknowledgement need not mean that the message was accepted. That of dojot's brokers does: Mosca and
    /// VerneMQ close the connection on a publication that is not allowed (dojot/iotagent-mosca v0.4.4-rc.1, VerneMQ 1.10). A
    /// broker that the profile calls one of them and that speaks MQTT 5 is another one; it reports the refusal under MQTT 5.
    private func ofAcknowledgement(_ version: ProtocolVersion, _ topic: String) -> StepReport {
        guard version != .v5 else { return StepReport(.attrs, ["may publish to \(topic)"]) }
        if subject.brokerKind != nil {
            guard var options = probe?.options else { return StepReport(skipped: .attrs, "not reached") }
            options.timeout = min(options.timeout, 3)
            guard let session = try? BrokerProbe(options).open(version: .v5) else {
                return StepReport(.attrs, ["may publish to \(topic)"])
            }
            switch publish(on: session, topic) {
            case .accepted: return StepReport(.attrs, ["may publish to \(topic)"])
            case .refused(let reason): return refused(topic, " (\(ReasonCode.text(reason)))")
            case .closed, .silent: break
            }
        }
        return StepReport(
            skipped: .attrs, "not known: it acknowledges, but before MQTT 5 this broker need not report a refusal")
    }

    private func publish(on session: ProbeSession, _ topic: String) -> ProbeSession.Answer {
        do throws(MQTTError) {
            return try session.publish(Self.emptyMessage, to: topic)
        } catch {
            return .closed(error)
        }
    }

    private func refused(_ topic: String, _ reason: String) -> StepReport {
        StepReport(
            .attrs, [], [found(.publishRefused, ["topic": topic, "reason": reason, "wanted": wanted("attrs")])])
    }

    /// Connects once more, by the version that the broker spoke.
    private func reopen() {
        guard case .open(let session) = opening, let probe else { return }
        let version = session.version
        opening = .notTried
        do throws(MQTTError) {
            opening = .open(try probe.open(version: version))
        } catch {
            opening = .failed(error)
        }
    }

    private func ofEnd(_ error: MQTTError) -> Finding {
        error.code == .takenOver ? found(.sessionTaken) : found(.sessionDropped, ["reason": Self.tail(error.message)])
    }

    /// The device's own topic, as far as it is known.
    private func wanted(_ name: String) -> String {
        let (tenant, device) = (subject.tenant ?? "TENANT", subject.device ?? "DEVICE")
        return subject.brokerKind == .vernemq ? "\(tenant):\(device)/\(name)" : "/\(tenant)/\(device)/\(name)"
    }
}
