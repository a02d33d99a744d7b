import CommandLineKit
import Glibc
import PKI

StandardStreams.reserveClosed()
// A reader that goes away, such as head(1), or a client that breaks a connection must not end the program by a signal.
signal(SIGPIPE, SIG_IGN)
// A command may fail, or be ended, while a thread still makes a key.
OpenSSL.leaveCleanupToTheSystem()
exit(Program.run(ProcessArguments.words))
