"""Golden rows: what a text becomes, and what a file may look like."""

from __future__ import annotations

from .layout import P, Row

FLOAT = P("V", "float", "9.5")
INT = P("V", "int", "9")
TEXT = P("V", "str", "old")
BOOL = P("V", "bool", "true")
FLOATS = P("V", "list", "[9.5]", items="float")
TEXTS = P("V", "list", '["old"]', items="str")
TABLE = P("V", "dict", "{}")


def _yaml(name: str, parameter: P, written: str, text: str | None) -> Row:
    """One line of YAML; ``text`` None: refused, and listed as it stands."""
    shown = written if text is None else text
    return Row(
        f"yaml: {name}",
        (parameter,),
        {"V": f"{shown} local_file (funwave.yaml:1)"},
        problems=() if text is not None else ("invalid_value V (funwave.yaml:1)",),
        files={"funwave.yaml": f"V: {written}\n"},
    )


def _toml(name: str, parameter: P, content: str, text: str, line: int = 1) -> Row:
    return Row(
        f"toml: {name}",
        (parameter,),
        {"V": f"{text} local_file (funwave.toml:{line})"},
        files={"funwave.toml": content},
    )


def _env(name: str, parameter: P, given: str, text: str | None) -> Row:
    return Row(
        f"environment: {name}",
        (parameter,),
        {"V": f"{given if text is None else text} environment (FUNWAVE_V)"},
        problems=() if text is not None else ("invalid_value V (FUNWAVE_V)",),
        env={"FUNWAVE_V": given},
    )


def _broken(name: str, file: str, content: str | bytes, origin: str) -> Row:
    """A file that cannot be read gives one error with its line and no value."""
    return Row(
        f"broken: {name}",
        (FLOAT,),
        {"V": "9.5 notebook (metadata)"},
        problems=(f"malformed_file - ({origin})",),
        files={file: content},
    )


