@testable import HTTP
@testable import Sandbox

extension FuzzTarget {
    /// What the fields of an answer say, and URLs; the first byte chooses.
    static let http = FuzzTarget("http", longest: 1024) { bytes in
        let (number, rest) = bytes.choice
        let text = rest.text
        switch number % 4 {
        case 0:
            guard let seconds = HTTPDate.unixSeconds(of: text) else { return }
            // The day's name is not looked at, and a leap second is the next second.
            let again = Time.http(Double(seconds))
            guard text.dropFirst(5).dropLast(4).suffix(2) != "60" else { return }
            try require(again.dropFirst(3) == text.dropFirst(3), "a date is another when it is written: \(again)")
        case 1:
            let response = HTTPResponse(status: 503, headers: ["Retry-After": text, "Date": text], body: [])
            guard let seconds = response.retryAfter else { return }
            try require(seconds >= 0, "a server asks to wait for \(seconds) s")
        case 2:
            guard let url = HTTPURL(text) else { return }
            try requireHarmless(url.description, "a URL")
            try require(url.port > 0 && !url.host.isEmpty, "a URL leads nowhere")
            try require(HTTPURL(url.description) == url, "a URL is another when it is written")
        default:
            var headers = HTTPHeaders()
            for line in rest.words { headers.append(line: line[...]) }
            for field in headers.fields { _ = (headers[field.name], HTTPHeaders.canSend(field.name, field.value)) }
        }
    }
}
