/// Options that several commands share, or that stand under a heading of their own in the help.
@propertyWrapper
public final class OptionGroup<Group: ParsableArguments>: DeclaredProperty {
    /// The group with its parsed values.
    public var wrappedValue: Group
    private let title: String?

    /// Puts the group's declarations among the command's, under `title` in the help where there is one.
    public init(title: String? = nil) {
        self.title = title
        wrappedValue = Group()
    }

    override func collect(into list: inout Declarations, label: String, group: String?) {
        list.collect(from: wrappedValue, group: title ?? group)
        list.groups.append(self)
    }

    override func validate() throws { try wrappedValue.validate() }
}
