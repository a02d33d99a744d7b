import CMosquitto

/// OpenSSL's error queue (ERR_get_error(3)).
enum OpenSSLErrors {
    /// Empties the queue; the texts in the order they arose, "; " between them.
    static func drain() -> String {
        var texts: [String] = []
        while true {
            let error = ERR_get_error()
            if error == 0 { break }
            let text = ERR_reason_error_string(error).map { String(cString: $0) } ?? "error \(error)"
            if !texts.contains(text) { texts.append(text) }
        }
        return texts.isEmpty ? "no reason given" : texts.joined(separator: "; ")
    }
}
