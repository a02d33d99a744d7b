import Glibc

/// Says which file is missing before OpenSSL says only that one is.
enum FileCheck {
    static func readable(_ path: String, _ what: String) throws(MQTTError) {
        guard access(path, R_OK) != 0 else { return }
        let reason = String(cString: strerror(errno))
        throw MQTTError(.fileMissing, "cannot read \(what) \(path): \(reason)")
    }
}
