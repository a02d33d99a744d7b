import CommandLineKit
import MQTT

/// The message that the broker publishes where the program goes without saying so.
struct WillOptions: ParsableArguments {
    @Option(.long("will-topic"), help: "The topic of the will.", valueName: "topic")
    var topic: String?

    @Option(.long("will-payload"), help: "The message of the will; else it is empty.", valueName: "message")
    var payload: String?

    @Option(.long("will-qos"), help: "The quality of service of the will.", valueName: "level")
    var quality: QualityArgument?

    @Flag(.long("will-retain"), help: "The broker keeps the will for those who subscribe later.")
    var isRetained: Bool

    func validate() throws(UsageError) {
        guard topic == nil, payload != nil || quality != nil || isRetained else { return }
        throw UsageError("--will-payload, --will-qos and --will-retain need --will-topic")
    }

    func will(properties: [Property]) -> Will? {
        topic.map {
            Will(
                topic: $0, payload: Array((payload ?? "").utf8), qualityOfService: quality?.level ?? .atMostOnce,
                isRetained: isRetained, properties: properties)
        }
    }
}
