import Glibc

@main
struct Main {
    static func main() {
        exit(runProgram(arguments: Array(CommandLine.arguments.dropFirst())))
    }
}
