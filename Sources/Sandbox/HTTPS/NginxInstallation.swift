/// Where this machine has nginx, and setpriv.
struct NginxInstallation: Sendable {
    let program: String
    let setpriv: String

    /// Looks for them in the folders of programs.
    ///
    /// - Throws: ``SandboxError/Code/missing``, with how to install what is not there.
    static func find(
        in programs: [String] = InstalledProgram.programFolders
    ) throws(SandboxError) -> NginxInstallation {
        guard let program = InstalledProgram.find("nginx", in: programs) else {
            throw SandboxError(
                .missing, "nginx, which speaks TLS for --https, is not installed", hint: "sudo apt-get install nginx")
        }
        return NginxInstallation(program: program, setpriv: try InstalledProgram.setpriv(in: programs))
    }

    /// nginx as it is run with a configuration.
    func process(_ configuration: NginxConfiguration) -> SupervisedProcess.Program {
        // A line of its log is "2026/11/23 20:14:00 [emerg] 4711#4711: text".
        SupervisedProcess.Program(
            name: "nginx", path: program,
            arguments: ["-p", configuration.folder, "-e", "stderr", "-c", NginxConfiguration.name],
            folder: configuration.folder, setpriv: setpriv, failureCode: .server, wordsOfTime: 2,
            wordOfFailure: "[emerg]")
    }
}
