"""What must never change a finding: order, spelling, splitting, alignment (scorecard S7).

Each draw is a small tumour: known alleles, random substitutions of panel genes, junctions. It is
written twice, in two ways that mean the same; both files must say the same. Compared is all but
the line and the text a finding came from. The draws are the same in every run (derandomised);
`DRAWS` adds up to more than 10,000.
"""

import csv
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.consequence import protein_change
from pipeline.hgvs import protein
from pipeline.model import Assembly, GenomicAllele
from pipeline.transcripts import reference_bases, transcripts
from tests.vcf.text import reading, vcf

DRAWS = {
    "row order": 450,
    "chr prefix": 350,
    "allele case": 300,
    "two builds": 400,
    "split": 450,
    "padding": 400,
    "sample order": 300,
    "header order": 200,
    "letters in a file": 250,
    "letters": 3700,
    "indel shift": 3300,
}
BUILDS = {"37": Assembly.GRCH37, "38": Assembly.GRCH38}
NAMES = (
    "AAla RArg NAsn DAsp CCys QGln EGlu GGly HHis IIle LLeu KLys MMet FPhe PPro SSer TThr WTrp "
    "YTyr VVal *Ter"
)
THREE = {name[0]: name[1:] for name in NAMES.split()}
TABLE = Path(__file__).parents[2] / "pipeline" / "data" / "variants.csv"
KNOWN = [row for row in csv.DictReader(TABLE.open(encoding="utf-8")) if row["grch37_ref"]]
CALLS = ("0/1:0.3:100", "1/1:0.98:50", "0/1:0.04:800", "./1:0.2:90", "0/0:0:100", "./.:.:.")
JUNCTIONS = (
    ("10 123242712 . C [10:60461334[C", "10 121483198 . C [10:58701574[C"),
    ("12 12023403 . A A]15:88484485]", "12 11870469 . A A]15:87941254]"),
    ("10 32316856 . A [10:43611532[A", "10 32027928 . A [10:43116084[A"),
)
CSQ = (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Format: Allele|Consequence|SYMBOL|Feature|'
    'HGVSp">'
)


