/// A generation of an identity's files that nothing leads to yet, see `StoreLayout`.
struct NextGeneration {
    let number: Int
    private let layout: StoreLayout
    private var folder: String { layout.generation(number) }

    /// Makes the folder of the generation after `current`.
    init(after current: Int?, in layout: StoreLayout) throws(EnrollmentError) {
        number = (current ?? 0) + 1
        self.layout = layout
        let folder = layout.generation(number)
        if try FileSystem.makeFolder(folder) { return }
        FileSystem.removeFolder(folder)
        try FileSystem.makeFolder(folder)
    }

    func write(_ part: StoreLayout.Part, _ content: [UInt8]) throws(EnrollmentError) {
        try FileSystem.create(layout.file(part, in: folder), content, mode: part.mode)
    }

    /// Gives a file that is there already a place in this generation too.
    func take(_ path: String, as part: StoreLayout.Part) throws(EnrollmentError) {
        try FileSystem.hardLink(path, as: layout.file(part, in: folder))
    }

    /// Has the unfinished run be complete as soon as this generation is in place.
    func takeRun() throws(EnrollmentError) { try FileSystem.hardLink(layout.pending, as: layout.run(in: folder)) }

    /// A key that another program made may be readable by others: not any more.
    func protectKey() throws(EnrollmentError) { try FileSystem.restrict(layout.file(.key, in: folder)) }

    /// Puts all of it on disk.
    func sync() throws(EnrollmentError) {
        let files = StoreLayout.Part.allCases.map { layout.file($0, in: folder) }.filter(FileSystem.exists)
        try layout.durability.sync(files + [folder, layout.folder])
    }
}
