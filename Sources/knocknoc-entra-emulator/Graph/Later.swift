extension State {
    func memberGroups(_ request: HTTPRequest, _ token: TokenStore.Token) throws(GraphError) -> HTTPResponse {
        throw .badRequest()
    }
    func policyList() -> HTTPResponse { .graph(["value": []]) }
    func whatIf(_ request: HTTPRequest) throws(GraphError) -> HTTPResponse { throw .badRequest() }
}
