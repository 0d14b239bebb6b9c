extension State {
    func checkAssertion(
        _ assertion: String,
        of app: App,
        request: HTTPRequest,
        at now: Moment
    ) throws(OAuthError) {
        throw refusal(700_027, "Client assertion failed signature validation.")
    }
}
