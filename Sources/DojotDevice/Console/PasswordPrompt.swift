import CommandLineKit
import Glibc
import HTTP

/// Questions to the person at the terminal, asked on the terminal itself so that pipes stay free.
enum Prompt {
    /// Asks for a line that may be seen; nil where there is no terminal or its input ends.
    static func line(_ question: String) -> String? {
        ask(question, echo: true).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Asks for a password without echo; nil where there is no terminal or its input ends.
    ///
    /// The terminal is as before afterwards, also where a signal ends or stops the program meanwhile, see termios(3).
    static func password(_ question: String) -> Secret? {
        guard var answer = ask(question, echo: false) else { return nil }
        return Secret(moving: &answer)
    }

    private static func ask(_ question: String, echo: Bool) -> [UInt8]? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        guard !echo else {
            Console.write(question.printable, to: terminal)
            return SecretFile.firstLine(from: terminal)
        }
        // Before the question: a script that answers it at once would have the password on the screen.
        guard let hidden = HiddenInput(terminal) else { return nil }
        Console.write(question.printable, to: terminal)
        let answer = SecretFile.firstLine(from: terminal)
        hidden.end()
        Console.write("\n", to: terminal)
        return answer
    }
}

/// A terminal whose echo is off until `end`, or until a signal ends the program.
private struct HiddenInput {
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
    private let before: [sigaction]

    init?(_ terminal: Int32) {
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else { return nil }
        hiddenTerminal = (terminal, settings)
        before = Self.signals.map { signal in
            var action = sigaction()
            action.__sigaction_handler.sa_handler = restoreTerminal
            var previous = sigaction()
            sigaction(signal, &action, &previous)
            return previous
        }
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &settings)
    }

    func end() {
        if var hidden = hiddenTerminal { tcsetattr(hidden.descriptor, TCSAFLUSH, &hidden.settings) }
        for (signal, var previous) in zip(Self.signals, before) { sigaction(signal, &previous, nil) }
        hiddenTerminal = nil
    }
}

// A signal handler has no other way to its data. Written only by HiddenInput, on the main thread, while the handler is not installed.
nonisolated(unsafe) private var hiddenTerminal: (descriptor: Int32, settings: termios)?

/// Puts the terminal's settings back, then lets the signal do what it does by default; only async-signal-safe calls, see signal-safety(7).
private let restoreTerminal: @Sendable @convention(c) (Int32) -> Void = { signal in
    if var hidden = hiddenTerminal { tcsetattr(hidden.descriptor, TCSANOW, &hidden.settings) }
    // Stopped by Ctrl-Z, the program comes back with the echo on, and the question unanswered: it ends instead.
    let ending = signal == SIGTSTP ? SIGINT : signal
    var action = sigaction()
    action.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(ending, &action, nil)
    raise(ending)
}
