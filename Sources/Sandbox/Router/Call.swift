/// One request on its way through a route.
struct Call: Sendable {
    let request: Request
    let parameters: [String: String]
    /// Who asks; nil on routes that are open.
    let user: User?
    /// What is to go wrong with the answer.
    let effects: FaultEffects

    /// A parameter of the path that the route names.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The body as JSON of a shape.
    func body<Value: Decodable>(_ type: Value.Type) throws(Refusal) -> Value {
        guard let value = JSON.decode(type, from: request.body) else {
            throw Refusal(400, "malformed JSON in the request's body")
        }
        return value
    }
}
