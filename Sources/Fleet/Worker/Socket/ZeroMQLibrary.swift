import CZeroMQ

/// libzmq, opened when a master is joined and kept open until the program ends.
struct ZeroMQLibrary: @unchecked Sendable {
    // @unchecked: the pointers to functions are written once, before the value is shared; a socket is used by one thread.

    /// The file that every libzmq from 3.3 on installs.
    static let fileName = "libzmq.so.5"

    let functions: zmq_library

    /// The library, or why it cannot be had; made once, by whoever asks first.
    static let shared: Result<ZeroMQLibrary, FleetError> = open(fileName)

    static func open(_ fileName: String) -> Result<ZeroMQLibrary, FleetError> {
        var functions = zmq_library()
        if let reason = zmq_library_open(fileName, &functions) {
            defer { free(reason) }
            return .failure(
                FleetError(
                    .libraryMissing, "cannot load libzmq: \(String(cString: reason))",
                    hint: "install it: apt-get install libzmq5"))
        }
        return .success(ZeroMQLibrary(functions: functions))
    }

    /// What the last call of this thread failed with.
    var lastError: Int32 { functions.error() }

    /// libzmq's words for an error.
    func words(for code: Int32) -> String { functions.strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
