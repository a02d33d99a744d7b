import Glibc

/// Where this machine has mosquitto, our plugin for it, and setpriv.
struct BrokerInstallation: Sendable {
    let program: String
    let plugin: String
    let setpriv: String

    /// The file of our plugin.
    static let pluginName = "libdojot-sandbox-access.so"

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - programs: The folders of programs.
    ///   - plugins: The folders where our plugin may be.
    /// - Throws: ``SandboxError/Code/missing``, with how to install what is not there.
    static func find(
        programs: [String] = InstalledProgram.programFolders, plugins: [String] = pluginFolders
    ) throws(SandboxError) -> BrokerInstallation {
        guard let program = InstalledProgram.find("mosquitto", in: programs) else {
            throw SandboxError(
                .missing, "mosquitto, the broker, is not installed", hint: "sudo apt-get install mosquitto")
        }
        guard let plugin = InstalledProgram.find(pluginName, in: plugins, R_OK) else {
            throw SandboxError(
                .missing, "\(pluginName), which goes into mosquitto, is not beside dojot-sandbox",
                hint: "copy it from where dojot-sandbox was built to \(plugins.first ?? "its folder")")
        }
        let setpriv = try InstalledProgram.setpriv(in: programs)
        return BrokerInstallation(program: program, plugin: plugin, setpriv: setpriv)
    }

    /// Beside this program, or in the `lib` beside its folder; `DOJOT_SANDBOX_PLUGINS` first, which a sanitized build needs: mosquitto
    /// cannot load what a sanitizer is in.
    static var pluginFolders: [String] {
        let named = getenv("DOJOT_SANDBOX_PLUGINS").map { [String(cString: $0)] } ?? []
        guard let path = realpath("/proc/self/exe", nil) else { return named }
        defer { free(path) }
        let folder = String(cString: path).split(separator: "/").dropLast().map { "/\($0)" }.joined()
        return named + [folder, folder + "/../lib"]
    }

    /// mosquitto as it is run with a configuration.
    func process(_ configuration: BrokerConfiguration) -> SupervisedProcess.Program {
        // A line of its log is "1732392780: text"; the number is the time.
        SupervisedProcess.Program(
            name: "mosquitto", path: program, arguments: ["-c", configuration.file], folder: configuration.folder,
            setpriv: setpriv, failureCode: .broker, wordsOfTime: 1, wordOfFailure: "Error",
            startOfReload: "Reloading config")
    }
}
