/// A response and how it is sent: whole and at once, unless a fault has it otherwise.
struct Answer: Sendable {
    enum Ending: Sendable, Equatable {
        case whole
        /// The connection is closed with nothing said.
        case nothing
        /// The connection is closed after so many bytes of the body, though its length was promised whole.
        case cut(after: Int)
    }

    var response: Response
    /// Seconds until it is sent; infinity for never.
    var delay: Double = 0
    var ending: Ending = .whole
}
