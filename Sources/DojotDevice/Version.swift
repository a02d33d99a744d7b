import HTTP

/// The program's version, and those of the libraries that it runs on.
enum Version {
    static let program = "0.1.0"

    /// One name and version a line, the program's own first.
    static var lines: [String] {
        ["\(Console.programName) \(program)", "libcurl \(HTTPClient.libraryVersion ?? "is not installed")"]
    }
}
