/// What the device manager and the history mean by their refusals.
enum DeviceMeaning {
    /// On the routes of devices and templates.
    static func ofDevices(_ status: Int, _ words: String) -> (code: DojotError.Code, reason: String)? {
        switch status {
        case 404 where says(words, "no such device", "device not found"):
            (.unknownDevice, "the platform has no such device")
        case 400 where says(words, "no such template"), 404 where says(words, "no such template"):
            (.requestRefused, "the platform has no such template (\(words))")
        case 403 where says(words, "not configurable"):
            (.notActuator, "the platform says: \(words)")
        case 400: (.requestRefused, words.isEmpty ? "the platform does not take it" : "the platform says: \(words)")
        default: nil
        }
    }

    /// Whether a 404 of the history only means that there is none.
    static func saysNoData(_ words: String?) -> Bool { words.map { says($0, "no data") } ?? false }

    private static func says(_ words: String, _ parts: String...) -> Bool {
        let lowered = words.lowercased()
        return parts.contains { lowered.contains($0) }
    }
}
