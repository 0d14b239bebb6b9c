"""Completion where it happens: with the Tab key, in an interactive bash and zsh."""
import re

from ground import until
from terminals import Pseudoterminal

# What is typed, and what stands on the line after Tab.
EXPECTED = [
    ("knocknoc-entra expl", "knocknoc-entra explain "), ("knocknoc-entra adopt of", "knocknoc-entra adopt office "),
    ("knocknoc-entra explain SPOOL007", "knocknoc-entra explain SPOOL007 "),
    ("knocknoc-entra retry ENTRA05", "knocknoc-entra retry ENTRA052 "),
    ("knocknoc-entra hold grant-al", "knocknoc-entra hold grant-alice.json "),
    ("knocknoc-entra release par", "knocknoc-entra release parked.json "),
    ("knocknoc-entra grant office 203.0.113.7 --until x --gr",
     "knocknoc-entra grant office 203.0.113.7 --until x --grant-id "),
    ("knocknoc-entra journal ver", "knocknoc-entra journal verify "),
    ("knocknoc-entra status --wat", "knocknoc-entra status --watch "),
    ("knocknoc-entra status --spool spo", "knocknoc-entra status --spool spool/"),
    ("knocknoc-entra --config config/con", "knocknoc-entra --config config/config.json5 "),
    ("knocknoc-entra flush l", "knocknoc-entra flush lab "),
    ("knocknoc-entra completion z", "knocknoc-entra completion zsh "),
]
INJECTION = "x$(touch stolen)`touch stolen`;touch stolen.json"


def filled(ground):
    ground.failed("grant-alice.json")
    ground.failed(INJECTION)
    (ground.spool / "hold/parked.json").write_text("{}")


def line_of(shell):
    """What the shell's editor holds."""
    shell.text = ""
    shell.send("\x07")
    shell.wait_for("}}")
    return re.search(r"\{\{(.*)\}\}", shell.text)[1]


def press_tab(shell, typed, wanted):
    shell.send("\x15" + typed)
    until(f"{typed} in the editor", lambda: line_of(shell) == typed)
    shell.send("\t")
    seen = []

    def is_as_wanted():
        seen.append(line_of(shell))
        # zsh writes --option= where bash writes --option and a blank.
        return seen[-1] == wanted or seen[-1] == wanted[:-1] + "=" and wanted.endswith("-id ")

    try:
        until("", is_as_wanted, seconds=10)
    except AssertionError:
        raise AssertionError(f"{typed!r} did not become {wanted!r} but {seen[-1]!r}") from None


def stolen_nothing(ground):
    if (ground.folder / "stolen").exists():
        raise AssertionError("the name of a file was carried out as a command")


def complete_in(shell, ground):
    for typed, wanted in EXPECTED:
        press_tab(shell, typed, wanted)
    # Completed and carried out: the item is held, and its name was never more than a name.
    shell.send("\x15knocknoc-entra hold 'x' 20261120T230542.123456Z-3fa9~x\t")
    until("the odd name in the editor", lambda: "stolen" in line_of(shell))
    shell.send("\r")
    held = ground.spool / "hold"
    until("the odd item in hold/", lambda: any("stolen" in file.name for file in held.iterdir()))
    shell.send("exit\r")
    shell.finish()
    stolen_nothing(ground)


def in_bash(ground):
    filled(ground)
    shell = Pseudoterminal(ground, ["bash", "--norc", "--noprofile", "-i"], columns=200)
    shell.send("bind 'set enable-bracketed-paste off'; bind -x '\"\\C-g\": printf \"{{%s}}\" \"$READLINE_LINE\"'; "
               "source <(knocknoc-entra completion bash); echo rea''dy\r")
    shell.wait_for("ready")
    complete_in(shell, ground)


def in_zsh(ground):
    filled(ground)
    functions = ground.folder / "functions"
    functions.mkdir()
    (functions / "_knocknoc-entra").write_text(ground.run("completion", "zsh").stdout)
    shell = Pseudoterminal(ground, ["zsh", "-f", "-i"], columns=200)
    shell.send(f"bindkey -e; show() {{ print -rn -- \"{{{{$BUFFER}}}}\" }}; zle -N show; bindkey '^G' show; "
               f"fpath=({functions} $fpath); autoload -U compinit; compinit -u -D; echo rea''dy\r")
    shell.wait_for("ready")
    complete_in(shell, ground)


def by_the_package_that_loads_completions(ground):
    """bash-completion finds the script by the command's name, as a package installs it."""
    loader = "/usr/share/bash-completion/bash_completion"
    folder = ground.folder / "completion/completions"
    folder.mkdir(parents=True)
    (folder / "knocknoc-entra").write_text(ground.run("completion", "bash").stdout)
    shell = Pseudoterminal(
        ground, ["bash", "--norc", "--noprofile", "-i"], columns=200,
        environment={"BASH_COMPLETION_USER_DIR": str(ground.folder / "completion")})
    shell.send("bind 'set enable-bracketed-paste off'; bind -x '\"\\C-g\": printf \"{{%s}}\" \"$READLINE_LINE\"'; "
               f"source {loader}; echo rea''dy\r")
    shell.wait_for("ready")
    press_tab(shell, "knocknoc-entra adopt of", "knocknoc-entra adopt office ")
    shell.send("\x15exit\r")
    shell.finish()


CHECKS = [in_bash, in_zsh, by_the_package_that_loads_completions]
