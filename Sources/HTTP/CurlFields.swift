import CLibCurl

/// The request's header fields as libcurl wants them, freed with this value's owner.
final class CurlFields {
    private let library: CurlLibrary
    private(set) var list: UnsafeMutablePointer<curl_slist>?

    init(library: CurlLibrary, request: HTTPRequest) {
        self.library = library
        append("Accept: application/json")
        // libcurl would wait a second for "100 Continue" before a large body.
        append("Expect:")
        for field in request.headers.fields {
            // "Name;" is libcurl's way to send a field without a value.
            append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // A POST without a Content-Type would be sent as a form's.
        if request.headers["Content-Type"] == nil { append("Content-Type:") }
    }

    deinit { library.functions.slist_free_all(list) }

    private func append(_ line: String) {
        // A failure (no memory) gives null and leaves the list as it was.
        if let longer = library.functions.slist_append(list, line) { list = longer }
    }
}
