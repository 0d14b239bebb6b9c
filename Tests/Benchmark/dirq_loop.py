"""A queue of Python's dirq, filled or emptied: dirq_loop.py fill|drain FOLDER COUNT."""

import json
import sys

from dirq.QueueSimple import QueueSimple

what, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
queue = QueueSimple(folder)
if what == "fill":
    for number in range(count):
        queue.add(json.dumps({"action": "grant", "location": f"l{number % 50}", "user": f"user{number}@example.com",
                              "durationSeconds": 28_800, "addresses": [f"8.0.{number // 250 % 250}.{number % 250}"]}))
else:
    taken = 0
    for name in queue:
        if queue.lock(name):
            json.loads(queue.get(name))
            queue.remove(name)
            taken += 1
    assert taken == count
