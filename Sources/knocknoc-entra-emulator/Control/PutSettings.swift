extension Emulator {
    /// Only what is named is changed, all of it or nothing.
    func putSettings(_ body: JSON) throws(ControlError) -> HTTPResponse {
        let changed = withState { state in
            Result { () throws(ControlError) in
                var copy = state
                try copy.apply(body)
                state = copy
            }
        }
        try changed.get()
        return HTTPResponse(status: 204)
    }
}

extension State {
    /// EmulatorSettings of the whole tenant, and those of one app: the first, unless `clientId` names another.
    fileprivate mutating func apply(_ body: JSON) throws(ControlError) {
        let clientID = body["clientId"]?.text?.lowercased()
        guard let index = clientID == nil ? 0 : apps.firstIndex(where: { $0.clientID == clientID }),
            apps.indices.contains(index)
        else { throw ControlError("no app '\(clientID ?? "")'") }
        for member in body.members ?? [] {
            if member.key == "clientId" { continue }
            if member.key == "policies" {
                directory.policies = try member.items { (item) throws(ControlError) in item }
                continue
            }
            if member.key == "quotaUsedUpMs" {
                window.usedUpUntil = ClockReading.now().monotonic + Double(try member.whole()) / 1_000
                continue
            }
            if try directory.settings.apply(member) { continue }
            if try directory.apps[index].apply(member) { continue }
            if try directory.applyDirectory(member) { continue }
            throw ControlError("no setting '\(member.key)'")
        }
    }
}
