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

    func run(_ given: MQTTClient.Options) throws {
        var options = given
        let lasts = publication.quality == .exactlyOnce
        if lasts { Self.makeSessionLast(&options) }
        let client = try MQTTClient(options)
        client.stopSignals = try StopSignals()
        let hadSession = try client.connect()
        if lasts && hadSession { try client.renewSession() }

        let stream = OutgoingStream(
            client, topic: publication.topic, qualityOfService: publication.quality, retain: publication.isRetained,
            properties: publication.properties, window: window, timeout: options.timeout)
        var reader = LineReader(0)
        var skipped = 0
        var report = ConnectionReport(options)
        while true {
            try feed(stream, from: &reader, &skipped)
            if reader.isFinished && stream.isEmpty { break }
            client.watchedInput = !reader.hasEnded && stream.hasRoom ? 0 : nil
            let event = try client.next(until: stream.deadline)
            try stream.handle(event)
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
        if lasts && given.cleanSession { client.discardSession() } else { client.disconnect() }
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
            try stream.send(line)
        }
        stream.flush()
    }

    /// Exactly once needs a session that outlives a lost connection.
    private static func makeSessionLast(_ options: inout MQTTClient.Options) {
        if options.clientIdentifier == nil {
            options.clientIdentifier = "dojot-device-\(UInt32.random(in: .min ... .max))"
        }
        guard options.cleanSession else { return }
        options.cleanSession = false
        guard options.version == .v5,
            !options.connectProperties.contains(where: { $0.identifier == SessionExpiry.identifier })
        else { return }
        options.connectProperties.append(Property(identifier: SessionExpiry.identifier, value: .int32(3600)))
    }
}
