import Glibc

/// Where this machine has mosquitto, its plugin, and setpriv.
struct BrokerInstallation: Sendable {
    let program: String
    let plugin: String
    let setpriv: String

    /// Looks for them.
    ///
    /// - Parameters:
    ///   - programs: The folders of programs.
    ///   - plugins: The folders of libraries.
    /// - Throws: ``SandboxError/Code/missing``, with how to install what is not there.
    static func find(
        programs: [String] = InstalledProgram.programFolders, plugins: [String] = InstalledProgram.libraryFolders
    ) throws(SandboxError) -> BrokerInstallation {
        guard let program = InstalledProgram.find("mosquitto", in: programs) else {
            throw SandboxError(
                .missing, "mosquitto, the broker, is not installed", hint: "sudo apt-get install mosquitto")
        }
        guard let plugin = InstalledProgram.find("mosquitto_dynamic_security.so", in: plugins, R_OK) else {
            throw SandboxError(
                .missing, "mosquitto's dynamic-security plugin is not installed: it needs mosquitto 2.0 or later",
                hint: "sudo apt-get install mosquitto")
        }
        let setpriv = try InstalledProgram.setpriv(in: programs)
        return BrokerInstallation(program: program, plugin: plugin, setpriv: setpriv)
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
