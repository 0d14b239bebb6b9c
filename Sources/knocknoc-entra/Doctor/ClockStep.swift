import Entra
import Grants

/// This host's clock against Microsoft's, by the Date header of its answers.
struct ClockStep {
    let findings: Findings

    func run(_ skews: [Duration]) {
        guard let skew = skews.min(by: { $0.magnitude < $1.magnitude }) else {
            return findings.skip(.clock, "no answer brought a date")
        }
        let seconds = Int64((Double(skew.components.attoseconds) / 1e18 + Double(skew.components.seconds)).rounded())
        let side = seconds < 0 ? "ahead of" : "behind"
        let text = "this clock is \(seconds.magnitude) s \(side) Microsoft's"
        let advice = "`timedatectl set-ntp true`: certificates, assertions and the ends of grants need the right time."
        switch seconds.magnitude {
        case 0...5: findings.ok(.clock, seconds == 0 ? "this clock agrees with Microsoft's" : text)
        case 6...60: findings.warn(.clock, "\(text); it should be within seconds", do: advice)
        default:
            findings.fail(.clock, code: .entra003, "\(text); more than a minute breaks TLS and sign-in", do: advice)
        }
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
