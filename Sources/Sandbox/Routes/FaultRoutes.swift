/// `/_sandbox/faults`: what is to go wrong from now on; for whoever is on this machine, without a login.
struct FaultRoutes {
    private struct Order: Decodable {
        let rule: String?
        let rules: [String]?
    }

    private struct List: Encodable { let faults: [Faults.Report] }

    static func add(to router: inout Router, _ platform: Platform) {
        let (faults, relays) = (platform.faults, platform.brokers.relays)
        router.on("GET", "/_sandbox/faults", .loopback) { _ throws(Refusal) in .json(List(faults: faults.reports)) }
        router.on("POST", "/_sandbox/faults", .loopback) { call throws(Refusal) in
            // A page of elsewhere can send other types without asking this server (Fetch, section 4.9).
            guard call.request.hasJSONBody else { throw Refusal(415, "Content-Type must be application/json") }
            let order = try call.body(Order.self)
            var rules: [FaultRule] = []
            for text in (order.rule.map { [$0] } ?? []) + (order.rules ?? []) {
                do throws(SandboxError) {
                    rules.append(try FaultRule(text))
                } catch { throw Refusal(400, error.message) }
            }
            guard !rules.isEmpty else { throw Refusal(400, "missing rule") }
            guard !relays.isEmpty || !rules.contains(where: \.isAboutBroker) else {
                throw Refusal(409, "the broker has no relay: start dojot-sandbox with --broker-relay")
            }
            let numbers = faults.add(rules)
            for relay in relays { relay.take(numbers) }
            return .json(List(faults: faults.reports))
        }
        router.on("DELETE", "/_sandbox/faults", .loopback) { _ throws(Refusal) in
            faults.removeAll()
            for relay in relays { relay.letGo() }
            return .json(List(faults: []))
        }
    }
}
