"""Golden rows: which place wins, and what a place is."""

from __future__ import annotations

from .layout import FOLDER, P, Row

AMP = P("AMP", "float", "3.0", "cell")
XC = P("Xc", "float", "250.0", "cell")
DECLARED = P("AMP", "float", "3.0")
ASKED = P("AMP", "float", "3.0", "params")

#: one value at every place, high to low, as the row's files and environment
EVERYWHERE_FILES = {
    "wave.params.toml": "AMP = 13\n",
    "funwave.yaml": "# shared\nAMP: 14\n",
    "../funwave.json": '{"AMP": 15}',
    "../jupyterlab-batch.toml": "[params]\nAMP = 16\n",
    "settings.toml": "AMP = 17\n",
    "~/.config/jupyterlab-batch/funwave.toml": "AMP = 18\n",
    "~/.funwave.yaml": "AMP: 19\n",
}
EVERYWHERE_ENV = {"FUNWAVE_AMP": "12", "FUNWAVE_SETTINGS": "settings.toml"}
LADDER = (
    "10.0 admin (site.toml:2)",
    "11.0 override (-p)",
    "12.0 environment (FUNWAVE_AMP)",
    "13.0 local_file (wave.params.toml:1)",
    "14.0 local_file (funwave.yaml:2)",
    "15.0 local_file (../funwave.json:1)",
    "16.0 local_file (../jupyterlab-batch.toml:2)",
    "17.0 settings_file (settings.toml:1)",
    "18.0 home_file (~/.config/jupyterlab-batch/funwave.toml:1)",
    "19.0 home_file (~/.funwave.yaml:1)",
    "3.0 notebook (cell 2)",
)


def _without(count: int) -> Row:
    """Everything but the ``count`` highest places."""
    files = dict(list(EVERYWHERE_FILES.items())[max(0, count - 3) :])
    env = {} if count > 2 else {"FUNWAVE_AMP": "12"}
    if "settings.toml" in files:
        env["FUNWAVE_SETTINGS"] = "settings.toml"
    return Row(
        f"ladder from rung {count + 1}",
        (AMP,),
        {"AMP": LADDER[count:]},
        problems=("pinned_parameter AMP (site.toml:2)",) if count == 0 else (),
        files=files,
        env=env,
        overrides={"AMP": "11"} if count < 2 else {},
        pins={"AMP": "10"} if count < 1 else {},
        undeclared=("AMP",) if count == len(LADDER) - 1 else (),
    )


