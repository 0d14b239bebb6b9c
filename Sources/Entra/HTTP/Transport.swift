/// What carries requests and brings answers: libcurl, or a world that a simulation has made up.
package protocol Transport: AnyObject {
    /// What fails at once is told by the next `wait`.
    func start(_ request: HTTPRequest) -> Exchange.ID

    /// No completion comes of it any more.
    func cancel(_ id: Exchange.ID)

    /// Returns as soon as a request is over, a descriptor has something to read, or the time is up.
    func wait(alsoFor descriptors: [Int32], atMost limit: Duration?) -> [Completion]
}
