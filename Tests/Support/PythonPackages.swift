import Foundation

/// The packages of PyPI that tests need, in an environment of their own (python3 -m venv), made once and kept in .build.
public enum PythonPackages {
    /// The python that has Locust and what checks Kubernetes' manifests.
    ///
    /// - Throws: where it cannot be made: without PyPI, a test of Locust's master fails, since it has tested nothing.
    public static func python() throws -> String { try made.get() }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let made = Result { try make() }

    private static func make() throws -> String {
        let lists = ["locust", "kubernetes"].map { root.appendingPathComponent("scripts/\($0)/requirements.txt").path }
        let wanted = try lists.map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
        let folder = root.appendingPathComponent(".build/python")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Another run of the tests may be making it.
        let lock = open(folder.path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw SupportError("cannot lock \(folder.path)") }
        defer { close(lock) }

        let python = folder.path + "/environment/bin/python"
        let mark = folder.appendingPathComponent("installed")
        if (try? String(contentsOf: mark, encoding: .utf8)) == wanted { return python }
        try run("/usr/bin/python3", ["-m", "venv", "--clear", folder.path + "/environment"], timeout: 300)
        let files = lists.flatMap { ["--requirement", $0] }
        try run(
            python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"] + files,
            timeout: 1800)
        try wanted.write(to: mark, atomically: true, encoding: .utf8)
        return python
    }

    private static func run(_ program: String, _ arguments: [String], timeout: Double) throws {
        let outcome = try Child.run(program, arguments, timeout: timeout)
        guard outcome.status == 0 else {
            throw SupportError(
                """
                \(program) \(arguments.joined(separator: " ")) failed: is python3-venv installed (scripts/setup --for test), and PyPI \
                to be reached? \(outcome.stderr.suffix(600))
                """)
        }
    }
}
