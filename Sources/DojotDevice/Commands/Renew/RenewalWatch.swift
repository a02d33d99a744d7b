import Dojot
import Enrollment
import MQTT
import PKI

/// Stays, and renews each identity when it becomes due, until SIGINT or SIGTERM comes.
struct RenewalWatch {
    /// What changed in the folder meanwhile, and a clock that was set, are noticed after this time at the latest.
    private static let longestSleep: Int64 = 3600

    private let command: Renew
    private let renewal: DeviceRenewal
    private let logins: PlatformLogins

    init(_ command: Renew, _ renewal: DeviceRenewal, _ logins: PlatformLogins) {
        (self.command, self.renewal, self.logins) = (command, renewal, logins)
    }

    func run(_ names: [DeviceName]) throws {
        let signals = try StopSignals()
        // Asked now: later nobody may be there to answer.
        guard try logins.canRepeat() else {
            throw Failure(
                .usage, "--watch needs a password: a token holds for a few minutes only",
                hint: "give the password with --password-file, and the user with --username")
        }
        for name in names { _ = try renewal.dueTime(name) }
        var schedule = RenewalSchedule()
        var told: String?
        while true {
            schedule.look(at: try names + command.allNames(), dueTime: renewal.dueTime)
            var due = schedule.due()
            while !due.isEmpty {
                if signals.wait(until: .now) != nil { return }
                let name = due.removeFirst()
                let outcome = try RenewalRound([name], printsJSON: command.printsJSON)
                    .pass(isTold: true, renewal.run)
                if !outcome.failed.isEmpty {
                    schedule.failed(name)
                } else if case .renewed = outcome.results.first {
                    schedule.postpone(name, try renewal.dueTime(name))
                }
            }
            schedule.look(at: try names + command.allNames(), dueTime: renewal.dueTime)
            // The next round may be days away.
            logins.forget()
            let next = schedule.next
            if next?.text != told {
                told = next?.text
                Console.note(told ?? "nothing to renew in \(command.store.store(for: nil).directory) yet")
            }
            let now = Timestamp.now.unixSeconds
            let pause = min(max(0, (next?.time ?? .max) - now), Self.longestSleep)
            if signals.wait(until: .after(Double(pause))) != nil { return }
        }
    }
}
