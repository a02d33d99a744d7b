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
        if let bearer = request.bearer { append("Authorization: Bearer ", bearer) }
        // A POST without a Content-Type would be sent as a form's.
        if request.headers["Content-Type"] == nil { append("Content-Type:") }
    }

    deinit { library.functions.slist_free_all(list) }

    /// libcurl copies the line and wipes its copy when it frees it.
    private func append(_ beginning: String, _ secret: Secret) {
        let count = beginning.utf8.count + secret.count + 1
        withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { line in
            line.copyBytes(from: beginning.utf8)
            secret.withBytes {
                UnsafeMutableRawBufferPointer(rebasing: line[beginning.utf8.count...]).copyBytes(from: $0)
            }
            line[count - 1] = 0
            line.withMemoryRebound(to: CChar.self) { append(text: $0.baseAddress) }
            Secret.wipe(line)
        }
    }

    private func append(_ line: String) { line.withCString { append(text: $0) } }

    private func append(text: UnsafePointer<CChar>?) {
        // A failure (no memory) gives null and leaves the list as it was.
        if let longer = library.functions.slist_append(list, text) { list = longer }
    }
}
