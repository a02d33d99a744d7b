/// How often a message may arrive; MQTT 3.1.1, section 4.3.
public enum QualityOfService: Int32, CaseIterable, Comparable, Sendable {
    case atMostOnce = 0
    case atLeastOnce = 1
    case exactlyOnce = 2

    public static func < (left: QualityOfService, right: QualityOfService) -> Bool { left.rawValue < right.rawValue }
}

/// The releases of the protocol that libmosquitto speaks.
public enum ProtocolVersion: Int32, CaseIterable, Sendable {
    case v31 = 3
    case v311 = 4
    case v5 = 5
}
