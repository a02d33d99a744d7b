import Foundation

/// How much the tests of endurance try: as much as fits among the others, or all that scripts/soak asks for.
public enum TestScale {
    /// Whether DOJOT_TEST_SCALE is "long".
    public static let isLong = ProcessInfo.processInfo.environment["DOJOT_TEST_SCALE"] == "long"

    /// One of two sizes of the same thing.
    public static func of<Size>(short: Size, long: Size) -> Size { isLong ? long : short }

    /// Says what was tried and what held, as a line of the file that DOJOT_TEST_REPORT names.
    public static func report(_ line: String) {
        guard let path = ProcessInfo.processInfo.environment["DOJOT_TEST_REPORT"],
            let file = FileHandle(forWritingAtPath: path)
        else { return }
        file.seekToEndOfFile()
        file.write(Data("\(line)\n".utf8))
        try? file.close()
    }
}
