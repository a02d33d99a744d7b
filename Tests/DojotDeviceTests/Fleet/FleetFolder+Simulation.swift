import Foundation
import TestSupport

// `fleet simulate` with the devices of the folder, and what comes of it.
extension FleetFolder {
    /// What `--json` and `summary.json` hold, as far as it is looked at here.
    struct Run: Decodable {
        struct Operation: Decodable {
            let succeeded, failed: Int
            let failures: [String: Int]
        }

        struct Group: Decodable {
            let devices, connected, due, leftOut, received, disconnected, lost, returned: Int
            let operations: [String: Operation]
        }

        let duration: Double
        let mostConnected: Int
        let total: Group
        let cohorts: [String: Group]

        /// Reads it of a run that ended so.
        init(_ outcome: Outcome, status: Int32 = 0) throws {
            guard outcome.status == status else {
                throw SupportError("it ended with \(outcome.status): \(outcome.stderr)")
            }
            self = try JSONDecoder().decode(Run.self, from: Data(outcome.stdout.utf8))
        }
    }

    /// Runs it to its end.
    func simulate(_ arguments: [String], timeout: Double = 60) throws -> Outcome {
        try retrieval.program(["fleet", "simulate"] + arguments, timeout: timeout)
    }

    /// Starts it.
    func startSimulation(_ arguments: [String]) throws -> Child {
        try retrieval.start(["fleet", "simulate"] + arguments)
    }

    /// The values of a device's attribute that the platform has, oldest first.
    func history(_ device: String, _ attribute: String) throws -> [Double] {
        struct Sample: Decodable { let value: Double }
        let sandbox = retrieval.sandbox
        let answer = try sandbox.request(
            "GET", "/history/device/\(device)/history?attr=\(attribute)&firstN=100", token: sandbox.logIn())
        guard answer.status == 200 else { return [] }
        return try JSONDecoder().decode([Sample].self, from: Data(answer.body.utf8)).map(\.value)
    }

    /// Waits until the platform has so many values of an attribute; gives them.
    func history(_ device: String, _ attribute: String, atLeast count: Int) throws -> [Double] {
        let end = Date(timeIntervalSinceNow: 20)
        while Date() < end {
            let values = try history(device, attribute)
            if values.count >= count { return values }
            usleep(50_000)
        }
        return try history(device, attribute)
    }
}
