/// What is wrong with a body sent to the control interface, or with a seed.
struct ControlError: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}

extension JSON.Member {
    func texts() throws(ControlError) -> [String] {
        guard let texts = value.texts else { throw ControlError("\(key) takes a list of strings") }
        return texts
    }

    func text() throws(ControlError) -> String {
        guard let text = value.text else { throw ControlError("\(key) takes a string") }
        return text
    }

    func flag() throws(ControlError) -> Bool {
        guard let flag = value.flag else { throw ControlError("\(key) takes true or false") }
        return flag
    }

    func number() throws(ControlError) -> Double {
        guard let number = value.number, number >= 0 else { throw ControlError("\(key) takes a number of 0 or more") }
        return number
    }

    func whole() throws(ControlError) -> Int {
        guard let whole = value.whole, whole >= 0 else {
            throw ControlError("\(key) takes a whole number of 0 or more")
        }
        return whole
    }

    func items<T>(_ read: (JSON) throws(ControlError) -> T) throws(ControlError) -> [T] {
        guard let items = value.items else { throw ControlError("\(key) takes a list") }
        var values: [T] = []
        for item in items { values.append(try read(item)) }
        return values
    }
}
