"""One thing to try, what came of it, and how to try it again."""


class Point:
    def __init__(self, part, variant, at, side, again=0, errno="", lasting="once"):
        self.part, self.variant, self.at, self.side, self.again = part, variant, at, side, again
        self.errno, self.lasting = errno, lasting

    def __str__(self):
        parts = [self.part, self.variant, str(self.at), self.side, str(self.again), self.errno, self.lasting]
        return ":".join(part or "-" for part in parts)

    @staticmethod
    def parse(text):
        part, variant, at, side, again, errno, lasting = ("" if part == "-" else part for part in text.split(":"))
        return Point(part, variant, int(at), side, int(again), errno, lasting)


class Result:
    def __init__(self, point):
        self.point, self.findings, self.was_reached = point, [], True
