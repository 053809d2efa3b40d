"""The file that a report was read from: to take away, and to show its pages."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from index.errors import RapporteurError, UnreadableReport
from index.readers import open_regular
from index.readers.limits import LIMITS
from qa.library import find_report, open_snapshot


class OriginalGone(RapporteurError):
    """The file of a report is not where it was read, or no longer what was read."""


@dataclass(frozen=True, slots=True)
class Original:
    """Where a report's file lies, and the SHA-256 of its bytes as they were read."""

    report: str
    path: Path
    sha256: str

    def read(self) -> bytes:
        """The file's bytes, which are those that were read into the index. Raises OriginalGone."""
        try:
            with open_regular(self.path) as file:  # a pipe or a device may have come in its place
                data = file.read(LIMITS.size + 1)
        except (OSError, ValueError, UnreadableReport) as error:
            # The page shows this to people who need not know where on the machine the folder lies.
            raise OriginalGone(
                f"{self.report}: the file is no longer in the documents folder. Put it back, and run: rapporteur index"
            ) from error
        if sha256(data).hexdigest() != self.sha256:
            raise OriginalGone(
                f"{self.report}: the file has changed since it was read. To take over what it says now, run: rapporteur index"
            )
        return data


def original(report: str, *, index: str | Path = ".index") -> Original:
    """The file that `report` was read from. Raises UnknownReport, and OriginalGone for an index that was never told its folder."""
    with open_snapshot(index) as snapshot:
        stored = find_report(snapshot, report)
        folder = snapshot.fact("folder")
        if not folder:
            raise OriginalGone(f"{report}: the index does not know the folder that it was made from. Run: rapporteur index FOLDER")
        return Original(stored.path, Path(folder) / stored.path, snapshot.file(stored.id).sha256)
