import CLibCurl

/// libcurl, opened at the first request and kept open until the program ends.
struct CurlLibrary: @unchecked Sendable {
    // @unchecked: the pointers to functions are written once, before the value is shared, and libcurl's functions
    // may be called from any thread (https://curl.se/libcurl/c/threadsafe.html); each easy handle has one owner.

    /// The file that every release of libcurl since 2006 installs, whatever TLS library it is built with.
    static let fileName = "libcurl.so.4"

    let functions: curl_library

    /// The library, or why it cannot be had; made once, by whoever asks first.
    static let shared: Result<CurlLibrary, Missing> = open(fileName)

    /// Why libcurl cannot be used.
    struct Missing: Error {
        let reason: String
    }

    static func open(_ fileName: String) -> Result<CurlLibrary, Missing> {
        var functions = curl_library()
        if let reason = curl_library_open(fileName, &functions) {
            defer { free(reason) }
            return .failure(Missing(reason: String(cString: reason)))
        }
        // CURL_GLOBAL_DEFAULT is CURL_GLOBAL_SSL | CURL_GLOBAL_WIN32.
        let code = curl_library_init(&functions, Int(CURL_GLOBAL_SSL))
        guard code == CURLE_OK else {
            return .failure(Missing(reason: text(functions.easy_strerror(code))))
        }
        return .success(CurlLibrary(functions: functions))
    }

    /// "libcurl/7.88.1 OpenSSL/3.0.15 …", as the library tells it.
    var version: String { CurlLibrary.text(functions.version()) }

    /// libcurl's words for a code.
    func words(for code: CURLcode) -> String { CurlLibrary.text(functions.easy_strerror(code)) }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }
}
