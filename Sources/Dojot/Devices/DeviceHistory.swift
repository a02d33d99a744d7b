import FoundationEssentials
import HTTP

/// What the platform stored of a device, read from whichever history service it has: `/history` up to dojot 0.8, `/tss` in 1.0.
///
/// The service is detected by the gateway's 404 for the other's route, once a session.
struct DeviceHistory {
    /// Which samples of each attribute.
    enum Selection {
        /// The newest, newest first.
        case last(Int)
        /// The first from a time on, oldest first; the time in ISO 8601.
        case from(String, first: Int)
    }

    let requests: GatewayRequests
    let name: DeviceName

    /// Reads the samples by attribute.
    ///
    /// - Parameter attributes: their labels; all of them if empty.
    func read(_ attributes: [String], _ selection: Selection) throws(DojotError) -> [String: [Sample]] {
        let services = requests.session.services
        let first = services.history ?? (requests.session.claims.isKeycloak ? .timeSeries : .history)
        do throws(DojotError) {
            let samples = try read(attributes, selection, from: first)
            services.history = first
            return samples
        } catch {
            guard error.code == .noRoute else { throw error }
            let second: PlatformServices.History = first == .history ? .timeSeries : .history
            let samples: [String: [Sample]]
            do throws(DojotError) {
                samples = try read(attributes, selection, from: second)
            } catch let other {
                throw other.code == .noRoute ? error : other
            }
            services.history = second
            return samples
        }
    }

    private func read(
        _ attributes: [String], _ selection: Selection, from service: PlatformServices.History
    ) throws(DojotError) -> [String: [Sample]] {
        switch service {
        case .history: try readHistory(attributes, selection)
        case .timeSeries: try TimeSeries(requests: requests, name: name).read(attributes, selection)
        }
    }

    /// `GET /history/device/ID/history` (dojot/history).
    private func readHistory(
        _ attributes: [String], _ selection: Selection
    ) throws(DojotError) -> [String: [Sample]] {
        let query =
            switch selection {
            case .last(let count): "lastN=\(count)"
            case .from(let start, let count): "firstN=\(count)&dateFrom=\(DeviceContent.queryValue(start))"
            }
        // The service's falcon splits a value at commas before it decodes it (falcon 1.0.0, util/uri.py): the comma of a label is
        // sent as %2C.
        let wanted =
            attributes.isEmpty ? "" : "&attr=" + attributes.map(DeviceContent.queryValue).joined(separator: ",")
        let exchange = requests.exchange(
            "read the history of device \(name)", .get, "/history/device/\(name.device)/history?\(query)\(wanted)",
            meaning: DeviceMeaning.ofDevices)
        do {
            let samples = try exchange.send(expecting: DeviceAnswer.History.self).samples
            return attributes.isEmpty ? samples : samples.filter { attributes.contains($0.key) }
        } catch {
            guard error.status == 404, DeviceMeaning.saysNoData(error.serverWords) else { throw error }
            return [:]
        }
    }
}
