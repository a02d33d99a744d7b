/// A response and how it is sent: whole and at once, unless a fault has it otherwise.
struct Answer: Sendable {
    enum Form: Sendable, Equatable {
        /// As HTTP has it.
        case whole
        /// The body comes again and again, in chunks, until the client has had enough.
        case endless
        /// Past all that HTTP has it.
        case broken(Broken)
    }

    /// An answer that does not hold what its head promises.
    struct Broken: Sendable, Equatable {
        /// What becomes of the connection after it.
        enum Ending: Sendable, Equatable {
            /// An orderly end.
            case close
            /// A reset (RST).
            case reset
            /// Nothing: it stays open, and nothing more comes.
            case silence
        }

        /// What `Content-Length` says.
        var promised = 0
        /// How many bytes of the body are sent; nil where not even a head is.
        var sent: Int?
        var ending: Ending

        /// No answer at all.
        static func silent(_ ending: Ending) -> Broken { Broken(ending: ending) }
    }

    var response: Response
    /// Seconds until it is sent; infinity for never.
    var delay: Double = 0
    var form = Form.whole
}
