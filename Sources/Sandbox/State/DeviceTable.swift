/// The devices, in the order of their making, each found at once by its id.
struct DeviceTable: Sendable, Sequence {
    /// With a hole where one was removed, so that the places of the others stay theirs.
    private var places: [Device?] = []
    private var indices: [String: Int] = [:]

    var count: Int { indices.count }

    subscript(id: String) -> Device? { indices[id].flatMap { places[$0] } }

    /// Adds one; where it is there already, it becomes this one.
    mutating func add(_ device: Device) {
        if let index = indices[device.id] {
            places[index] = device
        } else {
            indices[device.id] = places.count
            places.append(device)
        }
    }

    mutating func remove(_ id: String) {
        guard let index = indices.removeValue(forKey: id) else { return }
        places[index] = nil
        if places.count > 2 * indices.count + 64 { close() }
    }

    func makeIterator() -> some IteratorProtocol<Device> { places.lazy.compactMap(\.self).makeIterator() }

    /// Some of them, by their positions in the order.
    subscript(range: Range<Int>) -> [Device] {
        if places.count == indices.count { return places[range].compactMap(\.self) }
        return Array(lazy.compactMap(\.self).dropFirst(range.lowerBound).prefix(range.count))
    }

    /// Closes the holes.
    private mutating func close() {
        places = places.filter { $0 != nil }
        indices = [:]
        for (index, device) in places.enumerated() {
            if let device { indices[device.id] = index }
        }
    }
}