ROWS = (
    *(_without(count) for count in range(len(LADDER))),
    Row(
        "a pin that says the same as the user is no news",
        (AMP,),
        {"AMP": "10.0 admin (site.toml:2)"},
        pins={"AMP": "10"},
        overrides={"AMP": "10.0"},
    ),
    Row(
        "a pin of another notebook's name is not ours",
        (AMP,),
        {"AMP": "3.0 notebook (cell 2)"},
        pins={"WID": "20.0"},
        undeclared=("AMP",),
    ),
    Row(
        "what params() asks for is declared without a value anywhere else",
        (ASKED,),
        {"AMP": "3.0 notebook (cell 2)"},
    ),
    Row(
        "what params() asks for is looked up under its prefix",
        (ASKED, P("N", "str", "x", "params")),
        {
            "AMP": (
                "12.0 environment (FUNWAVE_AMP)",
                "13.0 local_file (wave.params.toml:1)",
                "3.0 notebook (cell 2)",
            ),
            "N": ("01 local_file (funwave.yaml:1)", "x notebook (cell 2)"),
        },
        files={"wave.params.toml": "AMP = 13\n", "funwave.yaml": "N: 01\n"},
        env={"FUNWAVE_AMP": "12"},
    ),
    # environment
    Row(
        "environment in exact case",
        (XC,),
        {"Xc": "1.0 environment (FUNWAVE_Xc)"},
        env={"FUNWAVE_Xc": "1", "FUNWAVE_XC": "2"},
    ),
    Row(
        "environment in upper case",
        (XC,),
        {"Xc": "2.0 environment (FUNWAVE_XC)"},
        env={"FUNWAVE_XC": "2"},
    ),
    Row(
        "upper case that two names share is not guessed",
        (XC, P("xc", "float", "1.0", "cell")),
        {"Xc": "250.0 notebook (cell 2)", "xc": "1.0 notebook (cell 2)"},
        problems=(
            "ambiguous_variable Xc (FUNWAVE_XC)",
            "ambiguous_variable xc (FUNWAVE_XC)",
        ),
        env={"FUNWAVE_XC": "2"},
        undeclared=("Xc", "xc"),
    ),
    Row(
        "upper case that is another name exactly belongs to that one",
        (XC, P("XC", "float", "1.0", "cell")),
        {"Xc": "250.0 notebook (cell 2)", "XC": "2.0 environment (FUNWAVE_XC)"},
        env={"FUNWAVE_XC": "2"},
        undeclared=("Xc",),
    ),
    Row(
        "an empty variable is a value of a text",
        (P("NAME", "str", "x"),),
        {"NAME": " environment (FUNWAVE_NAME)"},
        env={"FUNWAVE_NAME": ""},
    ),
    Row(
        "an empty variable is no number",
        (DECLARED,),
        {"AMP": " environment (FUNWAVE_AMP)"},
        problems=("invalid_value AMP (FUNWAVE_AMP)",),
        env={"FUNWAVE_AMP": ""},
    ),
    Row(
        "a variable without the prefix is never looked at",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        env={"AMP": "9", "WAVE_AMP": "9"},
    ),
    Row(
        "a variable that the notebook itself reads",
        (P("AMP", "float", "3.0", "environment"), XC),
        {
            "AMP": (
                "9.0 environment (AMP)",
                "8.0 home_file (~/.funwave.toml:1)",
                "3.0 notebook (cell 2)",
            ),
            "Xc": "250.0 notebook (cell 2)",
        },
        env={"AMP": "9", "Xc": "9"},
        files={"~/.funwave.toml": "AMP = 8"},
        undeclared=("Xc",),
    ),
    Row(
        "the prefixed variable counts more than the one the notebook reads",
        (P("AMP", "float", "3.0", "environment"),),
        {
            "AMP": (
                "8.0 environment (FUNWAVE_AMP)",
                "9.0 environment (AMP)",
                "3.0 notebook (cell 2)",
            )
        },
        env={"AMP": "9", "FUNWAVE_AMP": "8"},
    ),
    Row(
        "a lower case prefix finds the upper case variable",
        (XC,),
        {"Xc": "2.0 environment (FUNWAVE_XC)"},
        prefix="funwave",
        env={"FUNWAVE_XC": "2"},
    ),
    Row(
        "without a prefix environment and prefix files are off",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        prefix=None,
        env={"FUNWAVE_AMP": "9", "_AMP": "8", "AMP": "7"},
        files={"funwave.toml": "AMP = 9", "~/.funwave.toml": "AMP = 9"},
    ),
    Row(
        "without a prefix the notebook's own file counts, and declares",
        (AMP,),
        {"AMP": "9.0 local_file (wave.params.toml:1)"},
        prefix=None,
        files={"wave.params.toml": "AMP = 9"},
    ),
    Row(
        "without a prefix the project's file gives values to what is declared",
        (DECLARED,),
        {"AMP": "9.0 local_file (../jupyterlab-batch.yaml:2)"},
        prefix=None,
        files={"../jupyterlab-batch.yaml": "params:\n  AMP: 9\n"},
    ),
    Row(
        "without a prefix the project's file does not declare",
        (AMP,),
        {"AMP": "3.0 notebook (cell 2)"},
        notes=("only_suggested AMP (../jupyterlab-batch.toml:2)",),
        prefix=None,
        files={"../jupyterlab-batch.toml": "[params]\nAMP = 9\n"},
        undeclared=("AMP",),
    ),
    Row(
        "ticked, it has that value",
        (AMP,),
        {"AMP": "9.0 local_file (../jupyterlab-batch.toml:2)"},
        prefix=None,
        ticked=("AMP",),
        files={"../jupyterlab-batch.toml": "[params]\nAMP = 9\n"},
    ),
    Row(
        "ticked without a value it keeps its default",
        (AMP, XC),
        {"AMP": "3.0 notebook (cell 2)", "Xc": "250.0 notebook (cell 2)"},
        ticked=("AMP",),
        undeclared=("Xc",),
    ),
    Row(
        "a prefix must not lead out of the folders",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        problems=("invalid_parameter_name -",),
        prefix="../../etc/funwave",
        files={"~/.funwave.toml": "AMP = 9"},
    ),
    # local files
    Row(
        "the nearest folder wins over the kind of file",
        (AMP,),
        {
            "AMP": (
                "2.0 local_file (funwave.toml:1)",
                "1.0 local_file (../wave.params.toml:1)",
                "3.0 notebook (cell 2)",
            )
        },
        files={"../wave.params.toml": "AMP = 1", "funwave.toml": "AMP = 2"},
    ),
    Row(
        "above the project root nothing is read",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        files={"../../funwave.toml": "AMP = 9", "../../wave.params.toml": "AMP = 9"},
    ),
    Row(
        "jupyterlab-batch.* makes a nearer root",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        files={"jupyterlab-batch.json": "{}", "../funwave.toml": "AMP = 9"},
    ),
    Row(
        "the prefix is lower case in file names",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        files={"FUNWAVE.toml": "AMP = 9"},
    ),
    Row(
        "one file may give one name and the next another",
        (AMP, XC),
        {
            "AMP": "1.0 local_file (wave.params.json:2)",
            "Xc": "2.0 local_file (funwave.toml:3)",
        },
        files={
            "wave.params.json": '{\n  "AMP": 1\n}\n',
            "funwave.toml": "\n\nXc = 2\n",
        },
    ),
    Row(
        "two formats beside the notebook",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        problems=("two_formats - (wave.params.toml)",),
        files={"wave.params.toml": "AMP = 1", "wave.params.json": '{"AMP": 1}'},
    ),
    Row(
        "two formats at home",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        problems=("two_formats - (~/.funwave.toml)",),
        files={"~/.funwave.toml": "AMP = 1", "~/.funwave.yaml": "AMP: 1"},
    ),
    Row(
        "yaml and yml are two files",
        (DECLARED,),
        problems=("two_formats - (funwave.yaml)",),
        files={"funwave.yaml": "AMP: 1", "funwave.yml": "AMP: 1"},
    ),
    Row(
        "two formats at two places are none of one",
        (DECLARED,),
        {"AMP": "1.0 local_file (wave.params.toml:1)"},
        files={"wave.params.toml": "AMP = 1", "funwave.json": '{"AMP": 2}'},
    ),
    Row(
        "a folder of that name is no file",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        problems=("unreadable_file - (funwave.toml)",),
        files={"funwave.toml": FOLDER},
    ),
    # settings and home
    Row(
        "a settings file in the home folder",
        (DECLARED,),
        {"AMP": "9.0 settings_file (~/s/w.json:1)"},
        env={"FUNWAVE_SETTINGS": "~/s/w.json"},
        files={"~/s/w.json": '{"AMP": 9}'},
    ),
    Row(
        "a settings file that is not there",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        problems=("missing_settings_file - (FUNWAVE_SETTINGS)",),
        env={"FUNWAVE_SETTINGS": "/nowhere/w.toml"},
    ),
    Row(
        "a settings file without a name",
        (DECLARED,),
        problems=("missing_settings_file - (FUNWAVE_SETTINGS)",),
        env={"FUNWAVE_SETTINGS": ""},
    ),
    Row(
        "a settings file of an unknown format",
        (DECLARED,),
        problems=("malformed_file - (settings.cfg)",),
        env={"FUNWAVE_SETTINGS": "settings.cfg"},
        files={"settings.cfg": "AMP = 9"},
    ),
    Row(
        "XDG_CONFIG_HOME that is relative is ignored, as its specification says",
        (DECLARED,),
        {"AMP": "9.0 home_file (~/.config/jupyterlab-batch/funwave.toml:1)"},
        env={"XDG_CONFIG_HOME": "elsewhere"},
        files={"~/.config/jupyterlab-batch/funwave.toml": "AMP = 9"},
    ),
    # names
    Row(
        "an unknown name from the user",
        (AMP, XC),
        {"AMP": "3.0 notebook (cell 2)"},
        problems=("unknown_parameter AMPP (-p)",),
        overrides={"AMPP": "1"},
        undeclared=("AMP",),
    ),
    Row(
        "an unknown name that the user ticked or typed",
        (AMP,),
        problems=("unknown_parameter WID (-p)", "unknown_parameter X (-p)"),
        ticked=("WID",),
        types={"X": "int"},
    ),
    Row(
        "an unknown name in the notebook's own file",
        (DECLARED,),
        {"AMP": "1.0 local_file (wave.params.toml:2)"},
        problems=("unknown_parameter AMPP (wave.params.toml:1)",),
        files={"wave.params.toml": "AMPP = 1\nAMP = 1\n"},
    ),
    Row(
        "an unknown name in a shared file is a note",
        (DECLARED,),
        {"AMP": "1.0 local_file (funwave.toml:2)"},
        notes=("unknown_parameter AMPP (funwave.toml:1)",),
        files={"funwave.toml": "AMPP = 1\nAMP = 1\n"},
    ),
    Row(
        "a name is case sensitive",
        (DECLARED,),
        {"AMP": "3.0 notebook (metadata)"},
        problems=("unknown_parameter amp (wave.params.yaml:1)",),
        files={"wave.params.yaml": "amp: 1"},
    ),
    Row(
        "unicode names",
        (P("größe", "float", "1.0", "cell"), P("Δx", "float", "0.5", "cell")),
        {
            "größe": "2.0 environment (FUNWAVE_größe)",
            "Δx": "0.25 local_file (funwave.yaml:1)",
        },
        env={"FUNWAVE_größe": "2"},
        files={"funwave.yaml": "Δx: .25"},
    ),
    Row(
        "a name without any value",
        (P("AMP", "float", None),),
        {"AMP": " notebook (metadata)"},
        problems=("missing_value AMP",),
    ),
    Row(
        "a name without a default that the environment gives",
        (P("AMP", "float", None),),
        {"AMP": ("1.0 environment (FUNWAVE_AMP)",)},
        env={"FUNWAVE_AMP": "1"},
    ),
)
