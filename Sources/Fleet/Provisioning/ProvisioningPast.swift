import Glibc

/// What an earlier run of the same provisioning has done.
public struct ProvisioningPast: Sendable {
    /// Devices with an identity in place, as they were named.
    public internal(set) var done: Set<String> = []
    /// What was made of each label prefix.
    var making: [String: Making] = [:]

    /// What was made under one label prefix.
    struct Making: Sendable {
        var template: Int?
        /// The devices, in the order of their making.
        var ids: [String] = []
        /// The batch that was begun last, and how many were to be in it.
        var lastLabel: String?
        var lastCount = 0
        /// How many of it are known.
        var lastMade = 0
        /// How many batches were begun.
        var batches = 0
    }
}

/// Reads a journal line by line.
struct JournalReader {
    let path: String
    let subject: ProvisioningJournal.Subject
    private(set) var past = ProvisioningPast()
    /// How many bytes of it are whole lines.
    private(set) var wholeBytes = 0

    init(path: String, subject: ProvisioningJournal.Subject) {
        (self.path, self.subject) = (path, subject)
    }

    mutating func read(_ descriptor: Int32) throws(FleetError) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var line: [UInt8] = []
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw FleetError(.cannotRead, "cannot read \(path): \(String(cString: strerror(errno)).lowercased())")
            }
            if count == 0 { return }
            for byte in chunk[..<count] {
                // What a loss of power leaves in the place of a line that was not on disk yet.
                if byte == 0 { return }
                line.append(byte)
                guard byte == UInt8(ascii: "\n") else { continue }
                try take(String(decoding: line.dropLast(), as: UTF8.self))
                wholeBytes += line.count
                line.removeAll(keepingCapacity: true)
            }
        }
    }

    private mutating func take(_ line: String) throws(FleetError) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        if wholeBytes == 0 { return try check(fields) }
        switch (fields[0], fields.count) {
        case ("done", 2): past.done.insert(fields[1])
        case ("template", 3): past.making[fields[1], default: .init()].template = Int(fields[2])
        case ("batch", 4):
            past.making[fields[1], default: .init()].batches += 1
            past.making[fields[1], default: .init()].lastLabel = fields[2]
            past.making[fields[1], default: .init()].lastCount = Int(fields[3]) ?? 0
            past.making[fields[1], default: .init()].lastMade = 0
        case ("made", 4):
            past.making[fields[1], default: .init()].ids.append(fields[3])
            past.making[fields[1], default: .init()].lastMade += 1
        default: throw FleetError(.otherJournal, "\(path) is no journal of this program: it has a line '\(fields[0])'")
        }
    }

    private func check(_ fields: [String]) throws(FleetError) {
        guard fields.count == 4, fields[0] == "provision" else {
            throw FleetError(.otherJournal, "\(path) is no journal of this program")
        }
        let found = ProvisioningJournal.Subject(gateway: fields[1], authorityName: fields[2], tenant: fields[3])
        guard found == subject else {
            throw FleetError(
                .otherJournal,
                "\(path) is of \(found.authorityName) at \(found.gateway), tenant \(found.tenant),"
                    + " not of \(subject.authorityName) at \(subject.gateway), tenant \(subject.tenant)",
                hint: "give another folder with --certs-dir for another platform")
        }
    }
}
