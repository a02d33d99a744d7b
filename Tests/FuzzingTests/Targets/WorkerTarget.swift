@testable import Fleet

extension FuzzTarget {
    /// What a Locust master sends, or somebody in its place.
    static let locust = FuzzTarget("locust", longest: 4096) { bytes in
        if case .spawn(let order) = try? MasterMessage(frame: bytes) {
            try require(
                (0...SpawnOrder.mostUsers).contains(order.users.total), "an order of \(order.users.total) users")
            _ = (order.options.text("broker"), try? order.options.integer("qos"), order.options.isSet("reset_stats"))
        }
        guard let value = try? MessagePackReader.value(of: bytes) else { return }
        // Not the value itself: a number that is none does not equal itself.
        let written = value.encoded
        let again = try? MessagePackReader.value(of: written)
        try require(again?.encoded == written, "a value is another when it is written")
        try require(written.count <= 2 * bytes.count, "a value is more than twice as long when it is written")
    }
}
