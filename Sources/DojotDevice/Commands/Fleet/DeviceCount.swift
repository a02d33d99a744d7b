extension Int {
    /// So many devices, in words: "1 device", "1000 devices".
    var deviceText: String { self == 1 ? "1 device" : "\(self) devices" }
}
