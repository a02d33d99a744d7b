import CommandLineKit

/// One part of a fleet: "0/4" is the first of four.
struct WorkerShard: ExpressibleByArgument, Equatable {
    /// From 0 to below `count`.
    let index: Int
    /// 1 or more.
    let count: Int

    static let valueName = "index/count"

    init(_ index: Int, of count: Int) { (self.index, self.count) = (index, count) }

    /// How many of so many devices are its.
    func size(of devices: Int) -> Int { (devices - index + count - 1) / count }

    init(argument: String) throws(UsageError) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (0..<count).contains(index)
        else {
            throw UsageError("'\(argument)' is no part of a fleet", hint: "write 0/4 to 3/4 for the parts of four")
        }
        (self.index, self.count) = (index, count)
    }
}
