/// What knows its own form in JSON.
package protocol JSONWritable {
    func write(to json: inout JSONWriter)
}
