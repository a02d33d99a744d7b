/// Options that several commands share, or that stand under a heading of their own in the help.
@propertyWrapper
public final class OptionGroup<Group>: DeclaredProperty {
    /// The group with its parsed values.
    public var wrappedValue: Group
    private let title: String?
    private let check: (inout Group) throws -> Void
    private let erase: (Group) -> any ParsableArguments

    /// Puts the group's declarations among the command's, under `title` in the help where there is one.
    public init(title: String? = nil) where Group: ParsableArguments {
        self.title = title
        check = { try $0.validate() }
        erase = { $0 }
        wrappedValue = Group()
    }

    override func collect(into list: inout Declarations, label: String, group: String?) {
        list.collect(from: erase(wrappedValue), group: title ?? group)
        list.groups.append(self)
    }

    override func validate() throws { try check(&wrappedValue) }
}
