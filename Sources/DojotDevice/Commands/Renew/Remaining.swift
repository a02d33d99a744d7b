import PKI

/// How much of its life a certificate has left, in words: "12 days left", "5 hours left", "expired 3 days ago".
struct Remaining: CustomStringConvertible {
    private let seconds: Int64

    init(of certificate: Certificate) {
        seconds = Timestamp.now.seconds(until: Timestamp(unixSeconds: certificate.notAfter))
    }

    var description: String {
        let distance = TimeDistance(seconds: seconds)
        return seconds < 0 ? "expired \(distance) ago" : "\(distance) left"
    }
}
