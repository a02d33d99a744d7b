import MQTT

/// Subscribes and prints what comes, through lost connections, until the end that was asked for.
struct Receiver {
    private let subscription: Subscription
    private let selection: SelectionOptions
    private let unsubscribeProperties: [Property]
    private var printer: MessagePrinter
    private var handled = 0
    /// Publications that make the broker forget a kept message, and are not acknowledged.
    private var removals: Set<Int32> = []
    private var isOver = false

    init(
        _ subscription: Subscription, _ selection: SelectionOptions, unsubscribeProperties: [Property],
        printer: MessagePrinter
    ) {
        self.subscription = subscription
        self.selection = selection
        self.unsubscribeProperties = unsubscribeProperties
        self.printer = printer
    }

    mutating func run(_ given: MQTTClient.Options, _ credentials: LiveCredentials?) throws {
        var credentials = credentials
        var options = given
        let lasts = Self.mustLast(options, credentials, subscription.qualityOfService)
        if lasts { options.makeSessionLast() }
        let client = try MQTTClient(options)
        client.stopSignals = try StopSignals()
        client.mostEventsAtOnce = mostEventsAtOnce
        if lasts { try client.connectToNewSession() } else { try client.connect() }
        defer { if lasts && client.isConnected { client.discardSession() } else { client.disconnect() } }
        credentials?.follow(client)
        try client.subscribe(subscription)
        for filter in selection.unsubscribes {
            try client.unsubscribe(filter, properties: unsubscribeProperties)
        }
        let end = selection.wait.map { MonotonicTime.after($0) }
        var report = ConnectionReport(options)
        do {
            while !isOver || !removals.isEmpty {
                // What is waiting already is printed together.
                if !client.hasEvents { try printer.flush() }
                let event = try client.next(until: end)
                report.take(event)
                try credentials?.take(event)?.print()
                credentials?.use(client)?.print()
                try take(event, client)
                client.mostEventsAtOnce = mostEventsAtOnce
            }
            try printer.flush()
        } catch is OutputBuffer.ReaderGone {
            // As where head(1) has had enough: an end like any other.
        } catch {
            try? printer.flush()
            throw error
        }
    }

    /// Whether the broker must keep the session while a renewed identity is gone over to, or what it has for us meanwhile would be lost.
    private static func mustLast(
        _ options: MQTTClient.Options, _ credentials: LiveCredentials?, _ quality: QualityOfService
    ) -> Bool {
        credentials?.isOfDevice == true && quality != .atMostOnce && options.cleanSession && !options.hasSessionExpiry
    }
}

extension Receiver {
    private mutating func take(_ event: MQTTClient.Event, _ client: MQTTClient) throws {
        switch event {
        case .message(let message): if !isOver { try handle(message, client) }
        case .subscribed(let reasons):
            try check(reasons)
            if selection.endsSubscribed { isOver = true }
        case .acknowledged(let identifier, _): removals.remove(identifier)
        case .deadline: throw Failure(.waitExpired, "--wait ended before the messages that were asked for had come")
        case .stopped: end()
        case .lost, .connected, .sessionLost, .unsubscribed, .inputReady, .filesChanged, .credentialsRefused: break
        }
    }

    /// What is read beyond the end would be lost to a session that lasts.
    private var mostEventsAtOnce: Int {
        if selection.endsSubscribed || selection.wantsRetainedOnly { return 1 }
        guard let count = selection.count else { return MQTTClient.usualEventsAtOnce }
        return max(1, min(count - handled, MQTTClient.usualEventsAtOnce))
    }

    private mutating func handle(_ message: Message, _ client: MQTTClient) throws {
        if selection.wantsRetainedOnly && !message.isRetained {
            isOver = true
            return
        }
        if message.isRetained && selection.omitsRetained { return }
        if selection.filteredOut.contains(where: { TopicFilter.matches(message.topic, $0) }) { return }
        if message.isRetained && selection.removesRetained && client.isConnected {
            removals.insert(
                try client.publish([], to: message.topic, qualityOfService: .atLeastOnce, retain: true))
        }
        if selection.percentage >= 100 || Double.random(in: 0..<100) < selection.percentage {
            try printer.print(message)
        }
        handled += 1
        if handled == selection.count { isOver = true }
    }

    private func check(_ reasons: [Int]) throws(MQTTError) {
        for (filter, reason) in zip(subscription.filters, reasons) where reason >= 128 {
            let text = reason == 128 ? "" : ": \(ReasonCode.text(reason))"
            throw MQTTError(
                .subscribe(reason), "the broker refuses the subscription to \(filter)\(text)",
                hint: "a device may subscribe to its own topic only, as the platform writes it")
        }
    }

    private mutating func end() {
        isOver = true
        removals = []
    }
}