ROWS = (
    # one text, whatever YAML would make of it
    _yaml("3 for a float", FLOAT, "3", "3.0"),
    _yaml("3. for a float", FLOAT, "3.", "3.0"),
    _yaml(".5 for a float", FLOAT, ".5", "0.5"),
    _yaml("1e3 for a float", FLOAT, "1e3", "1e3"),
    _yaml("2.50 keeps its zero", FLOAT, "2.50", "2.50"),
    _yaml("NaN for a float", FLOAT, "NaN", "NaN"),
    _yaml("1:30 is no float", FLOAT, "1:30", None),
    _yaml("3.0 is no int", INT, "3.0", None),
    _yaml("2^53+1 keeps its digits", INT, "9007199254740993", "9007199254740993"),
    _yaml("01234 is no int", INT, "01234", None),
    _yaml("0x10 is no int", INT, "0x10", None),
    _yaml("no for a bool", BOOL, "no", "false"),
    _yaml("no for a text", TEXT, "no", "no"),
    _yaml("01234 for a text", TEXT, "01234", "01234"),
    _yaml("1e3 for a text", TEXT, "1e3", "1e3"),
    _yaml("1:30 for a text", TEXT, "1:30", "1:30"),
    _yaml("null for a text", TEXT, "null", "null"),
    _yaml("a date for a text", TEXT, "2026-11-23", "2026-11-23"),
    _yaml("quotes are not part of a text", TEXT, '"a # b"', "a # b"),
    _yaml("a tag changes nothing", TEXT, "!!python/name:os.system x", "x"),
    _yaml("floats in a list", FLOATS, "[1, .5, 2.50]", "[1.0, 0.5, 2.50]"),
    _yaml("texts in a list", TEXTS, "[no, 01234, 'x']", '["no", "01234", "x"]'),
    _yaml("a table", TABLE, "{a: 1, b: {c: no}}", '{"a": 1, "b": {"c": "no"}}'),
    Row(
        "yaml: a list is no float",
        (FLOAT,),
        {"V": '[1, "x"] local_file (funwave.yaml:1)'},
        problems=("invalid_value V (funwave.yaml:1)",),
        files={"funwave.yaml": "V: [1, x]\n"},
    ),
    Row(
        "yaml: a block of lines",
        (TEXT,),
        {"V": "a\nb\n local_file (funwave.yaml:2)"},
        files={"funwave.yaml": "# note\nV: |\n  a\n  b\n"},
    ),
    Row(
        "yaml: an empty file says nothing",
        (FLOAT,),
        {"V": "9.5 notebook (metadata)"},
        files={"funwave.yaml": "# nothing yet\n"},
    ),
    # TOML
    _toml("an integer for a float", FLOAT, "V = 3", "3.0"),
    _toml("grouped digits", INT, "V = 1_000", "1000"),
    _toml("a date", P("V", "date", "2026-01-01"), "V = 2026-11-23", "2026-11-23"),
    _toml("a number for a text", TEXT, "V = 2.50", "2.50"),
    _toml("a text for a number", FLOAT, 'V = "3"', "3.0"),
    _toml("a boolean", BOOL, "# x\n\nV = false", "false", 3),
    _toml(
        "a dotted key for a table", TABLE, "V.a = 1\nV.b = 2.5", '{"a": 1, "b": 2.5}'
    ),
    _toml("a table", TABLE, "\n[V]\na = '1'\n", '{"a": "1"}', 2),
    _toml("a text of many lines", TEXT, "x = 1\nV = '''\na\nb'''\n", "a\nb", 2),
    _toml("a list over many lines", FLOATS, "V = [\n 1, # x\n 2.50,\n]", "[1.0, 2.50]"),
    Row(
        "toml: a dotted key for a number",
        (FLOAT,),
        {"V": '{"a": 1} local_file (funwave.toml:1)'},
        problems=("invalid_value V (funwave.toml:1)",),
        files={"funwave.toml": "V.a = 1"},
    ),
    Row(
        "toml: a quoted dotted key is a name of its own",
        (FLOAT,),
        {"V": "9.5 notebook (metadata)"},
        problems=("unknown_parameter V.a (wave.params.toml:1)",),
        files={"wave.params.toml": '"V.a" = 1'},
    ),
    # JSON
    Row(
        "json: lexemes and lines",
        (FLOAT, P("N", "int", "1"), P("S", "str", "x")),
        {
            "V": "2.50 local_file (funwave.json:2)",
            "N": "9007199254740993 local_file (funwave.json:3)",
            "S": 'é"\n local_file (funwave.json:4)',
        },
        files={
            "funwave.json": (
                '{\n"V": 2.50,\n"N": 9007199254740993,\n"S": "\\u00e9\\"\\n"\n}'
            )
        },
    ),
    Row(
        "json: a byte order mark does no harm",
        (FLOAT,),
        {"V": "1.0 local_file (funwave.json:1)"},
        files={"funwave.json": b'\xef\xbb\xbf{"V": 1}'},
    ),
    # environment
    _env("quotes are part of a text", TEXT, '"x"', '"x"'),
    _env("a newline", TEXT, "a\nb", "a\nb"),
    _env(
        "a dollar sign is not expanded",
        TEXT,
        "$HOME ${HOME} $(id)",
        "$HOME ${HOME} $(id)",
    ),
    _env("blanks around a number", FLOAT, " 3 ", "3.0"),
    _env("blanks around a text", TEXT, " 3 ", " 3 "),
    _env("a float for an int", INT, "1e3", None),
    _env("a list", FLOATS, "[1, 2]", "[1.0, 2.0]"),
    _env("a list that is none", FLOATS, "1,2", None),
    _env("a key that comes twice", TABLE, '{"a": 1, "a": 2}', None),
    _env("yes", BOOL, "YES", "true"),
    _env("a float that no float can hold", FLOAT, "1e400", None),
    Row(
        "environment: bytes that are no text",
        (TEXT,),
        {"V": "a? environment (FUNWAVE_V)"},
        problems=("invalid_value V (FUNWAVE_V)",),
        env={"FUNWAVE_V": "a\udcff"},
    ),
    # declarations
    Row(
        "a bound",
        (P("V", "float", "1.0", min="0", max="10"),),
        {"V": "11 environment (FUNWAVE_V)"},
        problems=("invalid_value V (FUNWAVE_V)",),
        env={"FUNWAVE_V": "11"},
    ),
    Row(
        "a choice",
        (P("V", "enum", "fast", choices=("fast", "exact")),),
        {"V": "exact override (-p)"},
        overrides={"V": "exact"},
    ),
    Row(
        "no choice",
        (P("V", "enum", "fast", choices=("fast", "exact")),),
        {"V": "slow override (-p)"},
        problems=("invalid_value V (-p)",),
        overrides={"V": "slow"},
    ),
    Row(
        "null for what may be null",
        (P("V", "float", "1.0", nullable=True),),
        {"V": "null override (-p)"},
        overrides={"V": "None"},
    ),
    Row(
        "null for what may not",
        (FLOAT,),
        {"V": "null override (-p)"},
        problems=("invalid_value V (-p)",),
        overrides={"V": "null"},
    ),
    Row(
        "a wrong value that is shadowed does no harm",
        (FLOAT,),
        {
            "V": (
                "1.0 override (-p)",
                "x environment (FUNWAVE_V)",
                "9.5 notebook (metadata)",
            )
        },
        overrides={"V": "1"},
        env={"FUNWAVE_V": "x"},
    ),
    # None without annotation: the user picks the type
    Row(
        "untyped and untouched",
        (P("V", "null", "null", "cell"),),
        {"V": "null notebook (cell 2)"},
        undeclared=("V",),
    ),
    Row(
        "untyped with a value and no type",
        (P("V", "null", "null", "cell"),),
        {"V": "3 override (-p)"},
        problems=("untyped_parameter V (-p)",),
        overrides={"V": "3"},
    ),
    Row(
        "untyped with the type that the user picked",
        (P("V", "null", "null", "cell"),),
        {"V": "3 override (-p)"},
        overrides={"V": "3"},
        types={"V": "int"},
    ),
    Row(
        "the picked type is checked",
        (P("V", "null", "null", "cell"),),
        {"V": "3.5 override (-p)"},
        problems=("invalid_value V (-p)",),
        overrides={"V": "3.5"},
        types={"V": "int"},
    ),
    Row(
        "a type that the user repeats is no change",
        (FLOAT,),
        {"V": "3.0 override (-p)"},
        overrides={"V": "3"},
        types={"V": "float"},
    ),
    Row(
        "a type is not changed from outside",
        (FLOAT,),
        {"V": "3.0 override (-p)"},
        problems=("invalid_value V",),
        overrides={"V": "3"},
        types={"V": "int"},
    ),
    # broken files
    _broken("yaml", "funwave.yaml", "a: 1\nV: [1\n", "funwave.yaml:3"),
    _broken("yaml, a key twice", "funwave.yaml", "V: 1\nV: 2\n", "funwave.yaml:2"),
    _broken("yaml, a list", "funwave.yaml", "- V\n", "funwave.yaml:1"),
    _broken("yaml, two of them", "funwave.yaml", "V: 1\n---\nV: 2\n", "funwave.yaml:2"),
    _broken("yaml, a mapping as key", "funwave.yaml", "{a: 1}: 2\n", "funwave.yaml:1"),
    _broken("yaml, in itself", "funwave.yaml", "a: &x\n  b: *x\n", "funwave.yaml:2"),
    _broken("toml", "funwave.toml", "a = 1\nV = \n", "funwave.toml:2"),
    _broken("toml, 01234", "funwave.toml", "V = 01234\n", "funwave.toml:1"),
    _broken("toml, a key twice", "funwave.toml", "V = 1\n\nV = 2\n", "funwave.toml:3"),
    _broken("toml, V twice", "funwave.toml", "V.a = 1\nV = 2\n", "funwave.toml:2"),
    _broken("json", "funwave.json", '{"V": 1\n', "funwave.json:2"),
    _broken("json, a key twice", "funwave.json", '{"V": 1,\n"V": 2}', "funwave.json:2"),
    _broken("json, NaN", "funwave.json", '{"V": NaN}', "funwave.json:1"),
    _broken("json, a list", "funwave.json", "[]", "funwave.json:1"),
    _broken("not text", "funwave.toml", b"a = 1\nV = '\xff'\n", "funwave.toml:2"),
    _broken(
        "params that are no table",
        "../jupyterlab-batch.toml",
        "params = 3\n",
        "../jupyterlab-batch.toml:1",
    ),
    _broken("home", "~/.funwave.toml", "V =", "~/.funwave.toml:1"),
)
