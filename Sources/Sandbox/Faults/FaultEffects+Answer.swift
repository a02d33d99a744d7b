extension FaultEffects {
    /// The answer to a request that meets this fault; `work` does what it asks for.
    func answer(doing work: () -> Response) -> Answer {
        if breakage == .refused { return Answer(response: Response(), delay: delay, form: .broken(.silent(.reset))) }
        var response = status.map { Self.refusal($0) } ?? work()
        if let retryAfter { response.headers.append(("Retry-After", "\(retryAfter)")) }
        if let retryAfterDate {
            response.headers.append(("Retry-After", Time.http(Time.now + Double(retryAfterDate))))
        }
        switch body {
        case .html:
            let text = "<html><head><title>\(response.status)</title></head><body><h1>nginx</h1></body></html>\r\n"
            response.headers.removeAll { $0.name == "Content-Type" }
            response.headers.append(("Content-Type", "text/html"))
            response.body = Array(text.utf8)
        case .notJSON: response.body = Array("{\"certificate\": MII".utf8)
        case .empty: response.body = []
        case nil: break
        }
        return Answer(response: response, delay: delay, form: form(of: response.body.count))
    }

    /// How a body of so many bytes is sent.
    private func form(of count: Int) -> Answer.Form {
        switch breakage {
        case nil, .refused: .whole
        case .dropped: .broken(.silent(.close))
        case .cut(let end): .broken(Answer.Broken(promised: count, sent: min(end, count), ending: .close))
        case .reset(let end): .broken(Answer.Broken(promised: count, sent: min(end, count), ending: .reset))
        // Nothing ends the connection where more was promised than comes: whoever waits for the rest waits for ever.
        case .wrongLength(let size):
            .broken(Answer.Broken(promised: max(0, count + size), sent: count, ending: size > 0 ? .silence : .close))
        case .endless: .endless
        }
    }

    private static func refusal(_ status: Int) -> Response {
        let texts = [
            429: "API rate limit exceeded", 502: "An invalid response was received from the upstream server",
            503: "Service unavailable", 504: "The upstream server is timing out",
        ]
        struct Message: Encodable { let message: String }
        return .json(Message(message: texts[status] ?? "fault injected by dojot-sandbox"), status: status)
    }
}
