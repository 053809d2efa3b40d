"""What all tests share: the judged sets beside the repository, and no network but loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder of judged sets; a test that needs it skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the judged sets are not here: {SHARED}")
    return SHARED
