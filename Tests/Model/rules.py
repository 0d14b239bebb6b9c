"""The rules of the commit order and of the ledger. Each can be left out, and then some story has to go wrong."""

# A rule's name, what it says, and the scenario in which leaving it out is noticed soonest.
RULES = {
    # The disk.
    "sync_claims_before_commit":
        ("work/ is synced before a ledger names a claim", "pair/both"),
    "later_life_wins":
        ("of two names of one file the one in work/ stays, else the one that an entry names, else done/", "one/power"),
    "failed_folders_synced":
        ("after a retry the folders in failed/ are synced too", "newer/cut"),
    "ledger_before_moves":
        ("verdicts are in the ledger before files move", "one/kill"),
    "entries_in_ledger":
        ("the ledger holds an entry for each verdict until the file has moved", "one/kill"),
    "one_transaction":
        ("what a commit writes is one transaction: entries, leases and all else, or nothing", "one/kill"),
    "entries_kept_until_synced":
        ("an entry is dropped only when its move is on disk", "one/power"),
    "earlier_moves_synced_at_start":
        ("a start syncs the moves of earlier processes before a ledger drops their entries", "one/both"),
    "start_commits_first":
        ("a start commits, and so syncs what it has read, before it relies on it", "one/both"),
    "claims_numbered":
        ("a claim adds a number to the name", "one/kill"),
    "claim_numbers_count_entries":
        ("claim numbers start above those in the ledgers' entries", "one/kill"),
    "refusals_in_ledger":
        ("refusals by time or ledger go through the ledger", "one/power"),
    "give_up_in_ledger":
        ("giving an item up goes through the ledger", "one/power"),
    # What is known of Entra's list.
    "trust_only_a_clean_stop":
        ("after a crash Entra's list counts as unknown", "swap/late"),
    "write_after_a_crash":
        ("after a crash the list is written once", "one/late"),
    "second_write":
        ("after a lost answer the next success is repeated 60 s later", "swap/late"),
    "second_write_after_a_crash":
        ("after a crash or takeover the first success is repeated 60 s later", "one/late"),
    "every_5xx_may_land_late":
        ("a 5xx answer leaves the fate of the list open", "swap/5xx"),
    "confirmed_only_when_known":
        ("an orderly stop says `confirmed` only of a confirmed list with no second write due", "one/stop"),
    "paused_stays_unconfirmed":
        ("an orderly stop says nothing of a location that was paused", "swap/paused"),
    "confirmed_taken_back":
        ("a start takes `confirmed` back before anything is sent", "one/again"),
    "nothing_sent_beside_confirmed":
        ("nothing is sent while a full disk keeps `confirmed` from being taken back", "swap/stuck"),
    "ledger_before_first_list":
        ("the first ledger is durable before the first list is sent", "one/late"),
    "settle_only_when_confirmed":
        ("items settle without a request only if Entra's list is confirmed", "swap/late"),
    # The ledger.
    "grant_after_acceptance":
        ("a grant enters the ledger only when Entra has accepted it", "one/kill"),
    "removal_before_list":
        ("a removal is in the ledger before it is sent", "pair/late"),
    "removal_ends_leases":
        ("a removal ends leases, not only later grants", "pair/late"),
    "tombstones":
        ("removals are remembered against older grants that arrive late", "pair/late"),
    "tombstone_for_refused_revoke":
        ("a revoke that ended nothing is remembered too", "rekey/few"),
    "tombstone_keeps_its_verdict":
        ("a tombstone remembers whether its removal ended something", "rekey/few"),
    "order_by_issue":
        ("what was issued later stays, whichever came first", "rekey/few"),
    "partly_revoked_grants_live":
        ("a grant loses the revoked addresses and is refused only when none is left", "split/late"),
    "ended_keys_remembered":
        ("a lease that ended leaves its key and order", "newer/late"),
    "refused_keys_remembered":
        ("a refused grant leaves its key and order", "newer/late"),
    "superseded_not_applied":
        ("a grant that a newer one supersedes changes nothing", "newer/late"),
    "judged_again_at_commit":
        ("grants meet the removals that came while their list was on its way", "pair/late"),
    "never_an_empty_list":
        ("the sentinel stands in an empty list", "one/late"),
    # A full disk.
    "full_disk_settles_nothing":
        ("nothing settles while nothing can be recorded", "pair/full"),
    "full_disk_sends_removals":
        ("lists that only remove are sent all the same", "pair/full"),
    # Two hosts.
    "takeover_replaces_folders":
        ("a takeover makes work/ and ledger/ anew, so that the former worker can write neither", "pair/hosts"),
    "takeover_takes_work_first":
        ("a takeover replaces work/ before ledger/", "one/hosts"),
}

# What the design asks for and the code does not do: contrib/docs/design.md says why it is open.
NOT_IN_THE_CODE = ("nothing_sent_beside_confirmed",)


def rules(*left_out):
    """All rules, but for some."""
    unknown = set(left_out) - set(RULES)
    if unknown:
        raise SystemExit("model: there is no rule " + ", ".join(sorted(unknown)))
    return {name: name not in left_out for name in RULES}
