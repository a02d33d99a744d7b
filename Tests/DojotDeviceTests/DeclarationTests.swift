import CommandLineKit
import Testing

@testable import DojotDevice

/// What holds for all subcommands.
struct DeclarationTests {
    private let parser = CommandLineParser(root: DojotDevice.self, environment: [:])

    @Test func declarationsAreSound() { #expect(parser.declarationProblems == []) }
}
