import Payload

/// A template of what devices say, from a file.
enum FleetPayload {
    /// The most bytes that make sense.
    private static let most = 1 << 20

    /// Reads it, and the tables that it names, whose paths begin in its folder.
    static func read(_ path: String) throws -> DeviceBehaviour {
        let content = try FileContent.read(path, most: most, limit: "larger than a template can be, 1 MiB")
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        do throws(PayloadError) {
            return try DeviceBehaviour(json: content) { (table) throws(PayloadError) in
                do throws(Failure) {
                    return try FileContent.read(
                        table.hasPrefix("/") ? table : folder + table, most: 1 << 28,
                        limit: "larger than a table can be, 256 MiB")
                } catch {
                    throw PayloadError(error.message)
                }
            }
        } catch {
            throw Failure(.dataError, "\(path): \(error)")
        }
    }
}
