"""What annotators print beside an allele, in each one's own layout: agreement and contradiction.

Layouts as in the annotators' documentation and in the real files under `vcf_real`; every row is
written by hand. "detected" means the annotation agrees with the coordinates, "indeterminate" that
it does not; then both readings stand in the note.
"""

import pytest

from tests.vcf.text import codes, reading, vcf


def info(key, description):
    return f'##INFO=<ID={key},Number=.,Type=String,Description="{description}">'


VEP = info("CSQ", "Consequence annotations from Ensembl VEP. Format: "
           "Allele|Consequence|SYMBOL|Feature|HGVSc|HGVSp|PICK|ALLELE_NUM")  # fmt: skip
VEP_OTHER_ORDER = info("CSQ", "Consequence annotations from Ensembl VEP. Format: "
                       "HGVSp|Feature|PICK|Allele|SYMBOL|Consequence")  # fmt: skip
ANN = info(
    "ANN",
    "Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name | "
    "Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p |'",
)
EFF = info("EFF", "Predicted effects for this variant.Format: 'Effect ( Effect_Impact | "
           "Functional_Class | Codon_Change | Amino_Acid_Change| Amino_Acid_length | Gene_Name | "
           "Transcript_BioType | Gene_Coding | Transcript_ID | Exon_Rank  | Genotype_Number "
           "[ | ERRORS | WARNINGS ] )' ")  # fmt: skip
FUNCOTATION = info("FUNCOTATION", "Functional annotation from the Funcotator tool.  Funcotation "
                   "fields are: Gencode_34_hugoSymbol|Gencode_34_variantClassification|"
                   "Gencode_34_annotationTranscript|Gencode_34_cDnaChange|"
                   "Gencode_34_proteinChange|Gencode_34_otherTranscripts")  # fmt: skip
BCSQ = info("BCSQ", "Local consequence annotation from BCFtools/csq. Format: '[*]consequence|gene|"
            "transcript|biotype[|strand|amino_acid_change|dna_change]' or, for consequences of "
            "variants split across multiple sites, a pointer '@position'.")  # fmt: skip

VEP_SHORT = info("CSQ", ("Consequence annotations from Ensembl VEP. Format: "
                 "Allele|Consequence|SYMBOL|Feature|Protein_position|Amino_acids"))  # fmt: skip

A_T = "7 140453136 . A T . PASS {} GT:AD 0/1:70,30"
A_GT = "7 140453136 . A G,T . PASS {} GT:AD 0/2:70,0,30"
IIIB = "10 123258034 . A T . PASS {} GT:AD 0/1:70,30"
DUP = "17 37880981 . A AGCATACGTGATG . PASS {} GT:AD 0/1:70,30"
TRKA = "1 156846342 . G A . PASS {} GT:AD 0/1:70,30"
SILENT = "7 140453135 . C T . PASS {} GT:AD 0/1:70,30"
MANE, PLUS = "ENST00000646891.2", "ENST00000644969.2"
AGREES, V600E_DOUBTED = ["detected p.V600E"], ["indeterminate p.V600E"]

