import Glibc
import MQTT
import Payload

/// The life of one simulated device: what is due is published, what comes is reported, until the end.
struct Simulation {
    /// When something is published, and when it is over; nil is never.
    struct Schedule {
        /// Seconds between two publications.
        let interval: Double?
        /// Publications until the end.
        let count: Int?
        /// Seconds until the end.
        let duration: Double?
    }

    let client: MQTTClient
    var device: SimulatedDevice
    let topics: DeviceTopics
    let schedule: Schedule
    let quality: QualityOfService
    /// Whether what comes on config is published as it is.
    let echoes: Bool
    var credentials: LiveCredentials
    var report: SimulationReport

    private var isStopped = false
    private var isSubscribed = false
    private var next: MonotonicTime?
    private var end: MonotonicTime?

    init(
        client: MQTTClient, device: SimulatedDevice, topics: DeviceTopics, schedule: Schedule,
        quality: QualityOfService, echoes: Bool, credentials: LiveCredentials, report: SimulationReport
    ) {
        (self.client, self.device, self.topics, self.schedule) = (client, device, topics, schedule)
        (self.quality, self.echoes, self.credentials, self.report) = (quality, echoes, credentials, report)
    }

    /// Connects, lives, and disconnects; SIGINT and SIGTERM are an end like any other.
    mutating func run() throws(MQTTError) {
        client.stopSignals = try StopSignals()
        try client.connectToNewSession()
        defer { if client.isConnected { client.discardSession() } }
        credentials.follow(client)
        try client.subscribe(Subscription([topics.config], qualityOfService: .atLeastOnce))
        defer { report.clear() }
        guard try awaitSubscription() else { return }
        report.began(every: schedule.interval)
        let start = MonotonicTime.now
        end = schedule.duration.map { start + $0 }
        next = schedule.interval == nil ? nil : start
        while try isAlive() {}
        try awaitAcknowledgements()
        report.ended(after: .now - start)
    }

    /// Waits for the broker to say that the device will be told; false where a stop signal came first.
    private mutating func awaitSubscription() throws(MQTTError) -> Bool {
        let limit = MonotonicTime.after(client.options.timeout)
        while !isSubscribed {
            guard MonotonicTime.now < limit else {
                throw MQTTError(
                    .timeout, "\(client.options.peer) did not answer the subscription to \(topics.config) in time")
            }
            guard try take(client.next(until: limit)) else { return false }
        }
        return true
    }

    /// Does what is due and takes in one thing that happened; false at the end.
    private mutating func isAlive() throws(MQTTError) -> Bool {
        let now = MonotonicTime.now
        if let end, end <= now { return false }
        if let next, next <= now { try publishDue(now) }
        if let count = schedule.count, report.published >= count { return false }
        report.showState(next: next.map { $0 - now })
        let redraw = report.secondsToRedraw.map { now + $0 }
        return try take(client.next(until: [next, end, redraw].compactMap(\.self).min()))
    }

    private mutating func publishDue(_ now: MonotonicTime) throws(MQTTError) {
        if let interval = schedule.interval, let due = next {
            // What was slept through is not made up for all at once.
            next = due + interval * max(1, ((now - due) / interval).rounded(.up))
        }
        guard client.isConnected else { return report.leftOut() }
        var payload: [UInt8] = []
        device.appendNextObject(to: &payload, at: WallClock.milliseconds)
        try client.publish(payload, to: topics.attrs, qualityOfService: quality)
        report.published(payload)
    }

    /// Takes in what happened; false where it is the end.
    private mutating func take(_ event: MQTTClient.Event) throws(MQTTError) -> Bool {
        for notice in [try credentials.take(event), credentials.use(client)] { if let notice { report.note(notice) } }
        switch event {
        case .message(let message): try hear(message)
        case .acknowledged: report.acknowledged()
        case .lost(let error, let pause): report.lost(error, pause: pause)
        case .connected: report.cameBack()
        case .subscribed(let reasons):
            isSubscribed = true
            if let refusal = reasons.first(where: { $0 >= 128 }) {
                throw MQTTError(
                    .subscribe(refusal), "the broker does not let this device subscribe to \(topics.config)",
                    hint: "its certificate may be for another device")
            }
        case .stopped:
            isStopped = true
            return false
        case .sessionLost, .unsubscribed, .inputReady, .filesChanged, .credentialsRefused, .deadline: break
        }
        return true
    }

    private mutating func hear(_ message: Message) throws(MQTTError) {
        report.received(message.payload)
        guard echoes, client.isConnected, (try? JSONSyntax.check(object: message.payload)) != nil else { return }
        try client.publish(message.payload, to: topics.attrs, qualityOfService: quality)
        report.echoed(message.payload)
    }

    /// Waits for what is on its way still; after a stop signal only shortly, and where there is a connection.
    private mutating func awaitAcknowledgements() throws(MQTTError) {
        if isStopped && !client.isConnected { return }
        let patience = isStopped ? min(2, client.options.timeout) : client.options.timeout
        let limit = MonotonicTime.after(patience)
        while report.outstanding > 0 {
            guard MonotonicTime.now < limit else {
                if isStopped { return }
                throw MQTTError(
                    .timeout,
                    "\(client.options.peer) acknowledged all but \(report.outstanding) publications within \(patience) s"
                )
            }
            if !(try take(client.next(until: limit))) { return }
        }
    }
}
