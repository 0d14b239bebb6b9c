import Grants

extension Explanation {
    package var text: String { text(width: 78) }

    /// The page that `explain CODE` prints.
    package func text(width: Int) -> String {
        var page = TextPage(width: width)
        page.add(code.title, label: "\(code)  ", indent: 0)
        page.section("Meaning")
        page.add(meaning)
        page.section("Not to be confused with")
        for other in differsFrom {
            page.add(other.how, label: "\(other.code)  ")
        }
        page.section("Causes")
        for cause in causes {
            page.add(cause, label: "- ")
        }
        page.section("Steps")
        for (index, step) in steps.enumerated() {
            page.add(step, label: "\(index + 1). ")
        }
        page.section("What the worker does")
        page.add(thenWhat)
        return page.text
    }
}
