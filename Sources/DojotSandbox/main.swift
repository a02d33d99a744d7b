import Glibc

// A reader that goes away, such as head(1), or a client that breaks a connection must not end the program by a signal.
signal(SIGPIPE, SIG_IGN)
exit(Program.run(Array(CommandLine.arguments.dropFirst())))
