/// Requests as EJBCA-REST reads them (RESTmain.py, v0.4.2).
extension Call {
    /// The body as JSON of a shape, in a request that says that it is JSON.
    func restBody<Value: Decodable>(_ type: Value.Type) throws(Refusal) -> Value {
        guard request.hasJSONBody else { throw Refusal(400, "invalid mimetype") }
        guard let value = JSON.decode(type, from: request.body) else { throw Refusal(400, "malformed JSON") }
        return value
    }
}

extension Request {
    /// Whether the query says "True" or "true" for the name; what holds where it does not name it.
    func restFlag(_ name: String, or fallback: Bool) -> Bool {
        query(name).map { ["True", "true"].contains($0) } ?? fallback
    }
}
