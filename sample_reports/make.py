"""Draws the synthetic PDF reports: a folder in, five documents in it, the same bytes every time.

    python sample_reports/make.py [FOLDER]

Without a folder the reports are written beside this script. The expected results beside them are
written by hand from the specification and are never touched by this script.
"""

import sys
from pathlib import Path

# This folder is also the inbox of the demonstration: no byte code may be left in it.
sys.dont_write_bytecode = True

from letter import unknown_layout  # noqa: E402
from sample_01 import sample_01  # noqa: E402
from sample_02 import sample_02  # noqa: E402
from sample_03 import sample_03  # noqa: E402
from sample_04 import sample_04  # noqa: E402
from sample_05 import sample_05  # noqa: E402
from sample_06 import sample_06  # noqa: E402
from sample_07 import sample_07  # noqa: E402
from sample_08 import sample_08  # noqa: E402
from sample_09 import sample_09  # noqa: E402
from sample_10 import sample_10  # noqa: E402
from sample_11 import sample_11  # noqa: E402
from sample_12 import sample_12  # noqa: E402
from sample_13 import sample_13  # noqa: E402
from sample_14 import sample_14  # noqa: E402
from sample_15 import sample_15  # noqa: E402
from sample_16 import sample_16  # noqa: E402
from sample_17 import sample_17  # noqa: E402

REPORTS = {
    "01_a_fgfr2_fusion_twocolumn.pdf": sample_01,
    "02_b_tables_by_technology.pdf": sample_02,
    "03_c_pills_and_bars.pdf": sample_03,
    "04_d_ctdna_bars.pdf": sample_04,
    "05_e_local_panel_rna_failed.pdf": sample_05,
    "06_f_ihc_ish_pathology.pdf": sample_06,
    "07_g_amended.pdf": sample_07,
    "08_h_qns_failed.pdf": sample_08,
    "09_i_scanned_fax.pdf": sample_09,
    "10_a_negative_pertinent.pdf": sample_10,
    "11_a_appendix_trap.pdf": sample_11,
    "12_b_non_btc_colon_liver_met.pdf": sample_12,
    "13_a_equivocal_partner_unknown.pdf": sample_13,
    "14_j_amplicon_reporter.pdf": sample_14,
    "15_k_multi_specimen.pdf": sample_15,
    "16_l_password.pdf": sample_16,
    "17_m_broken_unicode.pdf": sample_17,
    "x_unknown_layout.pdf": unknown_layout,
}


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in REPORTS.items():
        draw(folder / name)
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
