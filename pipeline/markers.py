"""The words for what is known: markers, statuses, and why they are believed.

`model` offers them again, so that one import serves.
"""

from enum import StrEnum


class Status(StrEnum):
    """What is known of a marker. Only `NOT_DETECTED` may be printed as "negative"."""

    DETECTED = "detected"
    NOT_DETECTED = "not_detected"
    NOT_ASSESSED = "not_assessed"
    INDETERMINATE = "indeterminate"


class Basis(StrEnum):
    """Why a status is believed: printed, inferred from a covered silent panel, or by default."""

    EXPLICIT = "explicit"
    INFERRED_FROM_PANEL = "inferred_from_panel"
    DEFAULT = "default"


class Significance(StrEnum):
    """How the laboratory or our allele table classifies an alteration."""

    PATHOGENIC = "pathogenic"
    LIKELY_PATHOGENIC = "likely_pathogenic"
    VUS = "vus"
    BENIGN = "benign"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """Where an alteration arose; CH is clonal haematopoiesis."""

    SOMATIC = "somatic"
    GERMLINE = "germline"
    CH = "ch"
    UNKNOWN = "unknown"


class AlterationClass(StrEnum):
    """What kind of alteration a marker speaks of."""

    MUTATION = "mutation"
    FUSION = "fusion"
    AMPLIFICATION = "amplification"
    IHC = "ihc"
    ISH = "ish"
    MSI = "msi"
    MMR = "mmr"
    TMB = "tmb"


class Marker(StrEnum):
    """Every marker an interpreted case states, so that silence is visible."""

    FGFR2_FUSION = "FGFR2_FUSION"
    FGFR2_MUTATION = "FGFR2_MUTATION"
    FGFR2_AMPLIFICATION = "FGFR2_AMPLIFICATION"
    IDH1_MUTATION = "IDH1_MUTATION"
    IDH2_MUTATION = "IDH2_MUTATION"
    BRAF_MUTATION = "BRAF_MUTATION"
    BRAF_FUSION = "BRAF_FUSION"
    ERBB2_MUTATION = "ERBB2_MUTATION"
    ERBB2_AMPLIFICATION = "ERBB2_AMPLIFICATION"
    HER2_IHC = "HER2_IHC"
    HER2_ISH = "HER2_ISH"
    NTRK1_FUSION = "NTRK1_FUSION"
    NTRK2_FUSION = "NTRK2_FUSION"
    NTRK3_FUSION = "NTRK3_FUSION"
    NTRK1_MUTATION = "NTRK1_MUTATION"
    NTRK2_MUTATION = "NTRK2_MUTATION"
    NTRK3_MUTATION = "NTRK3_MUTATION"
    RET_FUSION = "RET_FUSION"
    RET_MUTATION = "RET_MUTATION"
    KRAS_MUTATION = "KRAS_MUTATION"
    KRAS_AMPLIFICATION = "KRAS_AMPLIFICATION"
    NRG1_FUSION = "NRG1_FUSION"
    MSI = "MSI"
    MMR = "MMR"
    TMB = "TMB"

    @property
    def gene(self) -> str | None:
        """HGNC symbol (HER2 markers answer ERBB2); None for MSI, MMR and TMB."""
        if self in {Marker.MSI, Marker.MMR, Marker.TMB}:
            return None
        symbol = self.value.split("_")[0]
        return "ERBB2" if symbol == "HER2" else symbol

    @property
    def label(self) -> str:
        """The marker in words: FGFR2 fusion, HER2 IHC, MSI."""
        gene, _, rest = self.value.partition("_")
        return f"{gene} {rest if rest in {'IHC', 'ISH'} else rest.lower()}".strip()

    @property
    def alteration_class(self) -> AlterationClass:
        """The class of alteration this marker speaks of."""
        return AlterationClass(self.value.rsplit("_", 1)[-1].lower())
