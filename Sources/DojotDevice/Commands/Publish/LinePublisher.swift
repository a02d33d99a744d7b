import MQTT
import Payload

/// Publishes each line of standard input, with a full window on its way, through lost connections.
struct LinePublisher {
    let publication: Publication
    let checksJSON: Bool
    let window: Int

    init(_ publication: Publication, checksJSON: Bool, window: Int) {
        (self.publication, self.checksJSON, self.window) = (publication, checksJSON, window)
    }

    func run(_ target: BrokerTarget) throws {
        var options = target.options
        // Exactly once needs a session that outlives a lost connection.
        let lasts = publication.quality == .exactlyOnce
        if lasts { options.makeSessionLast() }
        let client = try MQTTClient(options)
        client.stopSignals = try StopSignals()
        if lasts { try client.connectToNewSession() } else { try client.connect() }
        var credentials = target.liveCredentials()
        credentials?.follow(client)

        let stream = OutgoingStream(
            client, topic: publication.topic, qualityOfService: publication.quality, retain: publication.isRetained,
            properties: publication.properties, window: window, timeout: options.timeout)
        var reader = LineReader(0)
        var skipped = 0
        var report = ConnectionReport(options)
        while true {
            // What is on its way is waited for first: nothing need be sent twice for a renewed identity.
            let waits = credentials?.isWaiting(for: { stream.isEmpty || !client.isConnected }) == true
            if !waits { credentials?.use(client)?.print() }
            if !waits { try feed(stream, from: &reader, &skipped) }
            if reader.isFinished && stream.isEmpty { break }
            client.watchedInput = !reader.hasEnded && stream.hasRoom && !waits ? 0 : nil
            let event = try client.next(until: waits ? credentials?.patience : stream.deadline)
            try stream.handle(event)
            try credentials?.take(event)?.print()
            switch event {
            case .inputReady: try reader.fill()
            case .stopped(let signal):
                client.disconnect()
                throw MQTTError.stopped(
                    by: signal, "\(stream.completed) lines were \(done), line \(reader.lineNumber) was read")
            case .sessionLost:
                Console.warning("the broker lost the session: lines that were on their way may come twice")
            default: report.take(event)
            }
        }
        if lasts && target.options.cleanSession { client.discardSession() } else { client.disconnect() }
        if skipped > 0 {
            let what =
                skipped == 1
                ? "1 line was skipped: it is no JSON object, and the platform would drop it"
                : "\(skipped) lines were skipped: they are no JSON objects, and the platform would drop them"
            throw Failure(.dataError, what, hint: "--raw sends every line")
        }
    }

    private var done: String { publication.quality == .atMostOnce ? "sent" : "acknowledged" }

    /// Sends what has been read, as far as there is room.
    private func feed(_ stream: OutgoingStream, from reader: inout LineReader, _ skipped: inout Int) throws {
        while stream.hasRoom, let line = reader.next() {
            if checksJSON {
                do throws(PayloadError) {
                    try JSONSyntax.check(object: line)
                } catch {
                    skipped += 1
                    let place = error.position.map { " at column \($0.column)" } ?? ""
                    Console.warning("line \(reader.lineNumber) skipped: \(error.message)\(place)")
                    continue
                }
            }
            try stream.send(line, line: reader.lineNumber)
        }
        stream.flush()
    }
}
