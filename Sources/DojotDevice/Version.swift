import HTTP
import MQTT
import PKI

/// The program's version, and those of the libraries that it runs on.
enum Version {
    static let program = "0.1.0"

    /// One name and version a line, the program's own first.
    static var lines: [String] {
        let curl = HTTPClient.libraryVersion?.split(separator: " ").first?.split(separator: "/").last
        return [
            "\(Console.programName) \(program)", OpenSSL.version, "libmosquitto \(MQTTLibrary.version)",
            "libcurl \(curl ?? "is not installed")",
        ]
    }
}
