import BrokerAccess
import Threads

/// Ends the sessions of devices that connect by another client identifier than `TENANT:DEVICE`, where the broker is like Mosca.
///
/// mosquitto asks the plugin nothing where a certificate says who it is, and its `clientid_prefixes` tells tenants apart, not devices: so
/// its log is read, and who should not be there is put out at once. By its access list such a session could do no more than its
/// own device may.
final class ClientWatch: Sendable {
    private let access: AccessSettings
    private let control = Guarded<BrokerControl?>(nil)

    init(_ access: AccessSettings) { self.access = access }

    /// Gives it the connection by which it acts.
    func begin(with control: BrokerControl) { self.control.withLock { $0 = control } }

    /// Reads one line of the log.
    func look(at line: String) {
        guard let client = Self.client(in: line), client.name != access.controlName, !client.name.isEmpty else {
            return
        }
        let prefix = access.topics.tenant + ":"
        let device = client.name.hasPrefix(prefix) ? String(client.name.dropFirst(prefix.count)) : client.name
        guard client.identifier != prefix + device else { return }
        control.withLock { $0 }?.order([.drop(name: client.name)])
    }

    /// The identifier and the user name in "New client connected from ADDRESS as IDENTIFIER (p2, c1, k60, u'NAME').".
    static func client(in line: String) -> (identifier: String, name: String)? {
        guard line.hasPrefix("New client connected from "), line.hasSuffix("')."),
            let start = line.range(of: " as ")?.upperBound,
            let end = line.range(of: " (p", backwards: true)?.lowerBound, start <= end,
            let name = line.range(of: ", u'", backwards: true)?.upperBound
        else { return nil }
        return (String(line[start..<end]), String(line[name...].dropLast(3)))
    }
}

extension String {
    /// Where a text is in this one, the first or the last time.
    fileprivate func range(of text: String, backwards: Bool = false) -> Range<String.Index>? {
        var found: Range<String.Index>?
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) {
                found = start..<index(start, offsetBy: text.count)
                if !backwards { break }
            }
            start = index(after: start)
        }
        return found
    }
}