def draws(name):
    """The settings of one property: how many draws, the same ones in every run."""
    return settings(
        max_examples=DRAWS[name],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@cache
def coding_places(build):
    """Every coding base we know on a build: contig, position, base."""
    known = reference_bases(BUILDS[build]).items()
    return sorted((contig, place, base) for (contig, place), base in known)


def known_row(build, number, call):
    """A known allele as the cells of a row: contig, position, REF, ALT, FORMAT, cell."""
    row, column = KNOWN[number % len(KNOWN)], f"grch{build}"
    alleles = row[f"{column}_ref"], row[f"{column}_alt"]
    return (row["chromosome"], int(row[f"{column}_position"]), *alleles, "GT:AF:DP", call)


def random_row(build, number, letter, call):
    """A substitution of a coding base of the panel."""
    contig, place, base = coding_places(build)[number % len(coding_places(build))]
    alt = [other for other in "ACGT" if other != base][letter % 3]
    return (contig, place, base, alt, "GT:AF:DP", call)


def written(row):
    contig, place, ref, alt, names, *cells = row
    return f"{contig} {place} . {ref} {alt} . PASS . {names} {' '.join(cells)}"


numbers = st.integers(min_value=0, max_value=1 << 30)
calls = st.sampled_from(CALLS)
builds = st.sampled_from(["37", "38"])


def tumours(build):
    """One to five rows on a build, no two of them at one place."""
    some = st.one_of(
        st.builds(known_row, st.just(build), numbers, calls),
        st.builds(random_row, st.just(build), numbers, numbers, calls),
    )
    return st.lists(some, min_size=1, max_size=5, unique_by=lambda row: row[:2])


def findings(data):
    """All that a file says, without where it says so."""
    said = reading(data).observations
    return sorted(str(_bare(each)) for each in said)


def _bare(each):
    note = re.sub(r"lines? [\d, ]+", "", each.note or "")
    return replace(each, source=replace(each.source, sha256="", line=1, text=""), note=note)


@draws("row order")
@given(st.data())
def test_the_order_of_rows_changes_nothing(data):
    build = data.draw(builds)
    rows = [written(row) for row in data.draw(tumours(build))]
    pairs = data.draw(st.lists(st.sampled_from(JUNCTIONS), unique=True, max_size=2))
    rows += [f"{pair[build == '38']} . PASS SVTYPE=BND GT:PR 0/1:40,12" for pair in pairs]
    shuffled = data.draw(st.permutations(rows))
    assert findings(vcf(*rows, build=build)) == findings(vcf(*shuffled, build=build))


@draws("chr prefix")
@given(st.data())
def test_a_prefix_of_the_contigs_changes_nothing(data):
    build = data.draw(builds)
    prefix = data.draw(st.sampled_from(["chr", "Chr", "CHR"]))
    rows = [written(row) for row in data.draw(tumours(build))]
    pair = data.draw(st.sampled_from(JUNCTIONS))[build == "38"]
    rows.append(f"{pair} . PASS SVTYPE=BND GT:PR 0/1:40,12")
    named = [prefix + re.sub(r"([\[\]])(\d)", rf"\1{prefix}\2", row) for row in rows]
    assert findings(vcf(*rows, build=build)) == findings(vcf(*named, build=build))


@draws("allele case")
@given(st.data())
def test_the_case_of_alleles_changes_nothing(data):
    build = data.draw(builds)
    rows = data.draw(tumours(build))
    small = [(*row[:2], row[2].lower(), row[3].lower(), *row[4:]) for row in rows]
    assert findings(vcf(*map(written, rows), build=build)) == findings(
        vcf(*map(written, small), build=build)
    )


@draws("two builds")
@given(
    st.lists(st.tuples(numbers, calls), min_size=1, max_size=4, unique_by=lambda it: it[0] % 126)
)
def test_the_build_changes_nothing_but_the_place(chosen):
    said = []
    for build in BUILDS:
        rows = {row[:2]: row for row in (known_row(build, *each) for each in chosen)}
        observed = reading(vcf(*map(written, rows.values()), build=build)).observations
        said.append(sorted(str(_bare(replace(each, genomic=None))) for each in observed))
    assert said[0] == said[1]


@draws("split")
@given(st.data())
def test_splitting_a_row_of_two_alleles_changes_nothing(data):
    build = data.draw(builds)
    contig, place, base = coding_places(build)[data.draw(numbers) % len(coding_places(build))]
    one, two = data.draw(st.permutations([each for each in "ACGT" if each != base]))[:2]
    genotype = data.draw(st.sampled_from(["0/1", "0/2", "1/2"]))
    parts = {"0/1": ("0/1", "0/0"), "0/2": ("0/0", "0/1"), "1/2": ("1/0", "0/1")}[genotype]
    fractions = [0.3 if str(at) in genotype else 0 for at in (1, 2)]
    joined = f"{contig} {place} . {base} {one},{two} . PASS . GT:AF:DP {genotype}:"
    joined += f"{fractions[0]},{fractions[1]}:100"
    split = [
        f"{contig} {place} . {base} {alt} . PASS . GT:AF:DP {part}:{fraction}:100"
        for alt, part, fraction in zip((one, two), parts, fractions, strict=True)
    ]
    assert findings(vcf(joined, build=build)) == findings(vcf(*split, build=build))


@draws("padding")
@given(st.data())
def test_shared_bases_around_an_allele_change_nothing(data):
    """The allele as such is kept as printed; its place is compared with shared bases taken off."""
    build = data.draw(builds)
    contig, place, ref, alt, *rest = data.draw(tumours(build))[0]
    known = reference_bases(BUILDS[build])
    before, after = known.get((contig, place - 1), ""), known.get((contig, place + len(ref)), "")
    padded = (contig, place - len(before), before + ref + after, before + alt + after, *rest)
    said = [
        [str(_bare(replace(each, genomic=None))) for each in reading(file).observations]
        for file in (vcf(written((contig, place, ref, alt, *rest)), build=build),
                     vcf(written(padded), build=build))
    ]  # fmt: skip
    assert said[0] == said[1]


@draws("sample order")
@given(st.data())
def test_the_order_of_samples_changes_nothing(data):
    build = data.draw(builds)
    rows = data.draw(tumours(build))
    ordered = [written((*row, "0/0:0:90")) for row in rows]
    turned = [written((*row[:5], "0/0:0:90", row[5])) for row in rows]
    assert findings(vcf(*ordered, build=build, samples="TUMOR NORMAL")) == findings(
        vcf(*turned, build=build, samples="NORMAL TUMOR")
    )


@draws("header order")
@given(st.data())
def test_the_order_of_header_lines_changes_nothing(data):
    build = data.draw(builds)
    rows = [written(row) for row in data.draw(tumours(build))]
    first, *lines = vcf(*rows, build=build).decode().split("#CHROM")[0].splitlines()
    columns = vcf(*rows, build=build).decode().partition("#CHROM")[2]
    shuffled = data.draw(st.permutations([*lines, data.draw(st.sampled_from(lines))]))
    other = "\n".join([first, *shuffled, f"#CHROM{columns}"]).encode()
    assert findings(vcf(*rows, build=build)) == findings(other)


@draws("letters in a file")
@given(st.data())
def test_one_or_three_letters_in_an_annotation_change_nothing(data):
    build = data.draw(builds)
    row = KNOWN[data.draw(numbers) % len(KNOWN)]
    name = data.draw(st.sampled_from([row["hgvs_p"], "p.V600K", "p.G12D"]))
    cells = known_row(build, KNOWN.index(row), "0/1:0.3:100")
    text = f"CSQ={cells[3]}|missense_variant|{row['gene']}|{row['transcript']}|"
    files = [
        vcf(written(cells).replace("PASS . ", f"PASS {text}{spelled} "), build=build, header=(CSQ,))
        for spelled in (name, spelled_out(name), f"NP_1.1:{spelled_out(name)}")
    ]
    assert findings(files[0]) == findings(files[1]) == findings(files[2])


def spelled_out(hgvs_p):
    """``p.R132C`` as ``p.Arg132Cys``; words (del, dup, ins, fs) stay."""
    return "p." + re.sub(r"[A-Z*]", lambda found: THREE[found[0]], hgvs_p[2:])


residues = st.sampled_from("ARNDCQEGHILKMFPSTWYV")
places = st.integers(min_value=1, max_value=1200)


@st.composite
def protein_names(draw):
    first, at, new = draw(residues), draw(places), draw(residues)
    last, more = (
        draw(residues),
        draw(st.text(alphabet="ARNDCQEGHILKMFPSTWYV", min_size=1, max_size=4)),
    )
    end = at + draw(st.integers(min_value=1, max_value=5))
    shapes = (
        f"p.{first}{at}{new}", f"p.{first}{at}*", f"p.{first}{at}fs*{end}", f"p.{first}{at}del",
        f"p.{first}{at}_{last}{end}del", f"p.{first}{at}_{last}{end}dup",
        f"p.{first}{at}_{last}{at + 1}ins{more}", f"p.{first}{at}_{last}{end}delins{more}",
    )  # fmt: skip
    return draw(st.sampled_from(shapes))


@draws("letters")
@given(protein_names())
def test_one_and_three_letters_name_the_same_change(name):
    assert protein(name) is not None
    assert protein(spelled_out(name)) == protein(name)
    assert protein(f"({spelled_out(name)[2:]})") == protein(name)


@st.composite
def indels(draw):
    """The same insertion or deletion inside one coding exon, aligned in two ways."""
    build = draw(st.sampled_from(list(Assembly)))
    gene = draw(st.sampled_from(sorted(transcripts())))
    model = transcripts()[gene][0]
    exon = draw(st.sampled_from(model.exons[build]))
    known = reference_bases(build)
    sequence = "".join(known[model.chromosome, at] for at in range(exon.start, exon.end + 1))
    size = draw(st.integers(min_value=1, max_value=min(6, len(sequence) - 3)))
    at = draw(st.integers(min_value=1, max_value=len(sequence) - size - 1))
    if draw(st.booleans()):
        events = {(place, sequence[place : place + size], "") for place in range(1, len(sequence))}
        mutant = sequence[:at] + sequence[at + size :]
    else:
        new = draw(st.sampled_from([sequence[at : at + size], "GCATAC"[:size], "A" * size]))
        mutant = sequence[:at] + new + sequence[at:]
        turned = {new[cut:] + new[:cut] for cut in range(size)}
        events = {(place, "", word) for place in range(1, len(sequence)) for word in turned}
    same = sorted(each for each in events if _applied(sequence, *each) == mutant)
    chosen = draw(st.sampled_from(same)), draw(st.sampled_from(same))
    return gene, tuple(_allele(build, model.chromosome, exon.start, sequence, it) for it in chosen)


def _applied(sequence, place, lost, new):
    return sequence[:place] + new + sequence[place + len(lost) :]


def _allele(build, chromosome, start, sequence, event):
    place, lost, new = event
    anchor = sequence[place - 1]
    return GenomicAllele(
        assembly=build,
        chromosome=chromosome,
        position=start + place - 1,
        ref=anchor + lost,
        alt=anchor + new,
    )


@draws("indel shift")
@given(indels())
def test_the_alignment_of_an_indel_changes_no_name(drawn):
    gene, (one, other) = drawn
    assert protein_change(gene, one) == protein_change(gene, other)


def test_there_are_as_many_draws_as_promised():
    assert sum(DRAWS.values()) >= 10_000
