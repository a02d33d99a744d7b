import CLibCurl

/// The owner of an easy handle, which makes one transfer, and of what libcurl writes to on its behalf.
final class CurlHandle {
    let library: CurlLibrary
    private let easy: UnsafeMutableRawPointer
    /// The connections that the handle uses, which must be freed after it.
    private let share: CurlShare
    /// Where libcurl writes what went wrong (CURLOPT_ERRORBUFFER), at one address for the handle's whole life.
    private let buffer: UnsafeMutablePointer<CChar>
    /// The first code with which an option that must hold was refused.
    private var refusal = CURLE_OK

    init(sharing share: CurlShare) throws(CurlLibrary.Missing) {
        guard let easy = share.library.functions.easy_init() else {
            throw CurlLibrary.Missing(reason: "no memory for a handle")
        }
        library = share.library
        self.share = share
        self.easy = easy
        buffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        buffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(CURLOPT_SHARE, pointer: share.share)
        set(CURLOPT_ERRORBUFFER, pointer: buffer)
    }

    deinit {
        library.functions.easy_cleanup(easy)
        buffer.deallocate()
    }

    /// Runs the transfer, unless an option that must hold was refused.
    func perform() -> CURLcode {
        refusal == CURLE_OK ? library.functions.easy_perform(easy) : refusal
    }

    /// What libcurl says of the code with which the last transfer ended.
    func words(for code: CURLcode) -> String {
        buffer[0] == 0 ? library.words(for: code) : String(cString: buffer)
    }

    func set(_ option: CURLoption, _ value: Int) {
        note(withUnsafePointer(to: library.functions) { curl_library_set_long($0, easy, option, value) })
    }

    /// Sets an option that older releases of libcurl may refuse.
    func `try`(_ option: CURLoption, _ value: Int) {
        _ = withUnsafePointer(to: library.functions) { curl_library_set_long($0, easy, option, value) }
    }

    func set(_ option: CURLoption, _ value: String) {
        note(withUnsafePointer(to: library.functions) { curl_library_set_string($0, easy, option, value) })
    }

    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        note(withUnsafePointer(to: library.functions) { curl_library_set_pointer($0, easy, option, pointer) })
    }

    func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
        note(withUnsafePointer(to: library.functions) { curl_library_set_list($0, easy, option, list) })
    }

    func set(_ option: CURLoption, receive: curl_library_receive) {
        note(withUnsafePointer(to: library.functions) { curl_library_set_receive($0, easy, option, receive) })
    }

    func set(_ option: CURLoption, progress: curl_library_progress) {
        note(withUnsafePointer(to: library.functions) { curl_library_set_progress($0, easy, option, progress) })
    }

    func set(openSocket callback: curl_opensocket_callback) {
        note(withUnsafePointer(to: library.functions) { curl_library_set_open_socket($0, easy, callback) })
    }

    func number(_ info: CURLINFO) -> Int {
        withUnsafePointer(to: library.functions) { curl_library_get_long($0, easy, info) }
    }

    /// The subject alternative names in the server's certificate, as OpenSSL writes them: "DNS:localhost, IP Address:…".
    var alternativeNames: String? {
        guard let chain = withUnsafePointer(to: library.functions, { curl_library_get_certificates($0, easy) }),
            chain.pointee.num_of_certs > 0
        else { return nil }
        var entry = chain.pointee.certinfo[0]
        while let line = entry {
            let text = String(cString: line.pointee.data)
            let label = "X509v3 Subject Alternative Name:"
            if text.hasPrefix(label) { return String(text.dropFirst(label.count)) }
            entry = line.pointee.next
        }
        return nil
    }

    private func note(_ code: CURLcode) {
        if refusal == CURLE_OK { refusal = code }
    }
}
