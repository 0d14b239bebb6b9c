import Foundation
import Kit

@testable import knocknoc_entra

/// Object ids that tests of Entra authentication share.
enum Directory {
    static let groupA = "99999999-0000-4000-8000-00000000000a"
    static let groupB = "99999999-0000-4000-8000-00000000000b"
    /// Whose object id the emulator mints by default.
    static let person = "55555555-5555-4555-8555-555555555555"
    static let service = "77777777-7777-4777-8777-777777777777"

    /// Who is in which group, and that the worker may ask.
    static let settings = """
        {"roles":["Policy.Read.All","Policy.ReadWrite.ConditionalAccess","User.Read.All","GroupMember.Read.All",
                  "Application.Read.All"],
         "groups":{"\(person)":["\(groupA)"]},"servicePrincipalGroups":{"\(service)":["\(groupA)"]}}
        """
}

/// What to mint: tokens of version 1, as the default audience and issuer want them.
enum Mint {
    static let valid = #"{"version":1}"#
    static let unknownKey = #"{"version":1,"key":"foreign"}"#

    static func lasting(_ seconds: Int) -> String { #"{"version":1,"expiresIn":\#(seconds)}"# }

    static func groups(_ groups: String...) -> String {
        #"{"version":1,"claims":{"groups":[\#(groups.map { "\"\($0)\"" }.joined(separator: ","))]}}"#
    }

    /// Too many groups to list, of a person or of an application.
    static func overage(_ id: String = Directory.person, isApplication: Bool = false) -> String {
        let kind = isApplication ? #","idtyp":"app""# : ""
        return #"{"version":1,"claims":{"oid":"\#(id)","_claim_names":{"groups":"src1"}\#(kind)}}"#
    }
}

extension Playground.Options {
    /// Both locations open to any token of the tenant, or to the members of a group each.
    mutating func authenticate(_ section: String = "", byGroup: Bool = false) {
        more += "entraAuthentication: { enabled: true, anyTokenOfTenant: true, \(section) },"
        guard byGroup else { return }
        locations = """
            office: { id: "\(EmulatorProgram.office)", authorizedGroups: ["\(Directory.groupA)"] },
            lab: { id: "\(EmulatorProgram.lab)", authorizedGroups: ["\(Directory.groupB)"] },
            """
    }
}

/// The request with a token in it.
func signed(_ request: String, _ token: String) -> String {
    request.dropLast() + #","token":"\#(token)"}"#
}
