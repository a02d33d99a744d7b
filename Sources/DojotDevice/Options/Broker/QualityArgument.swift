import CommandLineKit
import MQTT

/// A quality of service: 0, 1 or 2.
enum QualityArgument: String, CaseIterable, ExpressibleByArgument {
    case atMostOnce = "0"
    case atLeastOnce = "1"
    case exactlyOnce = "2"

    var level: QualityOfService {
        switch self {
        case .atMostOnce: .atMostOnce
        case .atLeastOnce: .atLeastOnce
        case .exactlyOnce: .exactlyOnce
        }
    }
}
