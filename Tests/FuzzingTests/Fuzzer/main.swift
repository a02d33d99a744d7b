import Glibc
import PKI

// The driver of libFuzzer (https://llvm.org/docs/LibFuzzer.html) around one target, which FUZZ_TARGET names; without it
// the targets are listed, each with the most bytes of its inputs. scripts/fuzz calls it.

/// libFuzzer's own loop, as a library (https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library).
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The target, found once: libFuzzer hands over nothing but the input.
enum Chosen {
    static let target: FuzzTarget? = getenv("FUZZ_TARGET").flatMap { name in
        FuzzTarget.all.first { $0.name == String(cString: name) }
    }

    /// One input; what does not hold ends the process, which libFuzzer reports together with the input.
    static func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        do {
            try target?.run(Array(UnsafeBufferPointer(start: start, count: count)))
        } catch {
            // By the descriptor: what waits in a buffer is lost.
            let line = Array("BROKEN: \(error)\n".utf8)
            write(STDERR_FILENO, line, line.count)
            abort()
        }
        return 0
    }
}

if Chosen.target == nil {
    for target in FuzzTarget.all { print(target.name, target.longest) }
} else {
    signal(SIGPIPE, SIG_IGN)
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(
        withUnsafeMutablePointer(to: &arguments) { pointer in
            pointer.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.self, capacity: 1) {
                runDriver(&count, $0) { Chosen.run($0, $1) }
            }
        })
}
