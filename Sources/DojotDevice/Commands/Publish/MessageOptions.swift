import CommandLineKit
import Payload

/// Where the message comes from.
struct MessageOptions: ParsableArguments {
    @Option(.long("message"), .short("m"), help: "The message.", valueName: "text")
    var text: ArgumentBytes?

    @Option(.long("file"), .short("f"), help: "A file that is the message; - is standard input.", valueName: "path")
    var file: String?

    @Flag(.long("stdin-line"), .short("l"), help: "Each line of standard input is a message.")
    var readsLines: Bool

    @Flag(.long("stdin-file"), .short("s"), help: "All of standard input is the message.")
    var readsInput: Bool

    @Flag(.long("null-message"), .short("n"), help: "An empty message.")
    var isEmpty: Bool

    @Flag(.long("raw"), help: "Send what is no JSON object as it is.")
    var isRaw: Bool

    @Option(.long("repeat"), help: "Publish the message so many times.", valueName: "number")
    var repeats: Int = 1

    @Option(.long("repeat-delay"), help: "Seconds between these.", valueName: "seconds")
    var repeatDelay: Double = 0

    func validate() throws(UsageError) {
        if repeats < 1 { throw UsageError("--repeat must be 1 or more") }
        if repeatDelay < 0 { throw UsageError("--repeat-delay must be 0 or more") }
        if repeats > 1 && readsLines { throw UsageError("--repeat does not go with --stdin-line") }
    }

    /// The one source that was named.
    func source(attributes: [String]) throws(UsageError) -> MessageSource {
        var sources: [MessageSource] = []
        if let text { sources.append(.text(text)) }
        if let file { sources.append(file == "-" ? .input : .file(file)) }
        if readsLines { sources.append(.lines) }
        if readsInput { sources.append(.input) }
        if isEmpty { sources.append(.nothing) }
        if !attributes.isEmpty { sources.append(.attributes(try Self.object(attributes))) }
        guard sources.count < 2 else { throw UsageError("only one kind of message can be sent at once") }
        guard let source = sources.first else {
            throw UsageError("there is nothing to publish", hint: "add name=value, or a message with --message")
        }
        return source
    }

    private static func object(_ words: [String]) throws(UsageError) -> [UInt8] {
        do {
            var attributes: [Attribute] = []
            for word in words { attributes.append(try Attribute(argument: word)) }
            return try Attribute.object(attributes)
        } catch {
            throw UsageError("\(error)")
        }
    }
}
