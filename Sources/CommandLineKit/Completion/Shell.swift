/// A shell that completion scripts are made for.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    /// The script that completes the program's command lines.
    func script(for program: CommandPath) -> String {
        ""
    }
}
