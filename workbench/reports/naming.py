"""How platforms are called in sentences and tables."""

NAMES = {"*": "All platforms", "mued": "MUED", "learning": "Learning", "drivemaster": "DriveMaster", "video": "Video"}


def name(platform: str) -> str:
    """How a platform is called; one that was added, by its key."""
    return NAMES.get(platform, platform)
