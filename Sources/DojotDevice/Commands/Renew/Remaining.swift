import PKI

/// How much of its life a certificate has left, in words: "12 days left", "5 hours left", "expired 3 days ago".
struct Remaining: CustomStringConvertible {
    private let seconds: Int64

    init(of certificate: Certificate) { self.init(seconds: certificate.notAfter - Timestamp.now.unixSeconds) }

    init(seconds: Int64) { self.seconds = seconds }

    var description: String { seconds < 0 ? "expired \(amount) ago" : "\(amount) left" }

    private var amount: String {
        let size = seconds.magnitude
        switch size {
        case 172_800...: return "\(size / 86_400) days"
        case 7200...: return "\(size / 3600) hours"
        case 120...: return "\(size / 60) minutes"
        default: return size == 1 ? "1 second" : "\(size) seconds"
        }
    }
}
