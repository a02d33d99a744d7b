// For `environ`, a variable of C's: it is read when a program starts and has one thread, and only later are secrets taken out.
@preconcurrency import Glibc

/// The environment variables of this process.
public enum ProcessEnvironment {
    /// All of them, as they are now; the first of two with one name counts, as in getenv(3).
    public static var variables: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(preservingBytes: UnsafeRawBufferPointer(start: entry, count: strlen(entry)))
            if let equals = text.firstIndex(of: "="), variables[String(text[..<equals])] == nil {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}
