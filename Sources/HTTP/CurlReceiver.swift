import CLibCurl

/// Takes what libcurl hands over during one transfer, and no more of it than the limit.
final class CurlReceiver {
    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    /// Whether the answer was ended here since it was too large.
    private(set) var isTooLarge = false
    /// Whether the caller ended it.
    private(set) var wasInterrupted = false
    /// Whether the fields of the last answer came to their end.
    private(set) var hasAllFields = false
    /// Whether anything of an answer came.
    private(set) var hasAnswer = false
    private let limit: Int
    private var headerBytes = 0
    private let isInterrupted: () -> Bool

    /// The most bytes that the fields of an answer may have.
    private static let longestHeaders = 1 << 16

    init(limit: Int, isInterrupted: @escaping () -> Bool) {
        self.limit = limit
        self.isInterrupted = isInterrupted
    }

    /// Runs the handle's transfer into this receiver.
    func perform(_ handle: CurlHandle) -> CURLcode {
        let context = Unmanaged.passUnretained(self).toOpaque()
        handle.set(CURLOPT_WRITEFUNCTION, receive: takeBody)
        handle.set(CURLOPT_WRITEDATA, pointer: context)
        handle.set(CURLOPT_HEADERFUNCTION, receive: takeHeader)
        handle.set(CURLOPT_HEADERDATA, pointer: context)
        handle.set(CURLOPT_XFERINFOFUNCTION, progress: askWhetherToGoOn)
        handle.set(CURLOPT_XFERINFODATA, pointer: context)
        handle.set(CURLOPT_NOPROGRESS, 0)
        return withExtendedLifetime(self) { handle.perform() }
    }

    /// Takes a part of the content; false ends the transfer.
    fileprivate func take(body part: UnsafeRawBufferPointer) -> Bool {
        guard body.count + part.count <= limit else {
            isTooLarge = true
            return false
        }
        makeRoom(for: part.count)
        body.append(contentsOf: part)
        return true
    }

    /// An array that grows by itself would leave a copy where it was; the answer to a login holds a token.
    private func makeRoom(for count: Int) {
        guard body.count + count > body.capacity else { return }
        var larger: [UInt8] = []
        larger.reserveCapacity(max(2 * body.capacity, body.count + count))
        larger += body
        Secret.wipe(&body)
        body = larger
    }

    /// Takes one line before the content; false ends the transfer.
    fileprivate func take(header line: UnsafeRawBufferPointer) -> Bool {
        hasAnswer = true
        headerBytes += line.count
        guard headerBytes <= CurlReceiver.longestHeaders else {
            isTooLarge = true
            return false
        }
        let text = String(decoding: line, as: UTF8.self)
        // Each answer begins anew, as after "100 Continue"; the fields of the last one count.
        if text.hasPrefix("HTTP/") {
            headers.removeAll()
            hasAllFields = false
        } else if text.first?.isNewline == true {
            hasAllFields = true
        } else {
            headers.append(line: text.prefix { !$0.isNewline })
        }
        return true
    }

    fileprivate func goesOn() -> Bool {
        if isInterrupted() { wasInterrupted = true }
        return !wasInterrupted
    }
}

// What libcurl calls, on the thread that runs the transfer; the context is the receiver, which outlives the transfer.

private let takeBody: curl_library_receive = { bytes, size, count, context in
    guard let context else { return 0 }
    let receiver = Unmanaged<CurlReceiver>.fromOpaque(context).takeUnretainedValue()
    return receiver.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private let takeHeader: curl_library_receive = { bytes, size, count, context in
    guard let context else { return 0 }
    let receiver = Unmanaged<CurlReceiver>.fromOpaque(context).takeUnretainedValue()
    return receiver.take(header: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private let askWhetherToGoOn: curl_library_progress = { context, _, _, _, _ in
    guard let context else { return 1 }
    return Unmanaged<CurlReceiver>.fromOpaque(context).takeUnretainedValue().goesOn() ? 0 : 1
}
