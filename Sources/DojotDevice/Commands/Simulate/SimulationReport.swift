import MQTT
import Payload

/// What `simulate` tells of itself: what comes on config on standard output, all else on standard error, with a line of
/// its state where that is a terminal; or, as JSON, everything on standard output.
struct SimulationReport {
    let device: String
    let peer: String
    /// At QoS 0 nothing is acknowledged.
    let countsAcknowledgements: Bool
    let printsJSON: Bool
    let isVerbose: Bool

    private(set) var published = 0
    private var echoes = 0
    private var answered = 0
    private var receivedMessages = 0
    private var leftOutCount = 0
    private var lastPayload: [UInt8] = []
    private var isLost = false
    private var status = StatusLine()

    init(device: String, peer: String, countsAcknowledgements: Bool, printsJSON: Bool, isVerbose: Bool) {
        (self.device, self.peer, self.countsAcknowledgements) = (device, peer, countsAcknowledgements)
        (self.printsJSON, self.isVerbose) = (printsJSON, isVerbose)
    }

    /// Publications that were not sent (QoS 0) or not acknowledged (QoS 1) yet.
    var outstanding: Int { published + echoes - answered }

    // MARK: - What happened

    mutating func began(every interval: Double?) {
        if printsJSON { return event("connected", text: ["device": device, "broker": peer]) }
        let doing = interval.map { "publishing every \(Period(seconds: $0))" } ?? "listening"
        note("\(device) is connected to \(peer), \(doing); Ctrl-C ends it")
    }

    mutating func published(_ payload: [UInt8]) {
        published += 1
        sent(payload, as: "published")
    }

    mutating func echoed(_ payload: [UInt8]) {
        echoes += 1
        sent(payload, as: "echoed")
    }

    mutating func acknowledged() { answered += 1 }

    /// A publication was due while there was no connection.
    mutating func leftOut() { leftOutCount += 1 }

    mutating func received(_ payload: [UInt8]) {
        receivedMessages += 1
        if printsJSON { return event("received", payload: payload) }
        guard let line = SimulationReport.line(payload) else {
            status.clear()
            return Console.warning("what came on config is no JSON, and not shown: \(payload.count) bytes")
        }
        status.clear()
        Console.result(json: line)
    }

    mutating func lost(_ error: MQTTError, pause: Double) {
        // What was not sent at QoS 0 never will be.
        if !countsAcknowledgements { answered = published + echoes }
        if printsJSON { return event("lost", text: ["code": error.code.rawValue, "message": error.message]) }
        if isLost { return }
        isLost = true
        status.clear()
        Console.warning("\(error.message); trying to come back")
    }

    mutating func cameBack() {
        isLost = false
        if printsJSON { return event("reconnected") }
        note("connected to \(peer) again")
    }

    /// A renewed identity is gone over to, or cannot be.
    mutating func note(_ notice: LiveCredentials.Notice) {
        if printsJSON {
            return event(
                notice.reason == nil ? "renewed" : "not_renewed", text: ["message": notice.reason ?? notice.description]
            )
        }
        status.clear()
        notice.print()
    }

    mutating func ended(after seconds: Double) {
        if printsJSON {
            return event(
                "ended",
                numbers: [
                    ("published", published), ("echoed", echoes),
                    ("acknowledged", countsAcknowledgements ? answered : 0), ("received", receivedMessages),
                    ("left_out", leftOutCount),
                ])
        }
        note("\(counts(acknowledgements: true)) in \(Period(seconds: (seconds * 100).rounded() / 100))")
    }

    // MARK: - The line of state

    /// Takes the line of state away, before something else prints.
    mutating func clear() { status.clear() }

    /// When the line of state should be shown again, if it shows at all.
    var secondsToRedraw: Double? { status.isActive && !printsJSON ? 1 : nil }

    mutating func showState(next: Double?) {
        guard status.isActive, !printsJSON else { return }
        var parts = [counts(acknowledgements: outstanding > 1)]
        if isLost {
            parts.append("no connection")
        } else if let next {
            parts.append("next in \(Int(max(0, next).rounded(.up))) s")
        }
        if !lastPayload.isEmpty { parts.append(String(decoding: lastPayload, as: UTF8.self)) }
        status.show("\(device): " + parts.joined(separator: "; "))
    }

    private func counts(acknowledgements: Bool) -> String {
        var parts = ["\(published) published"]
        if echoes > 0 { parts.append("\(echoes) echoed") }
        if acknowledgements && countsAcknowledgements { parts.append("\(answered) acknowledged") }
        parts.append("\(receivedMessages) received")
        if leftOutCount > 0 { parts.append("\(leftOutCount) left out") }
        return parts.joined(separator: ", ")
    }

    // MARK: - Printing

    private mutating func sent(_ payload: [UInt8], as name: String) {
        lastPayload = payload
        if printsJSON { return event(name, payload: payload) }
        if isVerbose { note("\(name) \(SimulationReport.line(payload) ?? "")") }
    }

    private mutating func note(_ line: String) {
        status.clear()
        Console.note(line)
    }

    private mutating func event(
        _ name: String, text: KeyValuePairs<String, String> = [:], numbers: [(String, Int)] = [],
        payload: [UInt8]? = nil
    ) {
        var line = Array(#"{"event":"\#(name)","time":\#(WallClock.milliseconds)"#.utf8)
        for (name, value) in text {
            line += Array(#","\#(name)":"#.utf8)
            JSONText.append(string: value, to: &line)
        }
        for (name, value) in numbers { line += Array(#","\#(name)":\#(value)"#.utf8) }
        if let payload {
            line += Array(#","payload":"#.utf8)
            if let value = SimulationReport.line(payload) {
                line += Array(value.utf8)
            } else {
                JSONText.append(string: String(decoding: payload, as: UTF8.self), to: &line)
            }
        }
        status.clear()
        Console.result(json: String(decoding: line, as: UTF8.self) + "}")
    }

    /// A payload that is JSON, on one line; nil where it is none.
    private static func line(_ payload: [UInt8]) -> String? {
        guard (try? JSONSyntax.check(value: payload)) != nil else { return nil }
        // Inside strings JSON has no bare line breaks, so those that are there are white space.
        let line = payload.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        return String(decoding: line, as: UTF8.self)
    }
}