# what it shows: header, row, annotation, what is said
CASES = {
    "VEP: three letters": (VEP, A_T, f"CSQ=T|missense_variant|BRAF|{MANE}||x:p.Val600Glu||",
                           AGREES),
    "VEP: one letter": (VEP, A_T, f"CSQ=T|missense_variant|BRAF|{MANE}||V600E||", AGREES),
    "VEP: RefSeq transcript": (VEP, A_T, ("CSQ=T|missense_variant|BRAF|NM_004333.4||"
                               "NP_004324.2:p.Val600Glu||"), AGREES),
    "VEP: fields in another order": (VEP_OTHER_ORDER, A_T, (f"CSQ=x:p.Val600Lys|{MANE}||T|BRAF|"
                                     "missense_variant"), V600E_DOUBTED),
    "VEP: two consequences of one entry": (
        VEP, A_T, f"CSQ=T|missense_variant&splice_region_variant|BRAF|{MANE}||p.Val600Glu||",
        AGREES),
    "VEP: PICK on another isoform, MANE beside it": (
        VEP, A_T, (f"CSQ=T|missense_variant|BRAF|{PLUS}||p.Val640Glu|1|,"
        f"T|missense_variant|BRAF|{MANE}||p.Val600Glu||"), AGREES),
    "VEP: MANE Plus Clinical only, V640E is V600E": (
        VEP, A_T, f"CSQ=T|missense_variant|BRAF|{PLUS}||p.Val640Glu||", AGREES),
    "VEP: MANE Plus Clinical contradicts": (
        VEP, A_T, f"CSQ=T|missense_variant|BRAF|{PLUS}||p.Val640Lys||", V600E_DOUBTED),
    "VEP: a transcript nobody numbers, same residues": (
        VEP, A_T, "CSQ=T|missense_variant|BRAF|ENST00000479537||p.Val28Glu||", AGREES),
    "VEP: a transcript nobody numbers, other residues": (
        VEP, A_T, "CSQ=T|missense_variant|BRAF|ENST00000479537||p.Val28Lys||", V600E_DOUBTED),
    "VEP: percent-encoded equals sign": (
        VEP, SILENT, f"CSQ=T|synonymous_variant|BRAF|{MANE}||p.Val600%3D||", []),
    "VEP: synonymous where the bases say V600E": (
        VEP, A_T, f"CSQ=T|synonymous_variant|BRAF|{MANE}||||", V600E_DOUBTED),
    "VEP: missense where the bases are silent": (
        VEP, SILENT, f"CSQ=T|missense_variant|BRAF|{MANE}||p.Val600Glu||", V600E_DOUBTED),
    "VEP: the entry of the other ALT, by letter": (
        VEP, A_GT, (f"CSQ=G|missense_variant|BRAF|{MANE}||p.Val600Ala||,"
        f"T|missense_variant|BRAF|{MANE}||p.Val600Glu||"), AGREES),
    "VEP: the entry of the other ALT, by number": (
        VEP, A_GT, (f"CSQ=x|missense_variant|BRAF|{MANE}||p.Val600Ala||1,"
        f"x|missense_variant|BRAF|{MANE}||p.Val600Glu||2"), AGREES),
    "VEP: alleles without their anchor base": (
        VEP, "12 25398281 . CC C,CCA . PASS {} GT:AD 0/1:70,30,0",
        ("CSQ=-|frameshift_variant|KRAS|ENST00000311936.8||p.Gly13AlafsTer2||,"
        "CA|frameshift_variant|KRAS|ENST00000311936.8||p.Ala11Ter||"),
        ["detected p.G13fs*2"]),
    "VEP without HGVS: residues": (
        VEP_SHORT, A_T, f"CSQ=T|missense_variant|BRAF|{MANE}|600/766|V/E", AGREES),
    "VEP without HGVS: other residues": (
        VEP_SHORT, A_T, f"CSQ=T|missense_variant|BRAF|{MANE}|600|V/K", V600E_DOUBTED),
    "VEP without HGVS: one residue is no change": (
        VEP_SHORT, A_T, f"CSQ=T|missense_variant|BRAF|{MANE}|600|V", V600E_DOUBTED),
    "VEP without HGVS: an insertion": (
        VEP_SHORT, DUP, "CSQ=GCATACGTGATG|inframe_insertion|ERBB2|NM_004448.4|771|A/AYVMA",
        ["detected p.Y772_A775dup"]),
    "VEP without HGVS: a frameshift": (
        VEP_SHORT, "12 25398281 . CC C . PASS {} GT:AD 0/1:70,30",
        "CSQ=-|frameshift_variant|KRAS|ENST00000311936.8|13|G/X", ["detected p.G13fs*2"]),
    "a lost start in three spellings": (
        EFF, "12 25398318 . T C . PASS {} GT:AD 0/1:70,30",
        "EFF=START_LOST(HIGH|MISSENSE|Atg/Gtg|M1V|188|KRAS|c|CODING|NM_004985.4|2|1)",
        ["detected p.M1?"]),
    "BRAF on the earlier canonical transcript": (
        VEP, A_T, "CSQ=T|missense_variant|BRAF|ENST00000288602.6||p.Val600Glu||", AGREES),
    "VEP: another gene on the same bases": (
        VEP, A_T, "CSQ=T|intron_variant|OTHER|ENST00000000001||p.Met1Val||", AGREES),
    "VEP: insertion where HGVS has a duplication": (
        VEP, DUP, ("CSQ=GCATACGTGATG|inframe_insertion|ERBB2|ENST00000269571.10||"
        "p.Ala775_Gly776insTyrValMetAla||"), ["detected p.Y772_A775dup"]),
    "FGFR2 IIIb counts one more": (
        VEP, IIIB, "CSQ=T|missense_variant|FGFR2|ENST00000457416.7||p.Asn550Lys||",
        ["detected p.N549K"]),
    "FGFR2 IIIb number on the MANE transcript": (
        VEP, IIIB, "CSQ=T|missense_variant|FGFR2|ENST00000358487.10||p.Asn550Ser||",
        ["indeterminate p.N549K"]),
    "NTRK1 TrkA-I counts six less": (
        VEP, TRKA, "CSQ=A|missense_variant|NTRK1|ENST00000392302.3||p.Gly589Arg||",
        ["detected p.G595R"]),
    "SnpEff ANN": (ANN, A_T, ("ANN=T|missense_variant|MODERATE|BRAF|x|transcript|NM_004333.4|"
                   "protein_coding|15/18|c.1799T>A|p.Val600Glu|"), AGREES),
    "SnpEff ANN without its header": (None, A_T, ("ANN=T|missense_variant|MODERATE|BRAF|x|"
                                      "transcript|NM_004333.4|c|15/18|c.1799T>A|p.Val600Lys|"),
                                      V600E_DOUBTED),
    "SnpEff ANN against a germline base": (
        ANN, A_GT, ("ANN=T|missense_variant|MODERATE|BRAF|x|transcript|NM_004333.4|c|15/18|"
        "c.1799T>A|p.Val600Glu|,T-G|missense_variant|MODERATE|BRAF|x|transcript|NM_004333.4|c|"
        "15/18|c.1799C>A|p.Ala600Glu|"), AGREES),
    "SnpEff EFF": (EFF, A_T, ("EFF=NON_SYNONYMOUS_CODING(MODERATE|MISSENSE|gTg/gAg|V600E|766|BRAF|"
                   "protein_coding|CODING|NM_004333.4|15|1)"), AGREES),
    "SnpEff EFF with HGVS": (EFF, A_T, ("EFF=missense_variant(MODERATE|MISSENSE|gTg/gAg|p.Val600Lys"
                             "/c.1798_1799delinsAA|766|BRAF|protein_coding|CODING|NM_004333.4|15|"
                             "1)"), V600E_DOUBTED),
    "SnpEff EFF, number of the ALT": (
        EFF, A_GT, ("EFF=missense_variant(MODERATE|MISSENSE|x|V600A|766|BRAF|c|CODING|NM_004333.4|"
        "15|1),missense_variant(MODERATE|MISSENSE|x|V600E|766|BRAF|c|CODING|NM_004333.4|15|2)"),
        AGREES),
    "Funcotator": (FUNCOTATION, A_T, (f"FUNCOTATION=[BRAF|MISSENSE|{MANE}|c.1799T>A|p.V600E|"
                   "BRAF_ENST1_INTRON_%7C_x]"), AGREES),
    "Funcotator contradicts": (FUNCOTATION, A_T, (f"FUNCOTATION=[BRAF|MISSENSE|{MANE}|c.1798G>A|"
                               "p.V600M|]"), V600E_DOUBTED),
    "Funcotator: brackets in the order of the ALTs": (
        FUNCOTATION, A_GT, (f"FUNCOTATION=[BRAF|MISSENSE|{MANE}|c.1799T>C|p.V600A|],"
        f"[BRAF|MISSENSE|{MANE}|c.1799T>A|p.V600E|]"), AGREES),
    "Funcotator: two transcripts of one ALT": (
        FUNCOTATION, A_T, (f"FUNCOTATION=[BRAF|MISSENSE|{PLUS}|c.1919T>A|p.V640E|]#"
        f"[BRAF|MISSENSE|{MANE}|c.1799T>A|p.V600E|]"), AGREES),
    "Funcotator: escaped equals sign": (
        FUNCOTATION, SILENT, f"FUNCOTATION=[BRAF|SILENT|{MANE}|c.1800G>A|p.V600_%3D_|]", []),
    "bcftools csq": (BCSQ, A_T, ("BCSQ=missense|BRAF|NM_004333|protein_coding|-|600V>600E|"
                     "140453136A>T"), AGREES),
    "bcftools csq contradicts": (BCSQ, A_T, ("BCSQ=missense|BRAF|NM_004333|protein_coding|-|"
                                 "600V>600K|140453136A>T"), V600E_DOUBTED),
    "bcftools csq: synonymous": (BCSQ, SILENT, ("BCSQ=synonymous|BRAF|NM_004333|protein_coding|-|"
                                 "600V|140453135C>T"), []),
    "bcftools csq: inserted residues": (
        BCSQ, DUP, ("BCSQ=inframe_insertion|ERBB2|NM_004448|protein_coding|+|775A>775AYVMA|"
        "37880981A>AGCATACGTGATG"), ["detected p.Y772_A775dup"]),
    "bcftools csq: the part of the other ALT": (
        BCSQ, A_GT, ("BCSQ=missense|BRAF|NM_004333|c|-|600V>600A|140453136A>G,"
        "missense|BRAF|NM_004333|c|-|600V>600E|140453136A>T"), AGREES),
    "ANNOVAR": (None, A_T, "AAChange.refGene=BRAF:NM_004333:exon15:c.T1799A:p.V600E", AGREES),
    "ANNOVAR contradicts": (None, A_T, "AAChange.refGene=BRAF:NM_004333:exon15:c.G1798A:p.V600M",
                            V600E_DOUBTED),
    "ANNOVAR: one block an ALT": (
        None, A_GT, ("ANNOVAR_DATE=2020;AAChange.refGene=BRAF:NM_004333:exon15:c.T1799C:p.V600A;"
        "ALLELE_END;ANNOVAR_DATE=2020;AAChange.refGene=BRAF:NM_004333:exon15:c.T1799A:p.V600E;"
        "ALLELE_END"), AGREES),
    "ANNOVAR: nothing to say": (None, A_T, "AAChange.refGene=.", AGREES),
    "Ion Reporter": (None, A_T, ("FUNC=[{'gene':'BRAF','transcript':'NM_004333.4','protein':"
                     "'p.Val600Glu','coding':'c.1799T>A','normalizedAlt':'T'}]"), AGREES),
    "Ion Reporter contradicts": (None, A_T, ("FUNC=[{'gene':'BRAF','transcript':'NM_004333.4',"
                                 "'protein':'p.Val600Lys'}]"), V600E_DOUBTED),
    "Oncotator": (None, A_T, ("gene=BRAF;annotation_transcript=ENST00000288602.6;"
                  "protein_change=p.V600K"), V600E_DOUBTED),
    "Nirvana names no protein": (None, A_T, "CSQT=1|BRAF|NM_004333.4|missense_variant", AGREES),
    "an annotation cut short": (VEP, A_T, "CSQ=T|missense_variant", AGREES),
    "an empty annotation": (VEP, A_T, "CSQ=", AGREES),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_annotation_beside_the_coordinates(name):
    header, row, text, expected = CASES[name]
    data = vcf(row.format(text), header=(header,) if header else ())
    found = reading(data).observations
    assert [f"{each.status.value} {each.alteration}" for each in found] == expected


def test_both_readings_are_told():
    data = vcf(A_T.format(f"CSQ=T|missense_variant|BRAF|{MANE}||p.Val600Lys||"), header=(VEP,))
    (found,) = reading(data).observations
    assert found.note == "the annotation says p.V600K, the coordinates say p.V600E"
    assert "doubted" in codes(data)


def test_a_strong_change_that_only_the_annotation_names_is_no_vus():
    """The bases say W604R; an annotation of V600E must not vanish among uncertain changes."""
    row = "7 140453125 . A G . PASS {} GT:AD 0/1:70,30"
    data = vcf(row.format(f"CSQ=G|missense_variant|BRAF|{MANE}||p.Val600Glu||"), header=(VEP,))
    (found,) = reading(data).observations
    assert (found.status.value, found.significance.value) == ("indeterminate", "unknown")


def test_an_effect_told_on_another_row():
    """bcftools names V600K on the first row and points to it from the second."""
    rows = (
        (
            "7 140453136 . A T . PASS "
            "BCSQ=missense|BRAF|NM_004333|c|-|600V>600K|140453136A>T+140453137C>T GT:AD 0/1:55,45"
        ),
        "7 140453137 . C T . PASS BCSQ=@140453136 GT:AD 0/1:95,5",
    )
    found = reading(vcf(*rows, header=(BCSQ,))).observations
    assert [f"{each.status.value} {each.alteration}" for each in found] == [
        "indeterminate p.V600E",
        "indeterminate p.V600M",
    ]
